"""Which moment a page about an order speaks of: now, or the past moment that somebody of the staff asks about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_spoken_of: ContextVar[datetime | None] = ContextVar("tracking_clock", default=None)


def now() -> datetime:
    """Return the moment that sentences are about; the real one unless `as_of` says otherwise."""
    return _spoken_of.get() or timezone.now()


def today() -> date:
    """Return the day of that moment in the active zone."""
    return timezone.localdate(now())


@contextmanager
def as_of(moment: datetime | None) -> Iterator[None]:
    """Have the sentences within speak as they did at `moment`; None changes nothing. For what is shown only."""
    token = _spoken_of.set(moment)
    try:
        yield
    finally:
        _spoken_of.reset(token)
