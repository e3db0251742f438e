"""Run judged queries through search and print how good and how fast it is."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from django.core.management.base import BaseCommand, CommandError
from haystack.exceptions import SearchBackendError

from kb import search
from kb.models import ArticlePage
from kb.search.measuring.evaluation import (
    DEPTH,
    Answer,
    JudgedQuery,
    JudgedQueryError,
    figures_of,
    read_answers,
    read_judged_queries,
    run_queries,
    table,
    table_of_changes,
    table_of_halves,
    write_answers,
)
from kb.search.measuring.forms import with_forms
from kb.search.measuring.trial import weights_tried
from kb.search.semantic.asking import asker

Row = TypeVar("Row")


class Command(BaseCommand):
    """Thin shell over kb.search.measuring.evaluation."""

    help = "Prints success@1, success@5, MRR@10, zero-result rate, p50 and p95 for each form of judged queries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queries", type=Path, help="JSON lines: q, lang, variant, rel (external ids)")
        parser.add_argument(
            "--split", action="store_true", help="also the two halves: one to tune weights on, one to check them"
        )
        parser.add_argument(
            "--forms", action="store_true", help="ask every query of the form asis in all other forms too"
        )
        parser.add_argument("--save", type=Path, metavar="FILE", help="keep the answers, for --compare later")
        parser.add_argument("--compare", type=Path, metavar="FILE", help="what changed since answers kept by --save")
        parser.add_argument(
            "--weight",
            type=_weight,
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="also under another weight, with what it gains and loses; may be given again",
        )

    def handle(
        self,
        *args: str,
        queries: Path,
        split: bool = False,
        forms: bool = False,
        save: Path | None = None,
        compare: Path | None = None,
        weight: Sequence[tuple[str, float]] = (),
        **options: object,
    ) -> None:
        judged = [query for query in _rows_of(queries, read_judged_queries) if query.language in search.LANGUAGES]
        earlier = _rows_of(compare, read_answers) if compare else []
        if not judged:
            raise CommandError(f"{queries} holds no query in vi or en.")
        self._refuse_without_articles(judged)
        if forms:
            judged = list(with_forms(judged))
        answers = _answers_to(judged)
        self._print(table(figures_of(answers)))
        if split:
            self._print(["", *table_of_halves(answers)])
        if compare:
            self._print_changes(earlier, answers, compare)
        if weight:
            self._print_weighed(judged, answers, dict(weight), split=split)
        if save:
            write_answers(answers, save)

    def _print(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _print_changes(self, earlier: Sequence[Answer], answers: Sequence[Answer], compared: Path) -> None:
        if not {answer.query for answer in earlier} & {answer.query for answer in answers}:
            raise CommandError(f"{compared} holds answers to none of these queries.")
        self._print(["", *table_of_changes(earlier, answers)])

    def _print_weighed(
        self, judged: Sequence[JudgedQuery], answers: Sequence[Answer], changed: dict[str, float], *, split: bool
    ) -> None:
        try:
            with weights_tried(changed):
                weighed = _answers_to(judged)
        except (ValueError, SearchBackendError) as error:
            raise CommandError(f"{error}.") from error
        self._print(["", "With " + ", ".join(f"{name} = {value:g}" for name, value in changed.items()) + ":", ""])
        self._print(table_of_changes(answers, weighed))
        if split:
            self._print(["", *table_of_halves(weighed)])

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


def _rows_of(path: Path, read: Callable[[Path], list[Row]]) -> list[Row]:
    try:
        return read(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (JudgedQueryError, UnicodeDecodeError) as error:
        raise CommandError(str(error)) from error


def _weight(text: str) -> tuple[str, float]:
    name, _sign, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError as error:
        raise ArgumentTypeError(f"expected NAME=VALUE such as pair=0.9, not {text!r}") from error


def _answers_to(judged: Sequence[JudgedQuery]) -> list[Answer]:
    """Return the answers of a search that has its model of meaning, if one is switched on, from the first query on."""
    with asker.patiently():
        return run_queries(judged, _ask)


def _ask(query: JudgedQuery) -> tuple[list[str], float]:
    page = search.search(query.text, language=query.language, page_size=DEPTH)
    return [hit.external_id for hit in page.hits], page.took_ms
