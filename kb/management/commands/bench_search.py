"""Measure search beside SQLite's FTS5 and write docs/benchmarks.md."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kb.search.benchmark import read_corpus, read_published, report, run_benchmark


class Command(BaseCommand):
    """Thin shell over kb.search.benchmark."""

    help = "Prints quality and speed of search beside a peer on the same pages, and writes docs/benchmarks.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--corpus", type=Path, help="a folder with *.jsonl and *.queries.jsonl; default: the site's own"
        )
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "benchmarks.md")

    def handle(self, *args: str, corpus: Path | None, output: Path, **options: object) -> None:
        if corpus is None:
            documents, queries = read_published()
            source = "the site's published articles, their titles as queries"
        else:
            documents, queries = read_corpus(corpus)
            source = f"corpus “{corpus.name}”"
        if not documents or not queries:
            where = (
                f"{corpus} holds no *.jsonl with *.queries.jsonl"
                if corpus
                else "no article is published: run load_demo"
            )
            raise CommandError(f"There is nothing to measure: {where}.")
        text = report(run_benchmark(documents, queries, source=source))
        output.write_text(text, encoding="utf-8")
        self.stdout.write(text)
