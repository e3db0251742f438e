"""The score of every document for a query, as one array: BM25 of words, pairs of words and exact forms.

    score(d) = Σ words  stop · max over readings( weight · BM25(term, d) )
             + PAIR_WEIGHT  · Σ neighbours  max over readings( weights · BM25(pair, d) )
             + EXACT_WEIGHT · Σ words  BM25(exact form, d)

BM25 runs over one combined, weighted field (title, keywords, headings, short answer, body), which makes it BM25F
(Robertson, Zaragoza, Taylor 2004). Readings of one word compete instead of adding up, so that a word with many
guesses does not drown the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from kb.search.postings import Mask, Snapshot, Weights
from kb.search.query import Understanding, Word
from kb.search.schema import scored_field

# Measured on judged queries, docs/search.md.
PAIR_WEIGHT = 0.7
EXACT_WEIGHT = 0.3
# A page below this share of the best score only shares a common word with the query.
TAIL_SHARE = 0.25

_MAX_PAIR_READINGS = 4

ClauseKind = Literal["word", "exact", "pair", "synonym"]


class Reading(NamedTuple):
    """One term of the index that a clause may be read as, and the factor of its BM25."""

    field: str
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of the sum: a typed word or two neighbours, of whose readings the best one counts."""

    kind: ClauseKind
    typed: str
    readings: tuple[Reading, ...]


def score_documents(understanding: Understanding, snapshot: Snapshot) -> Weights:
    """Return the score of each document of the snapshot, 0 where nothing matches.

    Cost  proportional to the postings of the query's terms; no document is touched twice for one term.
    """
    scores = np.zeros(snapshot.size, np.float32)
    for clause in clauses_of(understanding):
        _add_best(scores, clause.readings, snapshot)
    return scores


def clauses_of(understanding: Understanding) -> Iterator[Clause]:
    """Yield the parts of the sum; the score of a document is that of its clauses, and nothing else."""
    yield from _clauses(understanding.words, understanding.language)
    for phrase in understanding.phrases:
        for clause in _clauses(phrase, understanding.language):
            yield Clause("synonym", clause.typed, clause.readings)


def matching(scores: Weights, allowed: Mask) -> Mask:
    """Return which allowed documents count as found: those within reach of the best one."""
    found = allowed & (scores > 0)
    if found.any():
        found &= scores >= TAIL_SHARE * scores[found].max()
    return found


def _clauses(words: Sequence[Word], language: str) -> Iterator[Clause]:
    text, exact, pairs = (scored_field(kind, language) for kind in ("text", "exact", "pairs"))
    for word in words:
        candidates = word.candidates
        typed = word.token.surface
        yield Clause("word", typed, tuple(Reading(text, c.term, word.weight * c.weight) for c in candidates))
        factor = EXACT_WEIGHT * word.weight
        marked = tuple(Reading(exact, c.exact, factor * c.weight) for c in candidates if c.exact)
        if marked:
            yield Clause("exact", typed, marked)
    for first, second in pairwise(words):
        factor = PAIR_WEIGHT * max(first.weight, second.weight)
        readings = tuple(
            Reading(pairs, f"{a.term} {b.term}", factor * a.weight * b.weight)
            for a in first.candidates[:_MAX_PAIR_READINGS]
            for b in second.candidates
        )
        yield Clause("pair", f"{first.token.surface} {second.token.surface}", readings)


def _add_best(scores: Weights, readings: Sequence[Reading], snapshot: Snapshot) -> None:
    """Add to each document the best of several readings."""
    matches = []
    for field, term, weight in readings:
        numbers, impacts = snapshot.impacts(field, term)
        if len(numbers):
            matches.append((numbers, impacts, weight))
    if len(matches) == 1:
        numbers, impacts, weight = matches[0]
        scores[numbers] += weight * impacts
        return
    if matches:
        best = np.zeros_like(scores)
        for numbers, impacts, weight in matches:
            best[numbers] = np.maximum(best[numbers], weight * impacts)
        scores += best
