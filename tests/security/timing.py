"""Telling two kinds of answer apart by the clock, as somebody outside would try."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

# The usual bound of leakage tests: beyond it chance is out of the question (Reparaz, Balasch, Verbauwhede 2017).
LEAKS_FROM = 4.5
# The slow end is the machine's business (other processes, garbage), not the answer's; how much of it, nobody knows
# beforehand, so several cuts are tried and the most telling one counts (as dudect does).
KEPT = (0.5, 0.75, 0.9)


def welch_t(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Welch's t of two samples, both cut at the same limit: of several limits the largest t."""
    together = sorted([*first, *second])
    limits = [together[int(kept * len(together)) - 1] for kept in KEPT]
    return max((_t_below(limit, first, second) for limit in limits), key=abs)


def _t_below(limit: float, first: Sequence[float], second: Sequence[float]) -> float:
    one, two = ([value for value in sample if value <= limit] for sample in (first, second))
    spread = math.sqrt(statistics.variance(one) / len(one) + statistics.variance(two) / len(two))
    return (statistics.fmean(one) - statistics.fmean(two)) / spread


def measure(classes: Mapping[str, Callable[[int], object]], rounds: int, *, seed: int) -> dict[str, list[float]]:
    """Ask each class once a round, in a new order each time; returns the milliseconds of each."""
    chance = random.Random(seed)
    taken: dict[str, list[float]] = {name: [] for name in classes}
    names = list(classes)
    for at in range(rounds):
        chance.shuffle(names)
        for name in names:
            started = time.perf_counter_ns()
            classes[name](at)
            taken[name].append((time.perf_counter_ns() - started) / 1e6)
    return taken
