"""The nightly look at links to other sites: a few each night, politely, and no alarm for one bad evening."""

from __future__ import annotations

import logging
from datetime import date

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from kb.care.fetching import Unreachable, ensure_reachable
from kb.care.links import external_addresses
from kb.models import ArticlePage, ExternalAddress
from kb.models.care import ADDRESS_MAX_LENGTH

logger = logging.getLogger(__name__)

# One after the other, at most some minutes of the slow lane in all: a dead host costs 10 seconds.
ADDRESSES_A_NIGHT = 50


def check_external_links(*, today: date | None = None) -> int:
    """Ask for the addresses that were asked the longest ago; returns how many. Nothing where LINK_CHECK is off.

    One request at a time, so never two to one host. Addresses that no article names any more are forgotten.
    """
    if not settings.LINK_CHECK:
        return 0
    today = today or timezone.localdate()
    _take_stock()
    # Empty for NULLs first on every database: what was never asked comes first.
    waiting = ExternalAddress.objects.order_by(F("checked_at").asc(nulls_first=True), "pk")[:ADDRESSES_A_NIGHT]
    for row in waiting:
        _check(row, today)
    return len(waiting)


def unreachable_addresses() -> set[str]:
    """Return the addresses that failed on two different days and have not answered since. Cost: one query."""
    failed = ExternalAddress.objects.filter(failed_on__isnull=False, failed_again_on__gt=F("failed_on"))
    return set(failed.values_list("address", flat=True))


def _take_stock() -> None:
    named = external_addresses(ArticlePage.objects.live())
    named = {address for address in named if len(address) <= ADDRESS_MAX_LENGTH}
    known = set(ExternalAddress.objects.values_list("address", flat=True))
    ExternalAddress.objects.filter(address__in=known - named).delete()
    ExternalAddress.objects.bulk_create(
        [ExternalAddress(address=address) for address in sorted(named - known)], batch_size=200, ignore_conflicts=True
    )


def _check(row: ExternalAddress, today: date) -> None:
    row.checked_at = timezone.now()
    try:
        ensure_reachable(row.address)
    except Unreachable as error:
        logger.info("A link of an article fails: %s %s", row.address, error)
        row.failed_on = row.failed_on or today
        row.failed_again_on, row.reason = today, str(error)[:100]
    else:
        row.failed_on = row.failed_again_on = None
        row.reason = ""
    row.save()
