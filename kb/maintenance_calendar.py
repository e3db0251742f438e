"""A product's maintenance plan as a calendar file (RFC 5545) that any calendar program can subscribe to or import."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# RFC 5545, 3.1: no line longer than 75 octets, without its line break.
LINE_OCTETS = 75


@dataclass(frozen=True)
class Event:
    """One thing to do again and again; `uid` stays the same for as long as the task exists."""

    uid: str
    summary: str
    description: str
    interval_months: int
    url: str = ""


def maintenance_calendar(name: str, events: Iterable[Event], *, first_day: date, language: str) -> bytes:
    """Return an iCalendar file: each event as a whole day, first one interval after `first_day`, then for ever.

    A day that a month does not have (the 31st in June) becomes the last day of that month. Each event reminds a day
    before. Nothing in the file tells who asked for it.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Help centre//Maintenance calendar//" + language.upper(),
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(name)}",
    ]
    for event in events:
        lines += _event_lines(event, first_day=first_day, stamp=stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_fold(line) for line in lines)


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _event_lines(event: Event, *, first_day: date, stamp: str) -> list[str]:
    start = add_months(first_day, event.interval_months)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}",
        f"RRULE:FREQ=MONTHLY;INTERVAL={event.interval_months}{_day_rule(first_day.day)}",
        f"SUMMARY:{_escape(event.summary)}",
        f"DESCRIPTION:{_escape(event.description)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.url:
        lines.append(f"URL:{event.url}")
    return [
        *lines,
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escape(event.summary)}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _day_rule(day: int) -> str:
    if day <= 28:
        return ""
    # Without this a calendar skips the months that lack the day: take the last of these days that exists.
    return f";BYMONTHDAY={','.join(str(number) for number in range(28, day + 1))};BYSETPOS=-1"


def _escape(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _fold(line: str) -> bytes:
    """Return the line with its break, folded at 75 octets and never inside a character."""
    folded: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        # A continued line begins with a space, which counts.
        if len(piece) + len(octets) > LINE_OCTETS - (1 if folded else 0):
            folded.append(piece)
            piece = b""
        piece += octets
    folded.append(piece)
    return b"\r\n ".join(folded) + b"\r\n"
