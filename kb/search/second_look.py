"""A second look at the best pages: does one title, one heading or one sentence say what was asked?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.search.passages import CODE, END, Codes, code_of
from kb.search.query import Word

Points = NDArray[np.float32]
# For each code how rare its term is: BM25's logarithm, 0 for what no page holds.
Rarity = Callable[[Codes], Points]


class PassageSource(Protocol):
    """The words of documents in order, and how rare they are; every engine keeps both."""

    def passages(self, number: int) -> bytes:
        """Return the words of one document as `passages.encode_passages` wrote them."""

    def rarity(self, language: str, codes: Codes) -> Points:
        """Return for each code how rare its term is; see `Rarity`."""


@dataclass(frozen=True)
class PassageMatches:
    """For each page how well its best passage of each sort matches, in units of BM25's rarity."""

    title: Points
    heading: Points
    sentence: Points

    def of(self, kind: Literal["title", "heading", "sentence"]) -> Points:
        """Return the matches of one sort of passage."""
        return {"title": self.title, "heading": self.heading, "sentence": self.sentence}[kind]

    def __add__(self, other: "PassageMatches") -> "PassageMatches":
        """Return both together: a query, and a phrase that a synonym adds to it."""
        return PassageMatches(self.title + other.title, self.heading + other.heading, self.sentence + other.sentence)


def match_passages(words: Sequence[Word], pages: Sequence[bytes], rarity: Rarity) -> PassageMatches:
    """Return how well the best title, heading and sentence of each page matches the words.

        named(p)    = Σ over the words in p: what the word is worth (its rarity), times the weight of the reading found
        title       = named · share of the title's own rarity that the words name; heading: the best one, likewise
        sentence    = named of the best sentence

    Cost  some thirty array operations over the words of the pages, 0.1 ms for thirty pages.
    """
    none = np.zeros(len(pages), np.float32)
    arrays = [np.frombuffer(page, CODE) for page in pages]
    found = _Hits.of(words, np.concatenate(arrays), rarity) if arrays and words else None
    if found is None:
        return PassageMatches(none, none, none)
    starts = np.cumsum([0, *(len(array) for array in arrays[:-1])])
    page = np.searchsorted(starts, found.ends[found.passages], side="right") - 1
    place = found.passages - np.searchsorted(found.ends, starts)[page]
    is_lead = place < found.codes[starts][page]
    fitting = np.zeros(len(page), np.float32)
    fitting[is_lead] = found.named[is_lead] * found.shares(np.flatnonzero(is_lead), starts[page], rarity)
    return PassageMatches(
        title=_best(page, np.where(place == 0, fitting, 0), len(pages)),
        heading=_best(page, fitting, len(pages)),
        sentence=_best(page, np.where(is_lead, 0, found.named), len(pages)),
    )


@dataclass(frozen=True)
class _Hits:
    """The passages that hold any of the words; all arrays but the first three are by such passage."""

    codes: Codes
    is_hit: NDArray[np.bool_]
    ends: NDArray[np.intp]  # of every passage
    passages: NDArray[np.intp]  # places in `ends`
    named: Points

    @classmethod
    def of(cls, words: Sequence[Word], codes: Codes, rarity: Rarity) -> "_Hits | None":
        """Return what the words hit, None if they hit nothing."""
        readings = [
            (i, code_of(candidate.term), candidate.weight)
            for i, word in enumerate(words)
            for candidate in reversed(word.candidates)  # the best one last: it overwrites the others
        ]
        hits = [np.flatnonzero(codes == code) for _i, code, _weight in readings]
        positions = np.concatenate(hits)
        if not len(positions):
            return None
        ends = np.flatnonzero(codes == END)
        passages, row = np.unique(np.searchsorted(ends, positions), return_inverse=True)
        held = np.zeros((len(passages), len(words)), np.float32)
        begin = 0
        for (i, _code, weight), hit in zip(readings, hits, strict=True):
            held[row[begin : begin + len(hit)], i] = weight
            begin += len(hit)
        is_hit = np.zeros(len(codes), np.bool_)
        is_hit[positions] = True
        return cls(codes, is_hit, ends, passages, held @ _worths(words, readings, rarity))

    def shares(self, chosen: NDArray[np.intp], page_starts: NDArray[np.intp], rarity: Rarity) -> Points:
        """Return, for the chosen passages, which share of their own rarity the words name."""
        if not len(chosen):
            return np.zeros(0, np.float32)
        passages = self.passages[chosen]
        # Behind the end of the passage before it, or behind the number that a page begins with.
        begins = np.maximum(self.ends[passages - 1], page_starts[chosen]) + 1
        begins[passages == 0] = 1
        lengths = self.ends[passages] - begins
        offsets = np.cumsum(lengths) - lengths
        flat = np.arange(lengths.sum()) + np.repeat(begins - offsets, lengths)
        rare = rarity(self.codes[flat])
        whole = np.add.reduceat(rare, offsets)
        shares = np.add.reduceat(rare * self.is_hit[flat], offsets) / np.maximum(whole, 1e-9)
        return shares.astype(np.float32, copy=False)


def _worths(words: Sequence[Word], readings: Sequence[tuple[int, int, float]], rarity: Rarity) -> Points:
    """Return what each word is worth, whichever of its readings is found: else the unlikelier guess, being rarer, wins."""
    worths = np.zeros(len(words), np.float32)
    rarities = rarity(np.array([code for _i, code, _weight in readings], np.uint32))
    for (i, _code, weight), rare in zip(readings, rarities.tolist(), strict=True):
        worths[i] = max(worths[i], words[i].weight * weight * rare)
    return worths


def _best(page: NDArray[np.intp], values: Points, count: int) -> Points:
    best = np.zeros(count, np.float32)
    np.maximum.at(best, page, values.astype(np.float32, copy=False))
    return best
