"""A second look at the best pages: does one title, one heading or one sentence say what was asked?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.search.passages import END, Codes, Passages, Points, Rarity, code_of
from kb.search.query import Word

# Of a word with many guesses the likeliest are looked for.
_MAX_READINGS = 10
# Codes are told apart by their last twelve bits before they are compared.
_SLOTS = 4096
_SLOT = np.uint32(_SLOTS - 1)

# Numbers of passages, of codes, of words, as arrays are indexed by.
Places = NDArray[np.intp]


class PassageSource(Protocol):
    """The words of documents in order, and how rare they are; every engine keeps both."""

    def passages(self, language: str, number: int) -> Passages:
        """Return the words of one document, which is in this language, passage by passage."""

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


def match_passages(words: Sequence[Word], pages: Sequence[Passages], rarity: Rarity) -> PassageMatches:
    """Return how well the best title, heading and sentence of each page matches the words.

        named(p)    = Σ over the words in p: what the word is worth (its rarity), times the weight of the reading found
        title       = named · share of the title's own rarity that the words name; heading: the best one, likewise
        sentence    = named of the best sentence

    Cost  some forty array operations over the words of the pages, and one for each reading: 0.07 ms for twenty pages.
    """
    none = np.zeros(len(pages), np.float32)
    if not pages or not words:
        return PassageMatches(none, none, none)
    readings = [
        _Reading(i, candidate.weight, code_of(candidate.term))
        for i, word in enumerate(words)
        for candidate in reversed(word.candidates[:_MAX_READINGS])  # the best one last: it overwrites the others
    ]
    codes = np.array(sorted({reading.code for reading in readings}), np.uint32)
    rarities = rarity(codes)
    which, places = _find(codes, pages)
    if not len(which):
        return PassageMatches(none, none, none)
    worths = np.concatenate([page.worths for page in pages])
    first = _firsts([len(page.worths) for page in pages])
    held = np.zeros((len(words), len(worths)), np.float32)
    place_of = dict(zip(codes.tolist(), _grouped(places, which, len(codes)), strict=True))
    for i, weight, code in readings:
        held[i, place_of[code]] = weight
    named = _worths(words, readings, dict(zip(codes.tolist(), rarities.tolist(), strict=True))) @ held
    said = np.bincount(places, rarities[which], len(worths)).astype(np.float32)
    fitting = named * said / worths
    sentences = np.where(worths == np.inf, named, np.float32(0))
    return PassageMatches(fitting[first], np.maximum.reduceat(fitting, first), np.maximum.reduceat(sentences, first))


class _Reading(NamedTuple):
    """One guess of a typed word: which word, what the guess counts, the code of its term."""

    word: int
    weight: float
    code: int


def _find(codes: Codes, pages: Sequence[Passages]) -> tuple[Places, Places]:
    """Return for each word of the pages that is one of the codes (in order) which one, and its passage among all."""
    words = np.concatenate([page.words for page in pages])
    # One look into a small table passes over nearly all words; asking for each code by itself takes as long for each.
    may_be = np.zeros(_SLOTS, np.bool_)
    may_be[codes & _SLOT] = True
    may_be[END] = True
    found = words[may_be.take(words & _SLOT).nonzero()[0]]
    which = codes.searchsorted(found)
    is_code = codes.take(which, mode="clip") == found
    places = (found == END).cumsum()  # a word stands in the passage whose end comes next
    return which[is_code], places[is_code]


def _grouped(places: Places, which: Places, count: int) -> list[Places]:
    """Return the places of each of `count` codes."""
    ends = np.bincount(which, minlength=count).cumsum().tolist()
    places = places[which.argsort(kind="stable")]
    return [places[start:end] for start, end in pairwise([0, *ends])]


def _firsts(lengths: list[int]) -> Places:
    """Return where each of several runs begins when they are laid one after another."""
    sizes = np.array(lengths, np.intp)
    firsts: Places = sizes.cumsum() - sizes
    return firsts


def _worths(words: Sequence[Word], readings: Sequence[_Reading], rare: Mapping[int, float]) -> Points:
    """Return what each word is worth, whichever of its readings is found: else the unlikelier guess, being rarer, wins."""
    worths = [0.0] * len(words)
    for i, weight, code in readings:
        worths[i] = max(worths[i], words[i].weight * weight * rare[code])
    return np.array(worths, np.float32)
