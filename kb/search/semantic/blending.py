"""How nearness of meaning joins the score of the words: a weighted sum, so that neither can silence the other.

    score(d) = lexical(d) + meaning · (1 - best / possible)² · best · closeness(d)

`best` is the best lexical score, `possible` what a page would get that said every word as well as any page says it. A
query in the page's own words comes near it, so the model hardly speaks; a question in other words leaves much open.

Measured against other ways to join two rankings (docs/search.md): one weight for all queries costs 3 to 4 points of
success@1 on queries in the page's own words, reciprocal rank fusion and re-ranking by the model 4 to 19.
"""

import numpy as np

from kb.search import weights
from kb.search.postings import Documents, Mask, Scores, Snapshot
from kb.search.query import Understanding
from kb.search.ranking import Clause, clauses_of

# Documents near a question, nearest first, and their cosines.
Near = tuple[Documents, Scores]

# Closeness is scaled from the nearest page (1) to this one (0): what lies behind it is near nothing.
DEPTH = 100


def meaning_points(
    understanding: Understanding, snapshot: Snapshot, scores: Scores, allowed: Mask, near: Near
) -> Scores:
    """Return the points that each document gets for its meaning, beside its lexical `scores`.

    Only allowed pages count, for the scale too, so that a filter does not leave the points to pages that nobody sees.
    Where no page shares a word with the question there is nothing to weigh against, and no cosine says by itself that
    a page is near: then nothing is found, and the reader is led to a person.
    """
    numbers, cosines = near
    points = np.zeros_like(scores)
    best = float(scores[allowed].max(initial=0.0))
    is_seen = allowed[numbers]
    numbers, cosines = numbers[is_seen][:DEPTH], cosines[is_seen][:DEPTH]
    if best == 0 or len(numbers) == 0:
        return points
    spread = cosines[0] - cosines[-1]
    closeness = (cosines - cosines[-1]) / spread if spread > 0 else np.ones_like(cosines)
    points[numbers] = weights.active().meaning * _left_open(understanding, snapshot, best) * best * closeness
    return points


def _left_open(understanding: Understanding, snapshot: Snapshot, best: float) -> float:
    """Return how much of the question the words leave open: 0 where one page says all of it as well as can be."""
    most = [(one.kind, _most(one, snapshot)) for one in clauses_of(understanding) if one.kind != "synonym"]
    words = [points for kind, points in most if kind == "word"]
    # A word that no page says is open altogether, and as rare as the rarest of the others.
    unsaid = words.count(0.0) * max(words, default=0.0)
    possible = sum(points for _kind, points in most) + unsaid
    return (1 - min(1.0, best / possible)) ** 2 if possible else 0.0


def _most(clause: Clause, snapshot: Snapshot) -> float:
    """Return the most points that any page gets for a clause."""
    return max(
        (weight * float(snapshot.impacts(field, term)[1].max(initial=0.0)) for field, term, weight in clause.readings),
        default=0.0,
    )
