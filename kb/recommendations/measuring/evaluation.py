"""Hits on held-out readings: is what somebody opened last among the five we would have recommended before?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kb.recommendations.learning import History, Learnt, learn
from kb.recommendations.scoring import SHOWN, Candidate, Source, best, strongest

Key = TypeVar("Key", bound=Hashable)
# One reader of five is held out.
HELD_OUT = 5
CodesOf = Callable[[Key], Collection[str]]


@dataclass(frozen=True)
class Hits:
    """The share of held-out readings that each way of recommending had among its first five."""

    readings: int
    ours: float
    popularity: float
    random: float

    @property
    def ratio(self) -> float:
        """Return how many times as often as popularity ours is right."""
        return self.ours / self.popularity if self.popularity else float("inf")


def evaluate(
    histories: Sequence[History[Key]], *, products_of: CodesOf[Key], topics_of: CodesOf[Key], seed: int
) -> Hits:
    """Learn from four readers of five, and recommend to the fifth what to read after all but the last of their articles.

    The held-out readers are not learnt from. Cost: the number of held-out readers times that of articles.
    """
    chance = random.Random(seed)  # noqa: S311  no secret: the seed is printed
    shuffled = list(histories)
    chance.shuffle(shuffled)
    held_out = [one for one in shuffled[: len(shuffled) // HELD_OUT] if len(one.read) > 1]
    learnt = learn(shuffled[len(shuffled) // HELD_OUT :], products_of=products_of, topics_of=topics_of)
    pointed = Pointers(learnt, products_of, topics_of)
    known = sorted(learnt.shares, key=lambda key: (-learnt.shares[key], str(key)))
    hits: Counter[str] = Counter()
    for history in held_out:
        *before, wanted = history.read
        choices = [key for key in known if key not in set(before)]
        ours = best(pointed.candidates(choices, History(tuple(before), history.products, history.topics)))
        hits["ours"] += wanted in {candidate.key for candidate in ours}
        hits["popularity"] += wanted in choices[:SHOWN]
        hits["random"] += wanted in chance.sample(choices, min(SHOWN, len(choices)))
    count = len(held_out) or 1
    return Hits(len(held_out), hits["ours"] / count, hits["popularity"] / count, hits["random"] / count)


class Pointers(Generic[Key]):
    """What points where, out of what was learnt; the selector does the same with one query."""

    def __init__(self, learnt: Learnt[Key], products_of: CodesOf[Key], topics_of: CodesOf[Key]):
        self._learnt = learnt
        self._products_of = {key: frozenset(products_of(key)) for key in learnt.shares}
        self._topics_of = {key: frozenset(topics_of(key)) for key in learnt.shares}
        self._partners: dict[Key, dict[Key, float]] = {}
        for pair in learnt.pairs:
            self._partners.setdefault(pair.article, {})[pair.other] = pair.lift

    def candidates(self, keys: Sequence[Key], history: History[Key]) -> list[Candidate[Key]]:
        """Return each key with its share and what points it out to whoever has this history."""
        together = strongest(history.read, self._partners)
        return [Candidate(key, self._learnt.shares[key], self._lifts(key, history, together)) for key in keys]

    def _lifts(self, key: Key, history: History[Key], together: Mapping[Key, float]) -> dict[Source, float]:
        lifts = {}
        if history.products & self._products_of[key]:
            lifts[Source.PRODUCT] = self._learnt.lift(Source.PRODUCT)
        if history.topics & self._topics_of[key]:
            lifts[Source.TOPIC] = self._learnt.lift(Source.TOPIC)
        if key in together:
            lifts[Source.CO_READING] = together[key]
        return lifts
