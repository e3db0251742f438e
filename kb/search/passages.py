"""A page's words in order, as numbers: its title, its keywords and headings, its sentences.

BM25 sees a bag of words. To tell a page whose heading is the question from one that has its words strewn about, the
best pages get a second look (kb.search.second_look), for which the index keeps a checksum of each word.
Positions in the postings would cost several times as much.
"""

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]

CODE = "<u4"
END = 0
# Further into a page nobody expects the answer; bounds the work for a page of 10 MB.
_MAX_WORDS = 4000


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
    return np.array(codes, CODE).tobytes()
