"""Every weight of the ranking, in one place.

Change a value here, or try one without changing anything: `manage.py evaluate_search QUERIES --weight pair=0.9`.
What each does to the score is told in docs/search.md, with the figures it was chosen by.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class SearchWeights:
    """The numbers of the formula. Those of a page's parts go into the index: they need a rebuild."""

    # How much one occurrence counts, by the part of the page it stands in (in the index).
    title: float = 5.0
    keywords: float = 3.0
    headings: float = 2.0
    short_answer: float = 2.0
    body: float = 1.0

    # BM25 (Robertson and others 1994): how soon repetition stops to count, how much a long page is held back.
    k1: float = 1.2
    b: float = 0.75

    # Kinds of evidence, beside 1 for a word.
    pair: float = 0.7
    exact: float = 0.3
    synonym: float = 0.7
    stop_word: float = 0.4

    # Guesses, beside 1 for what was typed.
    best_correction: float = 0.9
    other_correction: float = 0.5
    context_correction: float = 0.5
    completion: float = 0.5
    unknown_completion: float = 0.8
    undecoded: float = 0.4

    # Second look at the best pages: one title, one heading, one sentence that says it all.
    title_match: float = 0.4
    heading_match: float = 0.9
    sentence_match: float = 1.2

    # The nearest page in meaning, as a share of the best score, where the words leave all open (only with SEMANTIC=on).
    meaning: float = 2.0

    # A page below this share of the best score only shares a common word with the query.
    tail_share: float = 0.25


# Their change shows only after a rebuild.
INDEX_WEIGHTS = frozenset({"title", "keywords", "headings", "short_answer", "body"})

_active = SearchWeights()


def active() -> SearchWeights:
    """Return the weights that searches use now."""
    return _active


@contextmanager
def trying(**changed: float) -> Iterator[SearchWeights]:
    """Let this process search with other weights for a while: for measuring and tests, not for serving.

    Errors  ValueError for a name that is no weight; it names those there are.
    """
    global _active
    known = [field.name for field in fields(SearchWeights)]
    for name in changed:
        if name not in known:
            raise ValueError(f"there is no weight {name!r}; there are {', '.join(known)}")
    before = _active
    _active = replace(before, **changed)
    try:
        yield _active
    finally:
        _active = before
