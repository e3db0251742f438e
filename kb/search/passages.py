"""A page's words in order, as numbers: its title, its keywords and headings, its sentences.

BM25 sees a bag of words. To tell a page whose heading is the question from one that has its words strewn about, the
best pages get a second look (kb.search.second_look), for which the index keeps a checksum of each word.
Positions in the postings would cost several times as much.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Points = NDArray[np.float32]
# For each code how rare its term is: BM25's logarithm, 0 for what no page holds.
Rarity = Callable[[Codes], Points]

# Stands behind each passage; no word has this code.
END = 0
_CODE = "<u4"
# Of a title whose words no page holds: something to divide by.
_LEAST_WORTH = 1e-9
# Further into a page nobody expects the answer; bounds the work for a page of 10 MB.
_MAX_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Passages:
    """The words of one page, passage by passage: its title, its keywords and headings, its sentences.

    `words` are the codes of its words in order, and END behind each passage: what the index holds, where it lies.
    `worths` has one entry for each passage: the summed rarity of the words of a title, a keyword or a heading,
    infinite for a sentence.
    """

    words: Codes
    worths: Points

    @property
    def nbytes(self) -> int:
        """How many bytes the arrays take."""
        return self.words.nbytes + self.worths.nbytes


class RarityTable:
    """How rare the terms of a language are, by their codes."""

    def __init__(self, frequencies: Iterable[tuple[str, int]], documents: int) -> None:
        """Take (term, in how many documents it occurs), a term perhaps several times, and the number of documents."""
        counted: Counter[int] = Counter()
        for term, frequency in frequencies:
            counted[code_of(term)] += frequency
        codes = np.fromiter(counted.keys(), np.uint32, len(counted))
        found = np.fromiter(counted.values(), np.float32, len(counted))
        order = np.argsort(codes)
        rarities = np.log1p(np.maximum(documents - found + 0.5, 0.5) / (found + 0.5))
        self._codes: Codes = codes[order]
        self._rarities: NDArray[np.float32] = rarities[order].astype(np.float32)

    def of(self, codes: Codes) -> NDArray[np.float32]:
        """Return BM25's rarity of the terms with these codes, 0 for what no page holds."""
        if not len(self._codes):
            return np.zeros(len(codes), np.float32)
        place = self._codes.searchsorted(codes)
        is_known = self._codes.take(place, mode="clip") == codes
        return self._rarities.take(place, mode="clip") * is_known


@lru_cache(maxsize=65_536)
def code_of(term: str) -> int:
    """Return the number that stands for a term. Two terms of a language share one about never (1 in 4 billion)."""
    return zlib.crc32(term.encode()) or 1


def encode_passages(leads: Sequence[Sequence[str]], sentences: Iterable[Sequence[str]]) -> bytes:
    """Return the passages of a page as bytes: `leads` are its title, keywords and headings, in terms."""
    codes = [len(leads)]
    for passage in (*leads, *sentences):
        if len(codes) > _MAX_WORDS:
            break
        codes += [code_of(term) for term in passage]
        codes.append(END)
    return np.array(codes, _CODE).tobytes()


def decode_passages(encoded: bytes, rarity: Rarity) -> Passages:
    """Return the passages that `encode_passages` wrote, and what the words of title and headings are worth."""
    numbers = np.frombuffer(encoded, _CODE)
    words = numbers[1:]
    ends = (words == END).nonzero()[0]
    worths = np.full(len(ends), np.inf, np.float32)
    lead_ends = ends[: int(numbers[0])]
    starts = np.zeros(len(lead_ends), np.intp)
    starts[1:] = lead_ends[:-1] + 1
    leads = np.add.reduceat(rarity(words[: lead_ends[-1] + 1]), starts, dtype=np.float64)
    worths[: len(leads)] = np.maximum(leads, _LEAST_WORTH)
    return Passages(words, worths)
