"""Background work of tracking."""

import logging

from django_tasks import task

from tracking.services import broken_links, expire_points, ledger_differences

logger = logging.getLogger(__name__)


class LedgerDoesNotBalance(RuntimeError):
    """The nightly proof found a difference; the failed task is the alarm (docs/operations.md)."""


@task()
def prove_ledger() -> None:
    """Book out expired points, then prove balances and the audit's chain; fails loudly when they do not hold."""
    expire_points()
    differences = list(ledger_differences())
    for difference in differences:
        logger.error(
            "ledger: %s %d says %d, its entries %d",
            difference.what,
            difference.row_id,
            difference.stored,
            difference.computed,
        )
    broken = [entry.pk for entry in broken_links()]
    for pk in broken:
        logger.error("audit: entry %d does not follow from the one before it", pk)
    if differences or broken:
        raise LedgerDoesNotBalance(f"{len(differences)} differences in the ledger, {len(broken)} in the audit")
