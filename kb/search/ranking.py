"""The score of every document for a query, as one array: BM25 of words, pairs of words and exact forms.

    score(d) = Σ words  stop · max over readings( weight · BM25(term, d) )
             + PAIR_WEIGHT  · Σ neighbours  max over readings( weights · BM25(pair, d) )
             + EXACT_WEIGHT · Σ words  BM25(exact form, d)

BM25 runs over one combined, weighted field (title, keywords, headings, short answer, body), which makes it BM25F
(Robertson, Zaragoza, Taylor 2004). Readings of one word compete instead of adding up, so that a word with many
guesses does not drown the others.
"""

from collections.abc import Sequence
from itertools import pairwise

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


def score_documents(understanding: Understanding, snapshot: Snapshot) -> Weights:
    """Return the score of each document of the snapshot, 0 where nothing matches.

    Cost  proportional to the postings of the query's terms; no document is touched twice for one term.
    """
    scores = np.zeros(snapshot.size, np.float32)
    for words in (understanding.words, *understanding.phrases):
        _add_words(scores, words, snapshot, understanding.language)
        _add_pairs(scores, words, snapshot, understanding.language)
    return scores


def matching(scores: Weights, allowed: Mask) -> Mask:
    """Return which allowed documents count as found: those within reach of the best one."""
    found = allowed & (scores > 0)
    if found.any():
        found &= scores >= TAIL_SHARE * scores[found].max()
    return found


def _add_words(scores: Weights, words: Sequence[Word], snapshot: Snapshot, language: str) -> None:
    text, exact = scored_field("text", language), scored_field("exact", language)
    for word in words:
        readings = [(text, c.term, word.weight * c.weight) for c in word.candidates]
        _add_best(scores, readings, snapshot)
        marked = [(exact, c.exact, EXACT_WEIGHT * word.weight * c.weight) for c in word.candidates if c.exact]
        _add_best(scores, marked, snapshot)


def _add_pairs(scores: Weights, words: Sequence[Word], snapshot: Snapshot, language: str) -> None:
    field = scored_field("pairs", language)
    for first, second in pairwise(words):
        weight = PAIR_WEIGHT * max(first.weight, second.weight)
        readings = [
            (field, f"{a.term} {b.term}", weight * a.weight * b.weight)
            for a in first.candidates[:_MAX_PAIR_READINGS]
            for b in second.candidates
        ]
        _add_best(scores, readings, snapshot)


def _add_best(scores: Weights, readings: Sequence[tuple[str, str, float]], snapshot: Snapshot) -> None:
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
