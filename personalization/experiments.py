"""Experiments with two variants and without a trace: which day shows which, and what the counts say.

The day decides for everybody (a switchback experiment): nothing is stored on anybody, before consent or after, and a page
stays one for all. Days come in pairs; a keyed hash says which day of a pair shows A and which B, so that weekdays and
trends fall on both alike. What is kept is how often a day's variant was seen and how often it was opened.
Decision: docs/adr/0030-recommendations-and-experiments.md. Nothing here looks at a clock or a database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist, mean, stdev

from django.utils.crypto import salted_hmac

A, B = "a", "b"
# Two weeks: every weekday is met, and below seven pairs the interval is wider than any difference worth having.
LEAST_PAIRS = 7
# Errors that are accepted: naming a difference where there is none (two-sided), missing one that is worth having.
ALPHA, BETA = 0.05, 0.20
_Z = NormalDist().inv_cdf(1 - ALPHA / 2)
_Z_POWER = NormalDist().inv_cdf(1 - BETA)


@dataclass(frozen=True)
class Tally:
    """What one day's variant did: how often it was seen, and how often it was opened."""

    day: date
    variant: str
    seen: int
    opened: int


@dataclass(frozen=True)
class Count:
    """What a variant did in all."""

    seen: int = 0
    opened: int = 0

    @property
    def rate(self) -> float:
        """Return the share that was opened, 0 to 1. One reader may open a thing twice; more than all is taken for all."""
        return min(1.0, self.opened / self.seen) if self.seen else 0.0

    def __add__(self, other: Count) -> Count:
        return Count(self.seen + other.seen, self.opened + other.opened)


@dataclass(frozen=True)
class Interval:
    """Where a difference lies, 95 times of 100; shares, B minus A."""

    low: float
    high: float

    @property
    def winner(self) -> str:
        """Return which variant is better for certain; "" if the interval holds 0."""
        return B if self.low > 0 else A if self.high < 0 else ""


@dataclass(frozen=True)
class Result:
    """What an experiment says.

    a, b           counts of the whole pairs that are judged
    pairs          how many these are; needed_pairs, needed_views (for each variant): how many it takes
    difference     rate of B minus rate of A; `interval` is None below two pairs
    winner         "a" or "b" once there is enough and the interval leaves out 0, else ""
    """

    a: Count
    b: Count
    pairs: int
    needed_pairs: int
    needed_views: int
    interval: Interval | None

    @property
    def difference(self) -> float:
        return self.b.rate - self.a.rate

    @property
    def is_enough(self) -> bool:
        return self.pairs >= self.needed_pairs and min(self.a.seen, self.b.seen) >= self.needed_views

    @property
    def winner(self) -> str:
        return self.interval.winner if self.is_enough and self.interval else ""


def variant_on(day: date, *, key: str, started_on: date) -> str:
    """Return the variant that everybody sees on `day` in the experiment `key`; A before it began."""
    number = (day - started_on).days
    if number < 0:
        return A
    pair, place = divmod(number, 2)
    begins_with_b = salted_hmac("personalization.experiments", f"{key}:{pair}", algorithm="sha256").digest()[0] & 1
    return B if place != begins_with_b else A


def needed_views(usual: float, difference: float) -> int:
    """Return how many views each variant needs to show a `difference` in the `usual` share (both 0 to 1).

    Source: Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 4.2, without the correction for
    continuity; for the direction in which it takes more.
    """
    other = min(1.0, usual + difference) if usual <= 0.5 else max(0.0, usual - difference)
    average = (usual + other) / 2
    one = _Z * math.sqrt(2 * average * (1 - average))
    two = _Z_POWER * math.sqrt(usual * (1 - usual) + other * (1 - other))
    return math.ceil(((one + two) / difference) ** 2)


def judge(tallies: Iterable[Tally], *, started_on: date, until: date, needed: int) -> Result:
    """Return what whole pairs of days before `until` say, up to the first moment at which there was enough.

    What comes later is not judged: the length follows from the counts of views, which are the same whoever wins, so
    looking at it every day changes nothing.
    """
    by_day = {tally.day: tally for tally in tallies}
    pairs: list[tuple[Count, Count]] = []
    result = _result(pairs, needed)
    day = started_on
    while day + timedelta(days=2) <= until and not result.is_enough:
        pair = {tally.variant: Count(tally.seen, tally.opened) for tally in _pair(by_day, day)}
        # A day on which the site was down would leave its pair lopsided.
        if len(pair) == 2 and all(count.seen for count in pair.values()):
            pairs.append((pair[A], pair[B]))
            result = _result(pairs, needed)
        day += timedelta(days=2)
    return result


def wilson(count: Count) -> Interval:
    """Return where a single rate lies. Source: Wilson 1927."""
    if not count.seen:
        return Interval(0.0, 1.0)
    n, p, z = count.seen, count.rate, _Z
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def newcombe(a: Count, b: Count) -> Interval:
    """Return where the difference of two rates lies if every view is another reader's.

    Source: Newcombe 1998, method 10: from the intervals of Wilson.
    """
    of_a, of_b, difference = wilson(a), wilson(b), b.rate - a.rate
    return Interval(
        difference - math.hypot(b.rate - of_b.low, of_a.high - a.rate),
        difference + math.hypot(of_b.high - b.rate, a.rate - of_a.low),
    )


def student(differences: Sequence[float], middle: float) -> Interval:
    """Return where a difference lies by how much that of the pairs of days wanders; needs two pairs."""
    half = _quantile(len(differences) - 1) * stdev(differences) / math.sqrt(len(differences))
    return Interval(middle - half, middle + half)


def _pair(by_day: dict[date, Tally], day: date) -> list[Tally]:
    return [by_day[one] for one in (day, day + timedelta(days=1)) if one in by_day]


def _result(pairs: Sequence[tuple[Count, Count]], needed: int) -> Result:
    a = sum((pair[0] for pair in pairs), Count())
    b = sum((pair[1] for pair in pairs), Count())
    return Result(a, b, len(pairs), LEAST_PAIRS, needed, _interval(pairs, a, b))


def _interval(pairs: Sequence[tuple[Count, Count]], a: Count, b: Count) -> Interval | None:
    """Return the wider of two: the one takes each view for another reader's, the other sees that it is not.

    Without an identifier one reader's ten views look like ten readers. Days on which the same people come again and
    again make the differences of pairs wander more than views by chance would.
    """
    if len(pairs) < 2:
        return None
    differences = [of_b.rate - of_a.rate for of_a, of_b in pairs]
    by_views, by_days = newcombe(a, b), student(differences, mean(differences))
    return Interval(min(by_views.low, by_days.low), max(by_views.high, by_days.high))


def _quantile(freedom: int) -> float:
    """Return Student's quantile for 1 − ALPHA / 2. Source: Abramowitz and Stegun 26.7.5; exact below three."""
    if freedom < 3:
        return (12.706, 4.303)[freedom - 1]
    z, n = _Z, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
