"""Days as the shop counts them: whoever looks, wherever the server stands."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ONE_DAY = timedelta(days=1)


def shop_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """Return the present day in the shop's time zone."""
    return timezone.localdate(timezone=shop_zone())


def midnight_of(day: date) -> datetime:
    """Return the moment at which `day` begins in the shop."""
    return datetime.combine(day, time.min, tzinfo=shop_zone())


def parse_day(text: str) -> date | None:
    """Return the day written as YYYY-MM-DD, None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
