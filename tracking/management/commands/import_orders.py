"""Import orders from CSV or XLSX; a thin shell over tracking.importer. See docs/importing.md."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracking.importer import ImportOptions, ImportReport, UnreadableFile, import_orders_file, write_error_file

SHOWN_ERRORS = 50
BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Import orders from a CSV or XLSX file (idempotent, resumable, row-level errors)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="file", help="the system the orders come from (default: file)")
        parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="write all faults to this CSV file")
        parser.add_argument("--dots-are-thousands", action="store_true", help='read "1.250" as 1250 đồng')

    def handle(self, *args: Any, **options: Any) -> None:
        settings = ImportOptions(options["source"], options["dry_run"], options["dots_are_thousands"])
        try:
            report = import_orders_file(options["file"], settings, on_progress=self._show_progress)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self._print(report, is_dry_run=options["dry_run"])
        if options["errors"]:
            write_error_file(options["errors"], report.errors)
            self.stdout.write(f"{len(report.errors)} faults written to {options['errors']}")

    def _print(self, report: ImportReport, *, is_dry_run: bool) -> None:
        for error in report.errors[:SHOWN_ERRORS]:
            self.stderr.write(str(error))
        if len(report.errors) > SHOWN_ERRORS:
            self.stderr.write(f"… and {len(report.errors) - SHOWN_ERRORS} more faults; --errors FILE lists them all")
        if report.ignored_columns:
            self.stdout.write(f"columns not understood, ignored: {', '.join(report.ignored_columns)}")
        if report.resumed_at:
            self.stdout.write(f"went on after {report.resumed_at} orders of an interrupted run")
        if is_dry_run:
            self.stdout.write(f"checked: {report.rows} good rows, {report.rejected} orders rejected; nothing written")
            return
        self.stdout.write(
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, {report.rejected} rejected"
        )

    def _show_progress(self, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        filled = BAR_WIDTH * done // total
        end = "\n" if done == total else ""
        self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total} orders{end}", ending="")
