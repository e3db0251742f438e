"""What is kept of orders no longer than it serves: ways in that are closed, and people of long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tracking.managers import OPEN_HEADLINES
from tracking.models import AccessGrant, CalendarFeed, Order, OrderSubscription
from tracking.services.erasing import erase_people_of
from tracking.statuses import OrderHeadline

# Long enough to answer "who had this link?".
CLOSED_ACCESS_KEPT = timedelta(days=30)
ORDERS_OF_A_RUN = 500


@transaction.atomic
def purge_order_access(*, now: datetime | None = None) -> int:
    """Delete codes that ran out, and links, calendars and subscriptions that were closed, 30 days ago; how many."""
    before = (now or timezone.now()) - CLOSED_ACCESS_KEPT
    gone = [
        AccessGrant.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)),
        CalendarFeed.objects.filter(revoked_at__lt=before),
        OrderSubscription.objects.filter(Q(stopped_at__lt=before) | Q(confirmed_at=None, created_at__lt=before)),
    ]
    return sum(rows.delete()[1].get(rows.model._meta.label, 0) for rows in gone)


def forget_old_customers(*, before: datetime) -> int:
    """Take the person out of closed orders without an account placed before then; returns how many orders that were.

    An account keeps its orders until it is erased. What stays is what `erase_customer` leaves.
    """
    old = Order.objects.filter(customer=None, erased_at=None, placed_at__lt=before)
    closed = old.exclude(headline__in=[*OPEN_HEADLINES, OrderHeadline.RETURN_IN_PROGRESS]).order_by("pk")
    forgotten = 0
    while order_ids := list(closed.values_list("pk", flat=True)[:ORDERS_OF_A_RUN]):
        with transaction.atomic():
            erase_people_of(order_ids)
        forgotten += len(order_ids)
    return forgotten
