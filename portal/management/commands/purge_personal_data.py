"""What has been kept for long enough goes, now instead of tonight."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.retention import purge


class Command(BaseCommand):
    help = "Run the jobs that delete personal data kept for long enough, and print how much each took away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count; everything stays")

    def handle(self, *args: Any, **options: Any) -> None:
        taken = purge(is_dry_run=options["dry_run"])
        for job, number in taken.items():
            self.stdout.write(f"{job:<26}{number:>8}")
        what = "would go" if options["dry_run"] else "gone"
        self.stdout.write(f"{'in all, ' + what:<26}{sum(taken.values()):>8}")
