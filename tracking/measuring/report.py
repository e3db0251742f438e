"""The section of docs/benchmarks.md about orders."""

from __future__ import annotations

from datetime import date

import django

from tracking.measuring.oscar import OscarPace
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
    oscar: OscarPace | str,
) -> str:
    """Return the section, with what each figure was asked to be; `oscar` is a sentence where it could not be measured."""
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
            *(_beside(oscar, lookup, page) if isinstance(oscar, OscarPace) else [oscar]),
            "",
        ]
    )


def _beside(oscar: OscarPace, lookup: Spread, page: Spread) -> list[str]:
    """Return the table of what a guest does, here and at Oscar, and the ratios."""
    return [
        f"Beside django-oscar {oscar.oscar} on Django {oscar.django} (the portal: {django.get_version()}), measured in the "
        f"same run, in an environment and a process of its own, on the same {oscar.orders:,} orders with "
        f"{oscar.events:,} shipping events, SQLite opened alike. Its look-up is the form of its anonymous order view, which "
        f"takes the signed address of a letter and an e-mail address; its page is that view ({oscar.page.queries} queries). A ratio below 1: the portal is faster.",
        "",
        "| | portal, p50 / p95 | django-oscar, p50 / p95 | ratio, p50 / p95 |",
        "|---|---:|---:|---:|",
        _line("look-up", lookup, oscar.lookup),
        _line("order page after it", page, oscar.page),
    ]


def _line(what: str, ours: Spread, theirs: Spread) -> str:
    return (
        f"| {what} | {ours.p50:.2f} / {ours.p95:.2f} ms | {theirs.p50:.2f} / {theirs.p95:.2f} ms "
        f"| {ours.p50 / theirs.p50:.2f} / {ours.p95 / theirs.p95:.2f} |"
    )
