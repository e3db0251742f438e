"""A made-up help centre and its readers, whose habits are known because they were planted.

With structure, seven of ten articles that somebody opens belong to their product, topic, or to what they have just read; the rest is
drawn by popularity alone. Without it everything is, though everybody still owns and chooses something: whoever believes
products and topics all the same does worse than plain popularity there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kb.recommendations.learning import History

PRODUCTS = 12
TOPICS = 16
# Articles that belong together, as the steps of one repair do.
COMPANIONS = 4
READ = (3, 7)
# Of what is opened in a world with structure: by product, by topic, by what was read before; the rest by popularity.
HABITS = (0.15, 0.1, 0.45)


@dataclass(frozen=True)
class World:
    """Articles by number, each about one product and in one topic, and what readers opened."""

    product_of: tuple[str, ...]
    topic_of: tuple[str, ...]
    histories: tuple[History[int], ...]

    def products_of(self, article: int) -> tuple[str, ...]:
        return (self.product_of[article],)

    def topics_of(self, article: int) -> tuple[str, ...]:
        return (self.topic_of[article],)


def make_world(*, seed: int, articles: int, readers: int, has_structure: bool) -> World:
    """Return a world; the same arguments give the same one."""
    chance = random.Random(seed)  # noqa: S311  no secret: the seed is printed
    product_of = tuple(f"P{chance.randrange(PRODUCTS)}" for _ in range(articles))
    topic_of = tuple(f"T{chance.randrange(TOPICS)}" for _ in range(articles))
    # Zipf's law: the article of rank n is opened 1/n times as often as the first.
    weights = [1 / rank for rank in range(1, articles + 1)]
    chance.shuffle(weights)
    places = _Places(product_of, topic_of, weights, _companions(chance, articles))
    histories = tuple(_history(chance, places, HABITS if has_structure else (0, 0, 0)) for _ in range(readers))
    return World(product_of, topic_of, histories)


class _Places:
    """Where a reader may go next."""

    def __init__(
        self,
        product_of: Sequence[str],
        topic_of: Sequence[str],
        weights: Sequence[float],
        companions: Sequence[list[int]],
    ):
        self.weights = weights
        self.companions = companions
        self.everywhere = range(len(weights))
        self.about: defaultdict[str, list[int]] = defaultdict(list)
        for article, codes in enumerate(zip(product_of, topic_of, strict=True)):
            for code in codes:
                self.about[code].append(article)

    def draw(self, chance: random.Random, among: Sequence[int]) -> int:
        return chance.choices(among, [self.weights[article] for article in among])[0]


def _companions(chance: random.Random, articles: int) -> list[list[int]]:
    shuffled = list(range(articles))
    chance.shuffle(shuffled)
    groups = [shuffled[start : start + COMPANIONS] for start in range(0, articles, COMPANIONS)]
    group_of = {article: group for group in groups for article in group}
    return [group_of[article] for article in range(articles)]


def _history(chance: random.Random, places: _Places, habits: tuple[float, float, float]) -> History[int]:
    product, topic = f"P{chance.randrange(PRODUCTS)}", f"T{chance.randrange(TOPICS)}"
    read: dict[int, None] = {}
    wanted = chance.randint(*READ)
    while len(read) < wanted:
        habit = chance.choices(("product", "topic", "companion", ""), [*habits, 1 - sum(habits)])[0]
        among: Sequence[int] = places.everywhere
        if habit == "product":
            among = places.about[product]
        elif habit == "topic":
            among = places.about[topic]
        elif habit == "companion" and read:
            among = places.companions[next(reversed(read))]
        read.setdefault(places.draw(chance, among or places.everywhere))
    return History(tuple(read), frozenset({product}), frozenset({topic}))
