"""The section of docs/benchmarks.md about the home page."""

from __future__ import annotations

from datetime import date

from portal.measuring.pace import HomePaces, PagePace

HEADING = "## The personal home page"


def report(*, day: date, customers: int, segments: int, most_orders: int, rounds: int, paces: HomePaces) -> str:
    """Return the section, with what each ratio was asked to be."""
    rows = [
        _row("plain Wagtail page, a title alone", paces.plain),
        _row("home page without modules, stranger", paces.stranger_without),
        _row("home page, stranger", paces.stranger),
        _row("home page without modules, customer", paces.customer_without),
        _row("home page, customer", paces.customer),
        _row("home page, the fullest customer", paces.fullest),
    ]
    ratios = [
        ("customer ÷ stranger", paces.customer, paces.stranger, "≤ 1.5"),
        ("the fullest customer ÷ stranger", paces.fullest, paces.stranger, "≤ 1.5"),
        ("customer ÷ the same page without modules", paces.customer, paces.customer_without, ""),
        ("customer ÷ plain Wagtail page", paces.customer, paces.plain, ""),
        ("stranger ÷ plain Wagtail page", paces.stranger, paces.plain, ""),
    ]
    beyond = max(paces.customer.beyond_modules, paces.fullest.beyond_modules)
    return "\n".join(
        [
            HEADING,
            "",
            f"Written by `bench_home` on {day:%Y-%m-%d}: {customers:,} customers, {segments:,} segments, {rounds} requests of each kind by "
            f"turns, nothing kept (`PAGE_CACHE_SECONDS=0`). One customer has {most_orders:,} orders, the others three; the fullest is the "
            "one of the demo shop whose page has the most boxes. Times are processor time of one process, so that a busy machine does not count.",
            "",
            "| page | p50 / p95 | queries | modules |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            "| ratio of p50 / p95 | measured | asked for |",
            "|---|---:|---:|",
            *(f"| {what} | {one.p50 / other.p50:.2f} / {one.p95 / other.p95:.2f} | {asked} |" for what, one, other, asked in ratios),
            f"| queries of a customer's page beyond one for each module, at most | {beyond} | ≤ 8 |",
            "",
        ]
    )  # fmt: skip


def _row(what: str, pace: PagePace) -> str:
    return f"| {what} | {pace.p50:.1f} / {pace.p95:.1f} ms | {pace.queries} | {pace.modules} |"
