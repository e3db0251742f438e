"""Build the search index anew, or compare it with the database."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from kb.search.errors import SearchUnavailable
from kb.search.rebuild import check_index, rebuild_index


class Command(BaseCommand):
    """Thin shell over kb.search.rebuild."""

    help = "Builds a whole new search index beside the live one, then switches; searches go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare the index with the database")

    def handle(self, *args: str, check: bool, **options: object) -> None:
        if check:
            self._check()
            return
        shown = self.stdout.isatty()
        try:
            count = rebuild_index(on_progress=self._show_progress if shown else lambda done, total: None)
        except SearchUnavailable as error:
            raise CommandError(f"The search index was not built: {error}. The live one is as it was.") from error
        self.stdout.write(f"The search index is new: {count} articles.")

    def _show_progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done} of {total} articles", ending="" if done < total else "\n")
        self.stdout.flush()

    def _check(self) -> None:
        try:
            report = check_index()
        except SearchUnavailable as error:
            raise CommandError(f"{error}.{' Run rebuild_search.' if error.is_mended_by_rebuild else ''}") from error
        if not report.is_complete:
            raise CommandError(
                f"The index does not agree with the database: {len(report.missing_page_ids)} articles are missing "
                f"(page ids {_some(report.missing_page_ids)}), {len(report.surplus_ids)} should not be there "
                f"({_some(report.surplus_ids)}). Run rebuild_search."
            )
        waiting = f"; {report.waiting_count} changes are waiting for the worker" if report.waiting_count else ""
        self.stdout.write(f"The index agrees with the database: {report.document_count} articles{waiting}.")


def _some(values: tuple[object, ...]) -> str:
    shown = ", ".join(str(value) for value in values[:10])
    return (shown or "none") + (", …" if len(values) > 10 else "")
