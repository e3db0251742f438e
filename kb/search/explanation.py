"""Why a page ranks where it does: its score, taken apart into the points that make it up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from kb.search.postings import Postings, StoredDocument
from kb.search.query import Understanding
from kb.search.ranking import Clause, ClauseKind, PassageKind, Reading, clauses_of, passage_weights, second_look
from kb.search.schema import places_of
from kb.search.second_look import PassageSource

_PLACES: dict[PassageKind, tuple[str, ...]] = {
    "title": ("title",),
    "heading": ("title", "keywords", "headings"),
    "sentence": ("short_answer", "body"),
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a score: points = weight · relevance.

    `typed` is what the reader wrote, `term` what the index holds of it (folded, in English stemmed). `places` are the
    parts of the page it stands in: title, keywords, headings, short_answer, body. `relevance` is BM25; for the title, the
    best heading and the best sentence of a page it is the summed rarity of the words that it names.
    """

    kind: ClauseKind | PassageKind | Literal["meaning"]
    typed: str
    term: str
    places: tuple[str, ...]
    weight: float
    relevance: float
    points: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the score of one page for one query comes about; the points of `contributions` sum to `score`."""

    page_id: int
    score: float
    contributions: tuple[Contribution, ...]


class ScoredDocuments(PassageSource, Protocol):
    """Documents with the scores of terms, as every engine has them."""

    def impacts(self, field: str, term: str) -> Postings:
        """Return (documents in order, BM25 scores) of one term."""

    def document(self, number: int) -> StoredDocument:
        """Return what is stored of one document."""


def explain_documents(
    understanding: Understanding, snapshot: ScoredDocuments, numbers: Mapping[int, int]
) -> dict[int, Explanation]:
    """Return the explanation of each page, most points first; `numbers` are their places in the snapshot.

    Cost  one look into each posting list for each page, and an analysis of the page's text.
    """
    clauses = list(clauses_of(understanding))
    return {page_id: _explain(page_id, number, clauses, understanding, snapshot) for page_id, number in numbers.items()}


def with_meaning(
    explanations: Mapping[int, Explanation], text: str, points: Mapping[int, float]
) -> dict[int, Explanation]:
    """Return the explanations with the points that pages get for being near the text in meaning."""
    result = {}
    for page_id, one in explanations.items():
        more = points[page_id]
        added = (Contribution("meaning", text, "", (), 1.0, more, more),) if more > 0 else ()
        parts = sorted((*one.contributions, *added), key=lambda part: -part.points)
        result[page_id] = Explanation(page_id, one.score + more, tuple(parts))
    return result


def _explain(
    page_id: int, number: int, clauses: list[Clause], understanding: Understanding, snapshot: ScoredDocuments
) -> Explanation:
    found = [one for clause in clauses if (one := _contribution(clause, number, snapshot))]
    if found:
        found += _passages(understanding, number, snapshot)
    found.sort(key=lambda one: -one.points)
    return Explanation(page_id, sum(one.points for one in found), tuple(found))


def _contribution(clause: Clause, number: int, snapshot: ScoredDocuments) -> Contribution | None:
    """Return what the best reading of a clause gives the document, None if no reading occurs in it."""
    weighed = [(reading.weight * _relevance(reading, number, snapshot), reading) for reading in clause.readings]
    points, best = max(weighed, default=(0.0, None), key=lambda one: one[0])
    if best is None or points <= 0:
        return None
    kind = best.field.split("_", 1)[0]
    places = places_of(snapshot.document(number), kind, best.term)
    return Contribution(clause.kind, clause.typed, best.term, places, best.weight, points / best.weight, points)


def _passages(understanding: Understanding, number: int, snapshot: ScoredDocuments) -> Iterator[Contribution]:
    """Yield what the title, the best heading and the best sentence add."""
    typed = " ".join(word.token.surface for word in understanding.words)
    terms = " ".join(word.candidates[0].term for word in understanding.words)
    match = second_look(understanding, snapshot, [number])
    for kind, weight in passage_weights().items():
        relevance = float(match.of(kind)[0])
        if relevance > 0:
            yield Contribution(kind, typed, terms, _PLACES[kind], weight, relevance, weight * relevance)


def _relevance(reading: Reading, number: int, snapshot: ScoredDocuments) -> float:
    numbers, impacts = snapshot.impacts(reading.field, reading.term)
    place = int(np.searchsorted(numbers, number))
    if place == len(numbers) or numbers[place] != number:
        return 0.0
    return float(impacts[place])
