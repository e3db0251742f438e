"""Gathers the postings of a segment that is being written, and sorts them term by term in the end."""

import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from kb.search.posting_files import FieldArrays, FieldPostings, field_arrays

# Postings of a field that wait in memory; beyond that they wait in a file (12 bytes each).
_CHUNK = 262_144

# Numbers of terms in the order of their first appearance, documents, weights.
_Chunk = tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.float32]]


class PostingPool:
    """The postings of all fields. Documents are added in the order of their numbers.

    Memory  each different term once, `_CHUNK` postings a field, and while sorting those of one field (8 bytes each).
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder in which postings may wait; its files have no name, so nothing of them is ever left."""
        self._folder = folder
        self._fields: dict[str, _GatheredField] = {}

    def add(self, field: str, document: int, weights: Mapping[str, float]) -> None:
        """Add what one document holds in one field: term → weight."""
        self._gathered(field).add(document, weights)

    def add_field(self, field: str, postings: FieldPostings, numbers: NDArray[np.int32]) -> None:
        """Add a field of another segment; `numbers` gives each of its documents the new number, -1 to leave it out."""
        self._gathered(field).add_postings(postings, numbers)

    def sorted_fields(self) -> Iterator[tuple[str, FieldArrays]]:
        """Yield each field's postings and forget them."""
        for name in sorted(self._fields):
            yield name, self._fields.pop(name).arrays()

    def _gathered(self, field: str) -> "_GatheredField":
        if field not in self._fields:
            self._fields[field] = _GatheredField(self._folder)
        return self._fields[field]


class _GatheredField:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A term's number is how many were known before it.
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._terms, self._documents, self._weights = array("I"), array("i"), array("f")
        self._file: IO[bytes] | None = None
        self._chunk_sizes: list[int] = []

    def add(self, document: int, weights: Mapping[str, float]) -> None:
        self._terms.extend(map(self._numbers.__getitem__, weights))
        self._documents.extend(repeat(document, len(weights)))
        self._weights.extend(weights.values())
        if len(self._terms) >= _CHUNK:
            self._put_aside()

    def add_postings(self, postings: FieldPostings, numbers: NDArray[np.int32]) -> None:
        arrays = postings.arrays
        documents = numbers[arrays.documents]
        is_kept = documents >= 0
        ranks = np.repeat(np.arange(len(postings), dtype=np.uint32), postings.frequencies())[is_kept]
        # Terms that only left out documents hold are left out too.
        is_held = np.bincount(ranks, minlength=len(postings)) > 0
        own = np.zeros(len(postings), np.uint32)
        own[is_held] = [self._numbers[term] for term, held in zip(postings.terms(), is_held, strict=True) if held]
        self._terms.frombytes(own[ranks].tobytes())
        self._documents.frombytes(documents[is_kept].tobytes())
        self._weights.frombytes(arrays.weights[is_kept].astype(np.float32).tobytes())
        if len(self._terms) >= _CHUNK:
            self._put_aside()

    def arrays(self) -> FieldArrays:
        """Return the postings sorted by term, then by document.

        A sort by counting: how often each term occurs says where its postings lie, each chunk puts its own there.
        """
        self._numbers.default_factory = None  # which holds the dictionary: the two would wait for the garbage collector
        terms = sorted(self._numbers)
        rank_of = np.empty(len(terms), np.uint32)
        rank_of[[self._numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        counts = np.zeros(len(terms), np.int64)
        for numbers, _documents, _weights in self._chunks():
            counts += np.bincount(numbers, minlength=len(terms))
        starts = np.zeros(len(terms) + 1, np.int64)
        np.cumsum(counts[np.argsort(rank_of)], out=starts[1:])
        documents, weights = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
        free = starts[:-1].copy()
        for numbers, chunk_documents, chunk_weights in self._chunks():
            ranks = rank_of[numbers]
            order = np.argsort(ranks, kind="stable")
            present, first, found = np.unique(ranks[order], return_index=True, return_counts=True)
            places = np.repeat(free[present] - first, found) + np.arange(len(order))
            documents[places], weights[places] = chunk_documents[order], chunk_weights[order]
            free[present] += found
        return field_arrays(terms, starts.astype(np.uint32), documents, weights)

    def _put_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with this object
        self._file.seek(0, 2)
        self._chunk_sizes.append(len(self._terms))
        for column in (self._terms, self._documents, self._weights):
            self._file.write(column.tobytes())
            del column[:]

    def _chunks(self) -> Iterator[_Chunk]:
        if self._file is not None:
            self._file.seek(0)
            for size in self._chunk_sizes:
                parts = (np.frombuffer(self._file.read(4 * size), kind) for kind in (np.uint32, np.int32, np.float32))
                yield tuple(parts)  # type: ignore[misc]  # three, as written
        yield (
            np.array(self._terms, np.uint32),
            np.array(self._documents, np.int32),
            np.array(self._weights, np.float32),
        )
