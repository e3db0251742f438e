"""Put a backup in place and bring it up to this version."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import site_setup
from portal.backup import BackupError, newest_backup, restore_backup


class Command(BaseCommand):
    help = "Restore the backup in DIR (or the newest one below it); the site must be stopped."
    # The database may not be there yet: that is what a restore is for.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the data that are there (they are kept beside)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = newest_backup(options["dir"])
            restore_backup(folder, overwrite=options["overwrite"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        site_setup.migrate()
        call_command("rebuild_search", stdout=self.stdout)
        self.stdout.write(f"Restored {folder}. The site can be started again.")
