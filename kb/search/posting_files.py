"""Postings on disk: for each field of a segment a few sorted arrays, mapped into memory and never decoded.

    terms       the letters of all terms in order, one after another; bounds[r] … bounds[r + 1] are those of term r
    codes       checksums of the terms in order, ranks: which term each belongs to. A look-up is one bisection
    starts      starts[r] … starts[r + 1] are the postings of term r in:
    documents   the documents that hold it, rising
    weights     what each of its occurrences counts, summed; as narrow as holds them exactly

A process that searches keeps none of it for itself: the pages of the file are the system's, shared by all processes.
"""

import json
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import IO

import numpy as np
from numpy.typing import NDArray

Documents = NDArray[np.int32]
# Whole numbers up to 255 or 65,535 where all of a field are such, else float32.
Weights = NDArray[np.number]

# Every array begins at a multiple of its items' size, so that numpy reads it where it lies.
_ALIGNMENT = 4
_FOOTER = struct.Struct("<QQ")  # where the directory begins, and its length


@dataclass(frozen=True)
class FieldArrays:
    """All postings of one field in one segment. Shape: see the module."""

    terms: NDArray[np.uint8]
    bounds: NDArray[np.uint32]
    codes: NDArray[np.uint32]
    ranks: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    documents: Documents
    weights: Weights


def field_arrays(
    terms: Sequence[str], starts: NDArray[np.uint32], documents: Documents, weights: NDArray[np.float32]
) -> FieldArrays:
    """Return the arrays of a field from its terms in order and their postings."""
    encoded = [term.encode() for term in terms]
    bounds = np.zeros(len(terms) + 1, np.uint32)
    np.cumsum([len(term) for term in encoded], out=bounds[1:])
    codes = np.fromiter(map(zlib.crc32, encoded), np.uint32, len(encoded))
    ranks = np.argsort(codes, kind="stable").astype(np.uint32)
    letters = np.frombuffer(b"".join(encoded), np.uint8)
    return FieldArrays(letters, bounds, codes[ranks], ranks, starts, documents, narrowed(weights))


def narrowed(weights: NDArray[np.float32]) -> Weights:
    """Return the same numbers in the narrowest type that holds them exactly."""
    largest = weights.max(initial=0)
    for narrow in (np.uint8, np.uint16):
        if largest <= np.iinfo(narrow).max:
            candidate: Weights = weights.astype(narrow)
            return candidate if np.array_equal(candidate, weights) else weights
    return weights


def write_fields(file: IO[bytes], arrays: Iterable[tuple[str, FieldArrays]]) -> None:
    """Write fields one after another, and behind them the directory that says where each array lies."""
    directory: dict[str, dict[str, tuple[str, int, int]]] = {}
    place = 0
    for name, field in arrays:
        directory[name] = {}
        for part in fields(FieldArrays):
            array = getattr(field, part.name)
            directory[name][part.name] = (array.dtype.str, place, len(array))
            file.write(array.tobytes())
            padding = -array.nbytes % _ALIGNMENT
            file.write(bytes(padding))
            place += array.nbytes + padding
    listed = json.dumps(directory).encode()
    file.write(listed)
    file.write(_FOOTER.pack(place, len(listed)))


class FieldPostings(Sequence[bytes]):
    """The postings of one field of one segment; as a sequence: its terms in order. Safe for threads."""

    def __init__(self, arrays: FieldArrays) -> None:
        self.arrays = arrays
        # Single items are read several times as fast from these as from arrays.
        self._letters = arrays.terms.data
        self._bounds = arrays.bounds.data
        self._codes = arrays.codes.data
        self._ranks = arrays.ranks.data
        self._starts = arrays.starts.data

    def __len__(self) -> int:
        return len(self._ranks)

    def __getitem__(self, rank: int) -> bytes:  # type: ignore[override]  # bisection asks no slice
        return bytes(self._letters[self._bounds[rank] : self._bounds[rank + 1]])

    def terms(self) -> list[str]:
        """Return all terms in order."""
        letters = self.arrays.terms.tobytes()
        bounds = self.arrays.bounds.tolist()
        return [letters[start:end].decode() for start, end in pairwise(bounds)]

    def frequencies(self) -> NDArray[np.uint32]:
        """Return in how many documents each term occurs."""
        return np.diff(self.arrays.starts)

    def postings(self, term: str) -> tuple[Documents, Weights] | None:
        """Return the documents of a term and its weights in them, both where they lie in the file; None if unknown."""
        rank = self._rank(term.encode())
        if rank is None:
            return None
        start, end = self._starts[rank], self._starts[rank + 1]
        return self.arrays.documents[start:end], self.arrays.weights[start:end]

    def frequency(self, term: str) -> int:
        """Return in how many documents a term occurs."""
        rank = self._rank(term.encode())
        return 0 if rank is None else self._starts[rank + 1] - self._starts[rank]

    def frequencies_of(self, terms: Sequence[str]) -> list[int]:
        """Return `frequency` of many terms; one step tells which of them may be here at all."""
        codes = np.array([zlib.crc32(term.encode()) for term in terms], np.uint32)
        places = self.arrays.codes.searchsorted(codes)
        may_be = self.arrays.codes.take(places, mode="clip") == codes
        return [
            self.frequency(term) if is_likely else 0 for term, is_likely in zip(terms, may_be.tolist(), strict=True)
        ]

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """Yield the terms that begin with `prefix`, in order."""
        encoded = prefix.encode()
        for rank in range(bisect_left(self, encoded), len(self)):
            term = self[rank]
            if not term.startswith(encoded):
                return
            yield term.decode()

    def _rank(self, term: bytes) -> int | None:
        code = zlib.crc32(term)
        place = bisect_left(self._codes, code)
        while place < len(self._codes) and self._codes[place] == code:
            rank = self._ranks[place]
            if self._letters[self._bounds[rank] : self._bounds[rank + 1]] == term:
                return rank
            place += 1
        return None


def read_fields(buffer: memoryview) -> dict[str, FieldPostings]:
    """Return the fields of what `write_fields` wrote; nothing is copied, the arrays lie in `buffer`."""
    start, length = _FOOTER.unpack(buffer[-_FOOTER.size :])
    directory = json.loads(bytes(buffer[start : start + length]))
    return {
        name: FieldPostings(
            FieldArrays(
                **{part: np.frombuffer(buffer, dtype, count, offset) for part, (dtype, offset, count) in parts.items()}
            )
        )
        for name, parts in directory.items()
    }
