"""Reads of what follows an order."""

from __future__ import annotations

from tracking.access.secrets import token_digest
from tracking.models import CalendarFeed


def calendar_feed_of(reference: str) -> CalendarFeed | None:
    """Return the open calendar of the order; one query."""
    return CalendarFeed.objects.filter(order__reference=reference, revoked_at=None).first()


def calendar_feed(token: str) -> CalendarFeed | None:
    """Return the open calendar of this token; one indexed query."""
    found = CalendarFeed.objects.select_related("order").filter(token_digest=token_digest(token), revoked_at=None)
    return found.first()
