"""What is learnt from reading: how much each article is read, which are read together, what products and topics tell.

Pure functions over histories, the same for the nightly job and for the evaluation. Every figure stands on at least
K different readers, and counts only for what is certain of it: the lower end of its interval, so that chance alone
recommends nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from kb.recommendations.scoring import LIFTS, Source

Key = TypeVar("Key", bound=Hashable)

# At least so many different readers stand behind every figure that is kept (k-anonymity).
K = 20
# Partners kept for each article: more than any list shows.
MOST_PARTNERS = 20
# One-sided 99 %: there are many pairs, and at 95 % three times as many would look like more than chance.
Z = 2.33
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class History(Generic[Key]):
    """What one reader opened, each article once, the latest last, and what they told us about themselves."""

    read: tuple[Key, ...]
    products: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair(Generic[Key]):
    """Two articles that the same readers opened: how many readers, and how many times likelier than by chance."""

    article: Key
    other: Key
    readers: int
    lift: float


@dataclass(frozen=True)
class Learnt(Generic[Key]):
    """The figures of one night; `lifts` holds a source only if K readers stand behind it."""

    shares: Mapping[Key, float]
    pairs: tuple[Pair[Key], ...]
    lifts: Mapping[Source, float]
    readers_behind: Mapping[Source, int]

    def lift(self, source: Source) -> float:
        """Return the learnt lift of a source, or the one that holds until there is one."""
        return self.lifts.get(source, LIFTS[source])


def learn(
    histories: Sequence[History[Key]],
    *,
    products_of: Callable[[Key], Collection[str]],
    topics_of: Callable[[Key], Collection[str]],
) -> Learnt[Key]:
    """Return what these histories teach. Cost: linear in the pairs of articles that K readers opened at least."""
    readers = Counter(key for history in histories for key in history.read)
    total = sum(readers.values())
    shares = {key: count / total for key, count in readers.items()}
    lifts, behind = {}, {}
    for source, says, is_about in (
        (Source.PRODUCT, lambda history: history.products, products_of),
        (Source.TOPIC, lambda history: history.topics, topics_of),
    ):
        told = [history for history in histories if says(history)]
        behind[source] = len(told)
        if len(told) >= K:
            lifts[source] = _lift_of_source(told, says, is_about, shares)
    return Learnt(shares, tuple(_pairs(histories, readers)), lifts, behind)


def certain_lift(observed: float, expected: float) -> float:
    """Return by how much more than by chance at least, at 99 %; 1 when it may be chance. Both are counts."""
    return max(1.0, (observed - Z * math.sqrt(observed)) / expected) if expected > 0 else 1.0


def _lift_of_source(
    told: list[History[Key]],
    says: Callable[[History[Key]], frozenset[str]],
    is_about: Callable[[Key], Collection[str]],
    shares: Mapping[Key, float],
) -> float:
    """Compare how often readers opened what their own words point to with how often everybody opens that."""
    share_of: defaultdict[str, float] = defaultdict(float)
    codes_of = {key: frozenset(is_about(key)) for key in shares}
    for key, share in shares.items():
        for code in codes_of[key]:
            share_of[code] += share
    observed, expected = 0, 0.0
    for history in told:
        codes = says(history)
        observed += sum(1 for key in history.read if codes & codes_of[key])
        expected += len(history.read) * min(1.0, sum(share_of[code] for code in codes))
    return certain_lift(observed, expected)


def _pairs(histories: Sequence[History[Key]], readers: Mapping[Key, int]) -> Iterator[Pair[Key]]:
    # A pair has at most as many readers as the rarer of the two.
    keys = sorted((key for key, count in readers.items() if count >= K), key=str)
    number_of = {key: number for number, key in enumerate(keys)}
    counted = _count_pairs(
        (sorted(number_of[key] for key in one.read if key in number_of) for one in histories), len(keys)
    )
    partners: defaultdict[Key, list[Pair[Key]]] = defaultdict(list)
    for code, count in zip(*counted, strict=True):
        first, second = keys[int(code) // len(keys)], keys[int(code) % len(keys)]
        lift = certain_lift(int(count), readers[first] * readers[second] / len(histories))
        if count >= K and lift > 1.0:
            partners[first].append(Pair(first, second, int(count), lift))
            partners[second].append(Pair(second, first, int(count), lift))
    for pairs in partners.values():
        yield from sorted(pairs, key=lambda pair: (-pair.lift, str(pair.other)))[:MOST_PARTNERS]


def _count_pairs(numbered: Iterable[list[int]], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs as first * size + second, and how many readers opened both."""
    codes, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    waiting: list[np.ndarray] = []
    amount = 0
    for numbers in numbered:
        row = np.asarray(numbers, np.int64)
        first, second = np.triu_indices(len(row), 1)
        waiting.append(row[first] * size + row[second])
        amount += len(first)
        if amount >= _PAIRS_AT_ONCE:
            codes, counts = _added(codes, counts, waiting)
            waiting, amount = [], 0
    return _added(codes, counts, waiting)


def _added(codes: np.ndarray, counts: np.ndarray, more: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    new, how_often = np.unique(np.concatenate([*more, np.empty(0, np.int64)]), return_counts=True)
    together, places = np.unique(np.concatenate([codes, new]), return_inverse=True)
    return together, np.bincount(places, np.concatenate([counts, how_often]), len(together)).astype(np.int64)
