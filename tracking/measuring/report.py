"""The section of docs/benchmarks.md about orders."""

from __future__ import annotations

from datetime import date

from tracking.measuring.pace import FoldPace, RebuildPace, Spread

HEADING = "## Orders"


def report(
    *,
    day: date,
    orders: int,
    events: int,
    lookup: Spread,
    by_key: Spread,
    page: Spread,
    fold: FoldPace,
    renewed: RebuildPace,
    proved: RebuildPace,
) -> str:
    """Return the section, with what each figure was asked to be."""
    rows = [
        ("look-up by number and contact, p50 / p95", f"{lookup.p50:.2f} / {lookup.p95:.2f} ms", ""),
        ("the same view, order read by primary key, p50 / p95", f"{by_key.p50:.2f} / {by_key.p95:.2f} ms", ""),
        ("look-up ÷ primary key, p95", f"{lookup.p95 / by_key.p95:.2f}", "≤ 3"),
        ("order page after a look-up, p50 / p95", f"{page.p50:.2f} / {page.p95:.2f} ms", ""),
        ("its queries of tracking, at most", f"{page.queries}", "≤ 8"),
        (f"fold of {fold.events} events, p50 / p95", f"{fold.p50:.2f} / {fold.p95:.2f} ms", "≤ 5 ms"),
        ("rebuild: every event folded, every cache written", f"{renewed.events_per_second:,} events/s", "≥ 20,000"),
        ("proof: every event folded and compared", f"{proved.events_per_second:,} events/s", "≥ 20,000"),
        ("differences after the rebuild", f"{proved.differences}", "0"),
    ]
    lines = [f"| {what} | {figure} | {asked} |" for what, figure, asked in rows]
    return "\n".join(
        [
            HEADING,
            "",
            f"Written by `bench_tracking` on {day:%Y-%m-%d}: {orders:,} orders, {events:,} events on SQLite. Times are "
            "processor time of one process, so that a busy machine does not count.",
            "",
            "| | measured | asked for |",
            "|---|---:|---:|",
            *lines,
            "",
        ]
    )
