"""How long something is under warranty: months from the day of delivery, longer by the days it was with us."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

# From here on a page reminds of the end: enough to book a visit of the fitter before it.
ENDS_SOON_DAYS = 30


class Cover(TextChoices):
    """Whether a warranty holds today."""

    NOT_STARTED = "not_started", pgettext_lazy("warranty", "Starts when it is delivered")
    RUNNING = "running", pgettext_lazy("warranty", "Under warranty")
    ENDS_SOON = "ends_soon", pgettext_lazy("warranty", "Ends soon")
    OVER = "over", pgettext_lazy("warranty", "Over")


@dataclass(frozen=True)
class Period:
    """From `starts_on` to `ends_on`, both covered; None while it has not begun."""

    starts_on: date | None
    ends_on: date | None

    def cover(self, today: date) -> Cover:
        """Return whether the warranty holds on `today`."""
        if self.starts_on is None or self.ends_on is None:
            return Cover.NOT_STARTED
        if today > self.ends_on:
            return Cover.OVER
        return Cover.ENDS_SOON if (self.ends_on - today).days < ENDS_SOON_DAYS else Cover.RUNNING


NOT_BEGUN = Period(None, None)


def warranty_period(starts_on: date | None, months: int, *, repair_days: int = 0) -> Period:
    """Return the period of `months` from `starts_on`: 10 March with 24 months holds to the end of 10 March.

    `repair_days` are those the appliance spent with us under warranty; they are added.
    """
    if starts_on is None or months <= 0:
        return NOT_BEGUN
    return Period(starts_on, add_months(starts_on, months) + timedelta(days=repair_days))


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; the last of the month where there is no such day (31 January + 1)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def repair_days(spells: Iterable[tuple[date, date]]) -> int:
    """Return the days of these repairs, from the day it came to the day it was done; a day counts once."""
    days: set[date] = set()
    for first, last in spells:
        days.update(first + timedelta(days=at) for at in range((last - first).days))
    return len(days)
