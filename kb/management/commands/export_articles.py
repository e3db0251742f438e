"""Export the help centre as Markdown; a thin shell over kb.exporter."""

import resource
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from kb.exporter import ExportOptions, export_help_centre

KILOBYTES_IN_A_MEGABYTE = 1024


class Command(BaseCommand):
    help = "Export the help centre as Markdown to a zip or a new folder (docs/importing.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, metavar="DIR|FILE.zip", help="an empty or new folder, or a zip")
        parser.add_argument("--drafts", action="store_true", help="with drafts, expired and closed articles, as drafts")
        parser.add_argument("--people", action="store_true", help="with the e-mail addresses of owners (personal data)")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        wanted = ExportOptions(with_drafts=options["drafts"], with_people=options["people"])
        try:
            with translation.override("en"):
                result = export_help_centre(options["target"], wanted, on_progress=self._show_progress)
        except OSError as error:
            raise CommandError(f"{options['target']} cannot be written: {error}") from error
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES_IN_A_MEGABYTE
        self.stdout.write(
            f"{result.articles} articles and {result.files} files exported "
            f"({time.monotonic() - started:.1f} s, at most {peak} MB of memory)"
        )

    def _show_progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}{'' if done < total else chr(10)}", ending="")
