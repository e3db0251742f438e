"""The score of a recommended article: how much it is read, times a lift for each thing that points it out.

    score = log(share of all reading) + Σ log(lift of each source that points the article out)

A lift says how many times likelier readers whom the source points there open the article than readers at large. A lift
of 1 changes nothing: a source that knows nothing about what people read leaves the most read articles in their order.
Products, topics and co-reading are learnt from what readers who allow it opened (`learning`); until there are twenty of
them, and for what is known only at the moment, the lifts below hold. Ties go by key, so equal input gives equal output.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

# What an article counts for that nobody has opened yet: less than one that anybody did.
LEAST_SHARE = 1e-6
SHOWN = 5


class Source(StrEnum):
    """What can point an article out to somebody; the values are stored."""

    ORDER = "order"
    MAINTENANCE = "maintenance"
    PRODUCT = "product"
    TOPIC = "topic"
    CO_READING = "co_reading"


# Whoever waits for a parcel that went astray reads little else; so the article that an editor named for it leads.
# A due filter comes near. Of eight kinds of appliance an owner reads about one: eight. A topic is wider than a product.
LIFTS: Mapping[Source, float] = {
    Source.ORDER: 40.0,
    Source.MAINTENANCE: 20.0,
    Source.PRODUCT: 8.0,
    Source.TOPIC: 4.0,
}
# In this order a reader is told why, when several sources point to one article: the most tangible first.
REASON_ORDER = (Source.ORDER, Source.MAINTENANCE, Source.PRODUCT, Source.CO_READING, Source.TOPIC)


@dataclass(frozen=True)
class Candidate(Generic[Key]):
    """An article that may be recommended: its share of all reading (0 to 1), and the lift of what points it out."""

    key: Key
    share: float
    lifts: Mapping[Source, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Return the logarithm of how likely it is to be opened, up to a constant."""
        return math.log(max(self.share, LEAST_SHARE)) + sum(math.log(max(lift, 1.0)) for lift in self.lifts.values())

    @property
    def source(self) -> Source | None:
        """Return what the reader is told; None for an article that is merely read a lot."""
        return next((source for source in REASON_ORDER if source in self.lifts), None)


def best(candidates: Iterable[Candidate[Key]], limit: int = SHOWN) -> list[Candidate[Key]]:
    """Return the `limit` candidates with the highest score, best first."""
    return sorted(candidates, key=lambda one: (-one.score, str(one.key)))[:limit]


def strongest(read: Iterable[Key], pairs: Mapping[Key, Mapping[Key, float]]) -> dict[Key, float]:
    """Return for each article that is read together with one of `read` its strongest lift, without those in `read`.

    The strongest and not the product: the articles of one evening say the same thing several times.
    """
    known = set(read)
    lifts: dict[Key, float] = {}
    for key in known:
        for other, lift in pairs.get(key, {}).items():
            if other not in known:
                lifts[other] = max(lift, lifts.get(other, 1.0))
    return lifts
