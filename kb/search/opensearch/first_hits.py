"""The first hits of a query with their words in order, for the second look that every engine takes at them."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from kb.search.passages import Codes, Passages, Points, decode_passages
from kb.search.query import Understanding
from kb.search.ranking import SECOND_LOOK, passage_points
from kb.search.schema import PASSAGES

# How a hit is placed: equal ones stand in the order of their pages, on every replica alike.
BY_SCORE: list[dict[str, Any]] = [{"_score": {"order": "desc"}}, {"page_id": {"order": "asc"}}]


@dataclass(frozen=True)
class FirstHit:
    """One of the first hits; `passages` as `kb.search.passages` encodes them."""

    identifier: str
    language: str
    score: float
    passages: bytes


def first_hits_body(query: dict[str, Any]) -> dict[str, Any]:
    """Return the search for the first hits of a query."""
    return {
        "query": query,
        "size": SECOND_LOOK,
        "sort": BY_SCORE,
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": [PASSAGES, "language"],
    }


def read_first_hits(answer: dict[str, Any], *, tail_share: float = 0.0) -> list[FirstHit]:
    """Return the first hits, best first, without those below a share of the best score."""
    found = [
        FirstHit(
            hit["_id"],
            hit["fields"]["language"][0],
            float(hit["_score"] or 0.0),
            # As the server writes bytes: in the alphabet for addresses, without padding.
            base64.urlsafe_b64decode(hit["fields"][PASSAGES][0] + "=="),
        )
        for hit in answer["hits"]["hits"]
    ]
    least = tail_share * found[0].score if found else 0.0
    return [hit for hit in found if hit.score >= least]


@dataclass(frozen=True)
class SecondLook:
    """Looks at the first hits once more (a `kb.search.second_look.PassageSource`, by their place)."""

    hits: Sequence[FirstHit]
    known_rarity: Callable[[str, Codes], Points]

    def passages(self, language: str, number: int) -> Passages:
        """Return the words of one hit, passage by passage."""
        return decode_passages(self.hits[number].passages, partial(self.known_rarity, language))

    def rarity(self, language: str, codes: Codes) -> Points:
        """Return for each code how rare its term is."""
        return self.known_rarity(language, codes)

    def ordered(self, understandings: Sequence[Understanding]) -> list[FirstHit]:
        """Return the hits with the points that their passages add, best first; equals stay as they were."""
        scores = np.array([hit.score for hit in self.hits], np.float32)
        for understanding in understandings:
            mine = [i for i, hit in enumerate(self.hits) if hit.language == understanding.language]
            scores[mine] += passage_points(understanding, self, mine)
        return [replace(self.hits[i], score=float(scores[i])) for i in np.argsort(-scores, kind="stable").tolist()]
