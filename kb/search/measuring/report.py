"""What was measured, as Markdown: ratios first, then each form of query."""

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from django.utils import timezone

from kb.search.measuring.benchmark import Measurement, Run
from kb.search.measuring.evaluation import Figures, figures_of, percentile
from kb.search.measuring.site import Pace

_MEGABYTE = 1 << 20
_OURS = "portal"


def report(source: str, measurements: Sequence[Measurement], pace: Pace | None = None) -> str:
    """Return the page docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {timezone.localdate().isoformat()}: {source}. {_machine()}. Each engine indexes and answers in a process "
        "of its own; queries are shuffled once and put to all engines by turns of 25. Quality and ratios compare the same queries. "
        "Memory counts mapped files, whose pages all processes share; what is in no file each further process takes again. "
        "What the peers are: [decision 18](adr/0018-what-search-is-measured-against.md).",
    ]
    for measurement in measurements:
        lines += ["", *_section(measurement)]
    if pace is not None:
        lines += ["", *_pace(pace)]
    return "\n".join([*lines, ""])


def _machine() -> str:
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; load when it ended {os.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"


def _section(measurement: Measurement) -> list[str]:
    runs = measurement.runs
    lines = [f"## {measurement.page_count:,} pages", ""]
    if measurement.filler_count:
        lines += [f"{measurement.filler_count:,} of them are fillers: sentences of the corpus, shuffled.", ""]
    for sentence in measurement.left_out:
        lines += [sentence, ""]
    lines += [f"| | {' | '.join(run.title for run in runs)} |", f"|---|{'---:|' * len(runs)}"]
    lines += [f"| {label} | {' | '.join(map(cell, runs))} |" for label, cell in _cells(runs)]
    return [*lines, "", *_quality(runs)]


def _cells(runs: Sequence[Run]) -> Iterator[tuple[str, Callable[[Run], str]]]:
    """Yield what each row of the table says of a run."""
    yield "queries", lambda run: f"{len(run.answers):,}"
    for percent in (50, 95):
        for clock, times in _CLOCKS.items():
            yield f"p{percent}, ms of {clock}", partial(_ms, times=times, percent=percent)
    ours = next((run for run in runs if run.name == _OURS), None)
    if ours is not None:
        for percent in (50, 95):
            for clock, times in _CLOCKS.items():
                label = f"portal's p{percent} / its p{percent} ({clock})"
                yield label, partial(_ratio, ours=ours, times=times, percent=percent)
    yield "index time, s of processor time", lambda run: f"{run.built.cpu_seconds:.1f}"
    yield "index time, s of the clock", lambda run: f"{run.built.wall_seconds:.1f}"
    yield "index on disk, MB", lambda run: f"{run.built.disk_bytes / _MEGABYTE:.1f}"
    yield "most memory while indexing, MB", lambda run: f"{run.built.peak_bytes / _MEGABYTE:.0f}"
    yield "memory of the answering process, MB", lambda run: f"{run.memory.resident / _MEGABYTE:.0f}"
    yield "of it the engine's, MB", lambda run: f"{(run.memory.resident - run.memory.empty) / _MEGABYTE:.0f}"
    yield "of all of it in no file, MB", lambda run: f"{run.memory.in_no_file / _MEGABYTE:.0f}"


def _quality(runs: Sequence[Run]) -> list[str]:
    """Return success@5 (success@1) of each form; an engine that answered fewer queries has its number of them behind."""
    tables = [{(row.language, row.variant): row for row in figures_of([t.answer for t in run.answers])} for run in runs]
    most = max((len(run.answers) for run in runs), default=0)
    forms = next((list(rows) for run, rows in zip(runs, tables, strict=True) if len(run.answers) == most), [])
    lines = [
        "success@5 (success@1):",
        "",
        f"| language | form | queries | {' | '.join(run.title for run in runs)} |",
        f"|---|---|---:|{'---:|' * len(runs)}",
    ]
    for form in forms:
        count = max(rows[form].query_count for rows in tables if form in rows)
        cells = [_share(rows.get(form), count) for rows in tables]
        lines.append(f"| {form[0]} | {form[1]} | {count} | {' | '.join(cells)} |")
    return lines


def _share(row: Figures | None, count: int) -> str:
    if row is None:
        return "–"
    of = "" if row.query_count == count else f" of {row.query_count}"
    return f"{row.success_at_5:.3f} ({row.success_at_1:.3f}){of}"


def _pace(pace: Pace) -> list[str]:
    """Return the figures of the site itself."""
    found = pace.found_seconds
    return [
        f"## The site itself, {pace.article_count:,} articles",
        "",
        "`search()` and `suggest()` in process, with database, snippets and counts of the filters; suggestions after each letter "
        f"from the second one. {len(found) + pace.lost_count} articles published at {pace.publish_rate:.1f} a second, with the worker "
        "in a process of its own; the clock runs from the moment before publishing until `search()` finds the article.",
        "",
        "| | number | p50 | p95 | worst |",
        "|---|---:|---:|---:|---:|",
        _spread("search, ms of processor time", pace.search_ms),
        _spread("suggestions, ms of processor time", pace.suggest_ms),
        _spread("from publish to found, s of the clock", found),
        f"| published and not found | {pace.lost_count} | | | |",
    ]


def _spread(label: str, ordered: Sequence[float]) -> str:
    values = [percentile(ordered, share) for share in (0.50, 0.95, 1.0)] if ordered else []
    return f"| {label} | {len(ordered)} | {' | '.join(f'{value:.2f}' for value in values)} |"


def _processor_ms(run: Run) -> list[float]:
    return [timed.answer.took_ms for timed in run.answers]


def _clock_ms(run: Run) -> list[float]:
    return [timed.wall_ms for timed in run.answers]


_CLOCKS = {"processor time": _processor_ms, "the clock": _clock_ms}


def _ms(run: Run, *, times: Callable[[Run], list[float]], percent: int) -> str:
    return f"{percentile(sorted(times(run)), percent / 100):.2f}"


def _ratio(run: Run, *, ours: Run, times: Callable[[Run], list[float]], percent: int) -> str:
    """Return our time / theirs over the queries that both answered."""
    if ours is run:
        return "1"
    common = min(len(ours.answers), len(run.answers))
    mine, theirs = (percentile(sorted(times(one)[:common]), percent / 100) for one in (ours, run))
    return f"{mine / theirs:.2f}"
