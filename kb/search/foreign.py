"""Words of another language: Vietnamese typed on the English pages, most often without its marks, or the other way round.

Taken for misspelt words of the page's language they find nonsense (may giat → may gift), and what remains of them means
something else there (may). Nobody declares a language: the pages of each language know their own words.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.search.analyzers import normalize, tokens
from kb.search.lexicon import Lexicon
from kb.search.slips import is_code


@dataclass(frozen=True)
class OtherWord:
    """A typed word as another language reads it: how it is written, and the term it is found by."""

    written: str
    term: str


def foreign_places(unknown: Collection[int], words: Sequence[OtherWord], other: Lexicon) -> frozenset[int]:
    """Return the places of the words that belong to another language; none where that is not sure.

    unknown  the places of the words that no page of the own language has
    words    all of the query, as the other language reads them

    Sure is an unknown word that pages of the other language have, beside one of its neighbours if it has any. Then the
    words belong to it as well that stand beside such words there. Codes belong to no language and are nobody's neighbours.
    Measured on 1,777 pages (docs/search.md): none of 7,854 queries in their own language has a foreign word.
    Cost     nothing for a query whose words are known or are slips; else one look-up for each two words.
    """
    candidates = [place for place in unknown if other.has_written(words[place].written)]
    if not candidates or sum(not is_code(word.term) for word in words) == 1:
        return frozenset(candidates)
    beside = other.pair_frequencies(pairwise([word.term for word in words]))
    joined = [
        bool(count) and not is_code(first.term) and not is_code(second.term)
        for count, (first, second) in zip(beside, pairwise(words), strict=True)
    ]
    foreign: set[int] = set()
    for start, end in _runs(joined):
        run = range(start, end)
        if any(place in run for place in candidates):
            foreign.update(run)
    return frozenset(foreign)


def as_a_title_writes_it(text: str, titles: Iterable[str], language: str) -> str | None:
    """Return `text` with the marks of the first title that says it in these words; None if none does."""
    wanted = [token.term for token in tokens(normalize(text), language)]
    for title in map(normalize, titles):
        found = tokens(title, language)
        terms = [token.term for token in found]
        for start in range(len(terms) - len(wanted) + 1):
            if wanted and terms[start : start + len(wanted)] == wanted:
                written = title[found[start].start : found[start + len(wanted) - 1].end]
                return written.lower() if text.islower() else written
    return None


def _runs(joined: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where runs of two words and more begin and end, from whether each word is joined to the next one."""
    runs: list[tuple[int, int]] = []
    start = 0
    for place, is_joined in enumerate([*joined, False]):
        if not is_joined:
            if place > start:
                runs.append((start, place + 1))
            start = place + 1
    return runs
