"""Cells into values: dates, amounts, phones. Whatever is ambiguous is refused, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from tracking.importer.columns import header_key
from tracking.importer.reading import MAX_CELL_CHARACTERS, Cell
from tracking.statuses import Status

# Vietnamese shop systems export local time without a zone.
ASSUMED_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_GROUPED = re.compile(r"^\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*$")
_CURRENCY = re.compile(r"\s*(₫|đ|vnđ|vnd|đồng)\s*$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_TIME_FIRST = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?[ ,]+(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_STATUS_WORDS = {
    "cho lay hang": Status.PRE_TRANSIT,
    "dang chuan bi": Status.PRE_TRANSIT,
    "da lay hang": Status.PICKED_UP,
    "dang van chuyen": Status.IN_TRANSIT,
    "dang giao": Status.OUT_FOR_DELIVERY,
    "dang giao hang": Status.OUT_FOR_DELIVERY,
    "giao that bai": Status.ATTEMPT_FAILED,
    "giao khong thanh cong": Status.ATTEMPT_FAILED,
    "da giao": Status.DELIVERED,
    "giao thanh cong": Status.DELIVERED,
    "da giao hang": Status.DELIVERED,
    "cho chuyen hoan": Status.AWAITING_RETURN,
    "dang chuyen hoan": Status.RETURNING,
    "da chuyen hoan": Status.RETURNED,
    "da hoan": Status.RETURNED,
    "da huy": Status.CANCELLED,
}


class BadCell(ValueError):
    """A cell that cannot be used: `reason` says why, `hint` what to write instead."""

    def __init__(self, reason: str, hint: str = ""):
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def text_cell(cell: Cell) -> str:
    """Return the cell as text; a number that a spreadsheet made of a code keeps its digits ("10001", not "10001.0")."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if len(text) > MAX_CELL_CHARACTERS:
        raise BadCell(f"longer than {MAX_CELL_CHARACTERS} characters")
    return text.strip()


def required_cell(cell: Cell) -> str:
    """Return the cell as text; empty is a fault."""
    text = text_cell(cell)
    if not text:
        raise BadCell("empty")
    return text


def phone_cell(cell: Cell) -> str:
    """Return the phone as typed; nine digits get back the zero that a spreadsheet ate."""
    text = text_cell(cell).removeprefix("'")
    return f"0{text}" if re.fullmatch(r"[235789]\d{8}", text) else text


def amount_cell(cell: Cell, *, dots_are_thousands: bool) -> int:
    """Return whole đồng from 1250000, 1.250.000, "1,250,000 ₫" or a number cell; empty is 0.

    One group alone ("1.250") may mean 1250 or 1.25 and is refused unless `dots_are_thousands` was declared.
    """
    if isinstance(cell, (datetime, date)):
        raise BadCell("a date where an amount belongs")
    if isinstance(cell, float) and not cell.is_integer():
        raise BadCell("not a whole amount of đồng", "VND has no decimals")
    text = _CURRENCY.sub("", text_cell(cell).replace("\u00a0", " "))
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        return int(text[:16])
    grouped = _GROUPED.match(text)
    if not grouped:
        raise BadCell("not an amount", "write 1250000 or 1.250.000")
    digits = re.sub(r"\D", "", text)
    is_clear = text.count(grouped[1]) > 1 or grouped[1].isspace()
    if not is_clear and not dots_are_thousands:
        raise BadCell("may mean thousands or decimals", "write it without separator, or use --dots-are-thousands")
    return int(digits[:16])


def quantity_cell(cell: Cell) -> int:
    """Return a whole number of pieces, at least one."""
    if isinstance(cell, float) and not cell.is_integer():
        raise BadCell("not a whole number")
    text = text_cell(cell)
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= 100_000:
        raise BadCell("not a quantity", "a whole number from 1 to 100000")
    return int(text)


def time_cell(cell: Cell) -> datetime:
    """Return an aware time from a date cell, ISO 8601, or day-first text; without a zone, Vietnamese time is meant."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=ASSUMED_ZONE)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), ASSUMED_ZONE)
    text = text_cell(cell)
    try:
        found = _day_first(text) or parse_datetime(text) or _iso_day(text)
    except ValueError as error:
        raise BadCell("no such day or time", "day first: 27/11/2026 08:30") from error
    if found is None:
        raise BadCell("not a date", "27/11/2026 08:30 or 2026-11-27 08:30")
    return found if found.tzinfo else found.replace(tzinfo=ASSUMED_ZONE)


def day_cell(cell: Cell) -> date | None:
    """Return a day, or None for an empty cell; a day stays a day and never becomes midnight somewhere else."""
    if cell is None or cell == "":
        return None
    return time_cell(cell).date()


def status_cell(text: str) -> Status | None:
    """Return the status that our own name or a usual Vietnamese word means, or None."""
    if text.lower() in Status.values and text.lower() != Status.UNKNOWN:
        return Status(text.lower())
    return _STATUS_WORDS.get(header_key(text))


def _day_first(text: str) -> datetime | None:
    if match := _DAY_FIRST.match(text):
        day, month, year, hour, minute, second = match.groups()
    elif match := _TIME_FIRST.match(text):
        hour, minute, second, day, month, year = match.groups()
    else:
        return None
    return datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=ASSUMED_ZONE
    )


def _iso_day(text: str) -> datetime | None:
    return (
        datetime.combine(date.fromisoformat(text), time(), ASSUMED_ZONE)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text)
        else None
    )
