"""Run judged queries through search and print how good and how fast it is."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kb import search
from kb.models import ArticlePage
from kb.search.evaluation import (
    DEPTH,
    JudgedQuery,
    JudgedQueryError,
    figures_of,
    read_judged_queries,
    run_queries,
    table,
)


class Command(BaseCommand):
    """Thin shell over kb.search.evaluation."""

    help = "Prints success@1, success@5, MRR@10, zero-result rate, p50 and p95 for each form of judged queries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queries", type=Path, help="JSON lines: q, lang, variant, rel (external ids)")

    def handle(self, *args: str, queries: Path, **options: object) -> None:
        try:
            judged = [query for query in read_judged_queries(queries) if query.language in search.LANGUAGES]
        except OSError as error:
            raise CommandError(f"{queries} cannot be read: {error.strerror}.") from error
        except (JudgedQueryError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        if not judged:
            raise CommandError(f"{queries} holds no query in vi or en.")
        self._refuse_without_articles(judged)
        for line in table(figures_of(run_queries(judged, _ask))):
            self.stdout.write(line)

    def _refuse_without_articles(self, judged: Sequence[JudgedQuery]) -> None:
        wanted = {external_id for query in judged for external_id in query.relevant}
        known = set(ArticlePage.objects.public().exclude(external_id=None).values_list("external_id", flat=True))
        missing = wanted - known
        if missing == wanted:
            raise CommandError("None of the judged articles is here. Import them first: import_articles FILE.")
        if missing:
            self.stderr.write(
                f"{len(missing)} of {len(wanted)} judged articles are not here; their queries count as misses."
            )
        try:
            indexed = search.document_count()
        except search.SearchUnavailable as error:
            raise CommandError(f"{error}. Run rebuild_search.") from error
        if indexed < len(known):
            self.stderr.write("The index does not hold all of them yet: wait for the worker or run rebuild_search.")


def _ask(query: JudgedQuery) -> tuple[list[str], float]:
    page = search.search(query.text, language=query.language, page_size=DEPTH)
    return [hit.external_id for hit in page.hits], page.took_ms
