"""Measure search beside its peers and write docs/benchmarks.md."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kb.models import CategoryPage
from kb.search.measuring.benchmark import measure
from kb.search.measuring.corpus import Corpus, read_corpus, read_published
from kb.search.measuring.evaluation import JudgedQueryError
from kb.search.measuring.peers import ENGINES
from kb.search.measuring.report import report
from kb.search.measuring.site import Pace, measure_pace

_PUBLISH_COUNT = 100
_PUBLISHES_A_SECOND = 10.0
# Enough for a stable p95, few enough to pass in a minute.
_PACE_QUERIES = 300


class Command(BaseCommand):
    """Thin shell over kb.search.measuring."""

    help = "Prints quality, speed and size of search beside its peers on the same pages, and writes docs/benchmarks.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--corpus", type=Path, help="a folder with *.jsonl and *.queries.jsonl; default: the site's own articles"
        )
        parser.add_argument("--queries", type=Path, help="judged queries for the site's own articles")
        parser.add_argument(
            "--sizes", type=int, nargs="*", default=[], metavar="PAGES", help="also with fillers, up to so many pages"
        )
        parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
        parser.add_argument(
            "--seconds", type=float, default=60, help="how long an engine may answer at each size (default: 60)"
        )
        parser.add_argument(
            "--index-seconds",
            type=float,
            default=300,
            help="how long an engine may index at each size before it is left out there (default: 300)",
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help=f"also publish and delete {_PUBLISH_COUNT} articles on this site, with a worker: only on a copy",
        )
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "benchmarks.md")

    def handle(
        self,
        *args: str,
        corpus: Path | None,
        queries: Path | None,
        sizes: list[int],
        engines: list[str],
        seconds: float,
        index_seconds: float,
        publish: bool,
        output: Path,
        **options: object,
    ) -> None:
        measured = self._read(corpus, queries)
        measurements = [
            measure(measured, size, engines, seconds=seconds, index_seconds=index_seconds, on_progress=self._tell)
            for size in [len(measured.documents), *(size for size in sizes if size > len(measured.documents))]
        ]
        pace = self._pace(measured) if publish else None
        text = report(measured.source, measurements, pace)
        output.write_text(text, encoding="utf-8")
        self.stdout.write(text)

    def _read(self, folder: Path | None, judged: Path | None) -> Corpus:
        try:
            corpus = read_corpus(folder) if folder else read_published(judged)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        except (JudgedQueryError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        if not corpus.documents or not corpus.queries:
            where = (
                f"{folder} holds no *.jsonl with *.queries.jsonl"
                if folder
                else "no article is published: run load_demo"
            )
            raise CommandError(f"There is nothing to measure: {where}.")
        return corpus

    def _pace(self, corpus: Corpus) -> Pace:
        self._tell("the site itself: search, suggestions, publishing")
        step = max(1, len(corpus.queries) // _PACE_QUERIES)
        try:
            return measure_pace(
                corpus.queries[::step], publish_count=_PUBLISH_COUNT, publishes_a_second=_PUBLISHES_A_SECOND
            )
        except CategoryPage.DoesNotExist as error:
            raise CommandError("There is no category to publish in: run load_demo.") from error

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence)
