"""Import help articles from a file; a thin shell over kb.importer."""

import dataclasses
import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from kb.importer import ImportRefused, RowError, WriteOptions, Written, import_articles

BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Import help articles: .jsonl, a Zendesk export, or a folder or zip of Markdown (docs/importing.md). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file, folder or zip")
        parser.add_argument(
            "--dry-run",
            "--preview",
            action="store_true",
            help="check everything and say what would happen, article by article",
        )
        parser.add_argument("--as-drafts", action="store_true", help="publish nothing")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="write what was rejected as JSON lines")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        with ExitStack() as stack:
            report = stack.enter_context(_open_report(options["errors"])) if options["errors"] else None

            def on_error(error: RowError) -> None:
                self._clear_bar()
                self.stderr.write(str(error))
                if report:
                    report.write(json.dumps(dataclasses.asdict(error), ensure_ascii=False) + "\n")

            try:
                stack.enter_context(translation.override("en"))
                result = import_articles(
                    options["file"],
                    is_dry_run=options["dry_run"],
                    options=WriteOptions(as_drafts=options["as_drafts"]),
                    on_progress=self._draw_bar if sys.stderr.isatty() else None,
                    on_error=on_error,
                    on_article=self._show_article if options["dry_run"] else None,
                )
            except ImportRefused as refusal:
                raise CommandError(str(refusal)) from refusal
        self._clear_bar()
        for notice in result.notices:
            self.stderr.write(f"left out: {notice}")
        mode = "Dry run, nothing written: " if options["dry_run"] else ""
        self.stdout.write(
            f"{mode}{result.created} created, {result.updated} updated, {result.unchanged} unchanged, "
            f"{result.rejected} rejected ({time.monotonic() - started:.1f} s)"
        )

    def _show_article(self, written: Written) -> None:
        if written.outcome in ("created", "updated"):
            changed = f": {', '.join(written.changed)}" if written.changed else ""
            self._clear_bar()
            self.stdout.write(f"{written.outcome} {written.record.external_id} “{written.record.title}”{changed}")

    def _draw_bar(self, done: int, total: int) -> None:
        filled = BAR_WIDTH * done // max(1, total)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}")
        sys.stderr.flush()

    def _clear_bar(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def _open_report(path: Path) -> TextIO:
    """Open the file of rejected rows before anything is imported."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
