"""Prove that every stored balance is the sum of its entries and that the audit is whole. Healthy: 0 and 0."""

from typing import Any

from django.core.management.base import BaseCommand

from tracking.services import broken_links, ledger_differences


class Command(BaseCommand):
    help = "Compare stored balances with their entries and follow the chain of the audit; exit with 1 on a difference."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = list(ledger_differences())
        for difference in differences:
            self.stdout.write(
                f"{difference.what} {difference.row_id}: stored {difference.stored}, computed {difference.computed}"
            )
        broken = list(broken_links())
        for entry in broken:
            self.stdout.write(f"audit entry {entry.pk} ({entry}) does not follow from the one before it")
        self.stdout.write(f"{len(differences)} differences in the ledger, {len(broken)} in the audit")
        if differences or broken:
            raise SystemExit(1)
