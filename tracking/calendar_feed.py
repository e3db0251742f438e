"""An order's expected days as a calendar (RFC 5545): no name, no number, no address, no article."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.lib import shop
from tracking.managers import OPEN_HEADLINES
from tracking.models import CalendarFeed, Order
from tracking.presentation import expected_days
from tracking.statuses import OrderHeadline, Status

_LINE_BYTES = 75


def calendar_of(feed: CalendarFeed, order: Order) -> str:
    """Return the calendar of `order`, which comes with its history: the day or days it is expected on, or arrived on.

    SEQUENCE is how many reports there are: they are never taken away, so it grows whenever the day can have moved, and
    nothing has to be remembered. No day known, or cancelled: the entry is taken out of the calendars that had it.
    """
    reports = sum(len(shipment.events.all()) for shipment in order.shipments.all()) + len(order.events.all())
    days, sentence = _days(order)
    event = [
        f"UID:{feed.token_digest[:32]}@orders",
        f"DTSTAMP:{_stamp(_latest(order))}",
        f"SEQUENCE:{reports}",
        f"SUMMARY:{_escaped(sentence)}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
    ]
    first, last = days or (timezone.localdate(order.placed_at),) * 2
    event.append(f"DTSTART;VALUE=DATE:{first:%Y%m%d}")
    event.append(f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}")
    event.append("STATUS:CONFIRMED" if days else "STATUS:CANCELLED")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//portal//orders//VI",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        *event,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _days(order: Order) -> tuple[tuple[date, date] | None, str]:
    name = shop.facts().name
    if order.headline in OPEN_HEADLINES:
        return expected_days(order), _("Delivery from %(shop)s expected") % {"shop": name}
    arrived = [
        timezone.localdate(shipment.status_at)
        for shipment in order.shipments.all()
        if shipment.status == Status.DELIVERED and shipment.status_at
    ]
    if order.headline == OrderHeadline.DELIVERED and arrived:
        return (max(arrived),) * 2, _("Delivery from %(shop)s arrived") % {"shop": name}
    return None, _("No delivery from %(shop)s") % {"shop": name}


def _latest(order: Order) -> datetime:
    received = [event.received_at for shipment in order.shipments.all() for event in shipment.events.all()]
    return max([*received, *(event.received_at for event in order.events.all())], default=order.created_at)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Return a TEXT value (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")


def _folded(line: str) -> str:
    """Break a line after at most 75 bytes, never inside a character (RFC 5545, 3.1)."""
    parts, part, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE_BYTES:
            parts.append(part)
            # The space that marks the continuation counts.
            part, size = "", 1
        part += character
        size += width
    return "\r\n ".join([*parts, part])
