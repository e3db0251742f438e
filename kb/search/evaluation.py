"""How good search is: judged queries run through the door, counted as information retrieval counts."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DEPTH = 10


@dataclass(frozen=True)
class JudgedQuery:
    """A query with the external ids of the right pages."""

    text: str
    language: str
    variant: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Answer:
    """What a search gave for a judged query: external ids, best first, and how long it took."""

    query: JudgedQuery
    found: tuple[str, ...]
    took_ms: float

    @property
    def rank(self) -> int | None:
        """Return the place of the first right page, from 1; None beyond the tenth."""
        return next((i for i, one in enumerate(self.found[:DEPTH], start=1) if one in self.query.relevant), None)


@dataclass(frozen=True)
class Figures:
    """One row of the table. Shares lie between 0 and 1, times are milliseconds."""

    language: str
    variant: str
    query_count: int
    success_at_1: float
    success_at_5: float
    mrr_at_10: float
    zero_result_rate: float
    p50_ms: float
    p95_ms: float


class JudgedQueryError(ValueError):
    """A line of the file of judged queries cannot be read; the message names it."""


def read_judged_queries(path: Path) -> list[JudgedQuery]:
    """Return the queries of a file: JSON lines with q, lang, variant and rel."""
    return list(_read(path))


def _read(path: Path) -> Iterator[JudgedQuery]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield JudgedQuery(row["q"], row["lang"], row["variant"], frozenset(row["rel"]))
            except (ValueError, KeyError, TypeError) as error:
                raise JudgedQueryError(
                    f"{path.name}, line {number}: expected q, lang, variant and rel ({error})"
                ) from error


def run_queries(
    queries: Iterable[JudgedQuery], ask: Callable[[JudgedQuery], tuple[Sequence[str], float]]
) -> list[Answer]:
    """Return an answer for each query; `ask` gives external ids, best first, and milliseconds."""
    answers = []
    for query in queries:
        found, took_ms = ask(query)
        answers.append(Answer(query, tuple(found), took_ms))
    return answers


def figures_of(answers: Sequence[Answer]) -> list[Figures]:
    """Return one row for each language and variant, Vietnamese and plain forms first."""
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.query.language, answer.query.variant), []).append(answer)
    ordered = sorted(groups, key=lambda key: (key[0] != "vi", key[0], key[1] != "asis", key[1]))
    return [_figures(language, variant, groups[language, variant]) for language, variant in ordered]


def _figures(language: str, variant: str, answers: Sequence[Answer]) -> Figures:
    ranks = [answer.rank for answer in answers]
    count = len(answers)
    times = sorted(answer.took_ms for answer in answers)
    return Figures(
        language=language,
        variant=variant,
        query_count=count,
        success_at_1=sum(rank == 1 for rank in ranks) / count,
        success_at_5=sum(rank is not None and rank <= 5 for rank in ranks) / count,
        mrr_at_10=sum(1 / rank for rank in ranks if rank) / count,
        zero_result_rate=sum(not answer.found for answer in answers) / count,
        p50_ms=percentile(times, 0.50),
        p95_ms=percentile(times, 0.95),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the ordered values lie (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(rows: Sequence[Figures]) -> list[str]:
    """Return the rows as lines of a Markdown table."""
    lines = [
        "| language | form | queries | success@1 | success@5 | MRR@10 | zero results | p50 ms | p95 ms |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.language} | {row.variant} | {row.query_count} | {row.success_at_1:.3f} | {row.success_at_5:.3f} "
        f"| {row.mrr_at_10:.3f} | {row.zero_result_rate:.3f} | {row.p50_ms:.2f} | {row.p95_ms:.2f} |"
        for row in rows
    ]
    return lines
