"""The score of every document for a query, as one array: BM25 of words, pairs of words and exact forms.

    score(d) = Σ words  stop · max over readings( weight · BM25(term, d) )
             + pair  · Σ neighbours  max over readings( weights · BM25(pair, d) )
             + exact · Σ words  BM25(exact form, d)

and for the first twenty documents, after a second look at their words in order (kb.search.second_look)

             + title_match · title(d) + heading_match · heading(d) + sentence_match · sentence(d)

BM25 runs over one combined, weighted field (title, keywords, headings, short answer, body), which makes it BM25F
(Robertson, Zaragoza, Taylor 2004). Readings of one word compete instead of adding up, so that a word with many
guesses does not drown the others. The weights stand in kb.search.weights.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.search import weights
from kb.search.passages import Codes
from kb.search.postings import Mask, Scores, Snapshot
from kb.search.query import Understanding, Word
from kb.search.schema import scored_field
from kb.search.second_look import PassageMatches, PassageSource, match_passages

# The pages that get a second look. Fewer cost quality, more only time.
SECOND_LOOK = 20

_MAX_PAIR_READINGS = 4

ClauseKind = Literal["word", "exact", "pair", "synonym"]
PassageKind = Literal["title", "heading", "sentence"]


class Reading(NamedTuple):
    """One term of the index that a clause may be read as, and the factor of its BM25."""

    field: str
    term: str
    weight: float


class Clause(NamedTuple):
    """One part of the sum: a typed word or two neighbours, of whose readings the best one counts."""

    kind: ClauseKind
    typed: str
    readings: tuple[Reading, ...]


def score_documents(understanding: Understanding, snapshot: Snapshot) -> Scores:
    """Return the score of each document of the snapshot, 0 where nothing matches.

    Cost  proportional to the postings of the query's terms: the postings of all clauses are added up in one step.
    """
    found: list[_Points] = []
    contested: list[list[_Points]] = []
    for clause in clauses_of(understanding):
        points = _points_of(clause.readings, snapshot)
        if len(points) == 1:
            found += points
        elif points:
            contested.append(points)
    scores = np.zeros(snapshot.size, np.float32)
    if found:
        np.add.at(scores, *_joined(found))
    if contested:
        scores += _best_of_each(contested, snapshot.size)
    return scores


def clauses_of(understanding: Understanding) -> Iterator[Clause]:
    """Yield the parts of the sum; the score of a document is that of its clauses, and nothing else."""
    yield from _clauses(understanding.words, understanding.language)
    for phrase in understanding.phrases:
        for clause in _clauses(phrase, understanding.language):
            yield Clause("synonym", clause.typed, clause.readings)


def matching(scores: Scores, allowed: Mask) -> Mask:
    """Return which allowed documents count as found: those within reach of the best one."""
    visible = scores * allowed
    best = visible.max(initial=0)
    if best <= 0:
        return np.zeros_like(allowed)
    found: Mask = visible >= weights.active().tail_share * best
    return found


def best_first(found: NDArray[np.intp], scores: Scores, count: int | None) -> NDArray[np.intp]:
    """Return the found documents by falling score, at least the first `count`; equals in the order of the index."""
    mine = scores[found]
    if count is not None and count < len(found):
        # Everything as good as the last one wanted: equals must not depend on how much was asked for.
        least = np.partition(mine, len(mine) - count)[len(mine) - count]
        found = found[mine >= least]
        mine = scores[found]
    return found[(-mine).argsort(kind="stable")]


def second_look(understanding: Understanding, source: PassageSource, numbers: Sequence[int]) -> PassageMatches:
    """Return how well single passages of these documents say what was asked, a synonym's phrase on its own.

    All of them are of the understanding's language.
    """

    def rarity(codes: Codes) -> Scores:
        return source.rarity(understanding.language, codes)

    pages = [source.passages(understanding.language, number) for number in numbers]
    matches = [match_passages(words, pages, rarity) for words in (understanding.words, *understanding.phrases)]
    return reduce(PassageMatches.__add__, matches)


def passage_weights() -> dict[PassageKind, float]:
    """Return the factor of each sort of passage."""
    weight = weights.active()
    return {"title": weight.title_match, "heading": weight.heading_match, "sentence": weight.sentence_match}


def passage_points(understanding: Understanding, source: PassageSource, numbers: Sequence[int]) -> Scores:
    """Return what the second look adds to the scores of these documents."""
    match = second_look(understanding, source, numbers)
    points: Scores = sum(
        (np.float32(weight) * match.of(kind) for kind, weight in passage_weights().items()),
        start=np.zeros(len(numbers), np.float32),
    )
    return points


def _clauses(words: Sequence[Word], language: str) -> Iterator[Clause]:
    text, exact, pairs = (scored_field(kind, language) for kind in ("text", "exact", "pairs"))
    active = weights.active()
    for word in words:
        candidates = word.candidates
        typed = word.token.surface
        yield Clause("word", typed, tuple([Reading(text, c.term, word.weight * c.weight) for c in candidates]))
        factor = active.exact * word.weight
        marked = tuple([Reading(exact, c.exact, factor * c.weight) for c in candidates if c.exact])
        if marked:
            yield Clause("exact", typed, marked)
    for first, second in pairwise(words):
        factor = active.pair * max(first.weight, second.weight)
        readings = tuple(
            [
                Reading(pairs, f"{a.term} {b.term}", factor * a.weight * b.weight)
                for a in first.candidates[:_MAX_PAIR_READINGS]
                for b in second.candidates
            ]
        )
        yield Clause("pair", f"{first.token.surface} {second.token.surface}", readings)


# What a reading gives: documents, their BM25, the factor of it.
_Points = tuple[NDArray[np.integer], Scores, float]


def _points_of(readings: Iterable[Reading], snapshot: Snapshot) -> list[_Points]:
    """Return what each reading that occurs gives."""
    found = [(*snapshot.impacts(field, term), weight) for field, term, weight in readings]
    return [one for one in found if len(one[0])]


def _joined(points: Sequence[_Points]) -> tuple[NDArray[np.integer], Scores]:
    """Return the documents of several readings and their points as two arrays."""
    numbers = [one[0] for one in points]
    factors = np.repeat(np.array([one[2] for one in points], np.float32), [len(one) for one in numbers])
    return np.concatenate(numbers), np.concatenate([one[1] for one in points]) * factors


def _best_of_each(clauses: Sequence[Sequence[_Points]], size: int) -> Scores:
    """Return for each document the sum of what the best reading of each of these clauses gives it."""
    best = np.zeros((len(clauses), size), np.float32)
    for row, readings in zip(best, clauses, strict=True):
        np.maximum.at(row, *_joined(readings))
    total: Scores = best.sum(axis=0)
    return total
