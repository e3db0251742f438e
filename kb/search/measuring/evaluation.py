"""How good search is: judged queries run through the door, counted as information retrieval counts."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

DEPTH = 10
HALVES = ("tuning", "check")


@dataclass(frozen=True)
class JudgedQuery:
    """A query with the external ids of the right pages; `base` is what all forms of one question have in common."""

    text: str
    language: str
    variant: str
    relevant: frozenset[str]
    base: str = ""

    @property
    def half(self) -> str:
        """Return "tuning" or "check": fixed by the base alone, so that no form of a question is in both.

        Weights are chosen on the first half; what they are worth is told by the second.
        """
        return HALVES[sha256((self.base or self.text).encode()).digest()[0] & 1]


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
    """Return the queries of a file: JSON lines with q, lang, variant and rel (one id or a list); base if there is one.

    Errors  JudgedQueryError for a line that is none of these; OSError, UnicodeDecodeError.
    """
    return list(_read(path))


def _read(path: Path) -> Iterator[JudgedQuery]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                relevant = frozenset([row["rel"]] if isinstance(row["rel"], str) else row["rel"])
                yield JudgedQuery(row["q"], row["lang"], row["variant"], relevant, row.get("base", ""))
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
    groups = _by_form(answers)
    return [_figures(*form, groups[form]) for form in _ordered(groups)]


def _by_form(answers: Iterable[Answer]) -> dict[tuple[str, str], list[Answer]]:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.query.language, answer.query.variant), []).append(answer)
    return groups


def _ordered(forms: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(forms, key=lambda form: (form[0] != "vi", form[0], form[1] != "asis", form[1]))


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


def table_of_halves(answers: Sequence[Answer]) -> list[str]:
    """Return, form by form, what the half that weights are tuned on gives beside the half that checks them."""
    lines = [
        "| language | form | queries tuning / check | success@1 tuning / check | success@5 tuning / check "
        "| MRR@10 tuning / check |",
        "|---|---|---:|---:|---:|---:|",
    ]
    groups = _by_form(answers)
    for language, variant in _ordered(groups):
        halves = [[a for a in groups[language, variant] if a.query.half == half] for half in HALVES]
        rows = [_figures(language, variant, half) if half else None for half in halves]
        cells = [
            " / ".join("–" if row is None else format(getattr(row, name), form) for row in rows)
            for name, form in (
                ("query_count", "d"),
                ("success_at_1", ".3f"),
                ("success_at_5", ".3f"),
                ("mrr_at_10", ".3f"),
            )
        ]
        lines.append(f"| {language} | {variant} | {' | '.join(cells)} |")
    return lines


def table_of_changes(before: Sequence[Answer], after: Sequence[Answer]) -> list[str]:
    """Return, form by form, what a change gained and lost. Only queries that were put both times are compared.

    `better` and `worse` count queries whose right page came into or fell out of the first five: a small difference of
    shares says little where both are large.
    """
    earlier = {answer.query: answer for answer in before}
    pairs = [(earlier[answer.query], answer) for answer in after if answer.query in earlier]
    olds, news = _by_form(old for old, _new in pairs), _by_form(new for _old, new in pairs)
    lines = [
        "| language | form | queries | success@1 | success@5 | MRR@10 | better | worse | p50 ms |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for form in _ordered(news):
        old, new = _figures(*form, olds[form]), _figures(*form, news[form])
        shares = [
            f"{getattr(old, name):.3f} → {getattr(new, name):.3f} ({getattr(new, name) - getattr(old, name):+.3f})"
            for name in ("success_at_1", "success_at_5", "mrr_at_10")
        ]
        moved = [_is_among_five(b) - _is_among_five(a) for a, b in zip(olds[form], news[form], strict=True)]
        lines.append(
            f"| {' | '.join((*form, str(new.query_count), *shares))} | {moved.count(1)} | {moved.count(-1)} "
            f"| {old.p50_ms:.2f} → {new.p50_ms:.2f} |"
        )
    return lines


def _is_among_five(answer: Answer) -> int:
    return int(answer.rank is not None and answer.rank <= 5)


def write_answers(answers: Iterable[Answer], path: Path) -> None:
    """Keep answers as JSON lines, to be compared with those of a later program."""
    with path.open("w", encoding="utf-8") as file:
        for answer in answers:
            row = asdict(answer)
            row["query"]["relevant"] = sorted(answer.query.relevant)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_answers(path: Path) -> list[Answer]:
    """Return what `write_answers` kept.

    Errors  JudgedQueryError for any other file; OSError, UnicodeDecodeError.
    """
    answers = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                query = {**row["query"], "relevant": frozenset(row["query"]["relevant"])}
                answers.append(Answer(JudgedQuery(**query), tuple(row["found"]), row["took_ms"]))
            except (ValueError, KeyError, TypeError) as error:
                raise JudgedQueryError(f"{path.name}, line {number}: not an answer kept by --save ({error})") from error
    return answers
