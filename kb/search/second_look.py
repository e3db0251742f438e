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

# Of a word with many guesses the likeliest are looked for.
_MAX_READINGS = 10


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

    Cost  some forty array operations over the words of the pages, 0.1 ms for thirty pages.
    """
    none = np.zeros(len(pages), np.float32)
    if not pages or not words:
        return PassageMatches(none, none, none)
    starts, codes = _joined(pages)
    ends = (codes == END).nonzero()[0]
    named, is_hit = _named(words, codes, ends, rarity)
    if named is None:
        return PassageMatches(none, none, none)
    # The first passage of each page is its title.
    first = ends.searchsorted(starts)
    count = np.diff(first, append=len(ends))
    page = np.repeat(np.arange(len(pages)), count)
    is_lead = np.arange(len(ends)) - first[page] < codes[starts][page]
    sentence = np.maximum.reduceat(np.where(is_lead, np.float32(0), named), first)
    hit_leads = (is_lead & (named > 0)).nonzero()[0]
    fitting = np.zeros(len(ends), np.float32)
    if len(hit_leads):
        # A passage begins behind the end of the one before it, the first one behind the number of leads.
        begins = np.where(hit_leads == first[page[hit_leads]], starts[page[hit_leads]], ends[hit_leads - 1]) + 1
        fitting[hit_leads] = named[hit_leads] * _shares(codes, is_hit, begins, ends[hit_leads], rarity)
    return PassageMatches(fitting[first], np.maximum.reduceat(fitting, first), sentence)


def _joined(pages: Sequence[bytes]) -> tuple[NDArray[np.intp], Codes]:
    """Return where each page starts, and all of them as one array."""
    lengths = np.fromiter((len(page) for page in pages), np.intp, len(pages)) // np.dtype(CODE).itemsize
    return np.cumsum(lengths) - lengths, np.frombuffer(b"".join(pages), CODE)


def _named(
    words: Sequence[Word], codes: Codes, ends: NDArray[np.intp], rarity: Rarity
) -> tuple[Points | None, NDArray[np.bool_]]:
    """Return for each passage what the words in it are worth (None: no word occurs), and which codes are words."""
    readings = [
        (i, candidate.weight, code_of(candidate.term))
        for i, word in enumerate(words)
        for candidate in reversed(word.candidates[:_MAX_READINGS])  # the best one last: it overwrites the others
    ]
    is_hit = np.zeros(len(codes), np.bool_)
    held = np.zeros((len(words), len(ends)), np.float32)
    for i, weight, code in readings:
        is_code = codes == code
        found = is_code.nonzero()[0]
        if len(found):
            is_hit |= is_code
            held[i, ends.searchsorted(found)] = weight
    worths = _worths(words, readings, rarity)
    return (worths @ held if worths.any() else None), is_hit


def _worths(words: Sequence[Word], readings: Sequence[tuple[int, float, int]], rarity: Rarity) -> Points:
    """Return what each word is worth, whichever of its readings is found: else the unlikelier guess, being rarer, wins."""
    worths = np.zeros(len(words), np.float32)
    rarities = rarity(np.array([code for _i, _weight, code in readings], np.uint32))
    for (i, weight, _code), rare in zip(readings, rarities.tolist(), strict=True):
        worths[i] = max(worths[i], words[i].weight * weight * rare)
    return worths


def _shares(
    codes: Codes, is_hit: NDArray[np.bool_], begins: NDArray[np.intp], ends: NDArray[np.intp], rarity: Rarity
) -> Points:
    """Return, for passages that hold a word, which share of their own rarity the words name."""
    lengths = ends - begins
    offsets = np.cumsum(lengths) - lengths
    flat = np.arange(lengths.sum()) + np.repeat(begins - offsets, lengths)
    rare = rarity(codes[flat])
    whole = np.add.reduceat(rare, offsets)
    shares = np.add.reduceat(rare * is_hit[flat], offsets) / np.maximum(whole, np.float32(1e-9))
    return shares.astype(np.float32, copy=False)
