"""Make the vectors that search by meaning needs."""

from django.core.management.base import BaseCommand, CommandError

from kb.search.semantic.embedder import EmbedderFailed, is_switched_on
from kb.search.semantic.writing import embed_all


class Command(BaseCommand):
    """Thin shell over kb.search.semantic.writing."""

    help = (
        "Makes the vectors of articles that have none or an old one (SEMANTIC=on). Stop it whenever you like: it goes "
        "on where it was, and the worker does the rest by itself."
    )

    def handle(self, *args: str, **options: object) -> None:
        if not is_switched_on():
            raise CommandError("Search by meaning is off. Set SEMANTIC=on, here and for the site.")
        shown = self.stdout.isatty()
        try:
            coverage = embed_all(on_progress=self._show_progress if shown else lambda done, total: None)
        except EmbedderFailed as error:
            raise CommandError(f"{error}.") from error
        self.stdout.write(f"{coverage.embedded} of {coverage.published} articles have a vector.")

    def _show_progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done} of {total} articles", ending="" if done < total else "\n")
        self.stdout.flush()
