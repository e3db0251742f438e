"""The index in memory: what all segments of one commit hold, as arrays over its documents.

Whoosh reads postings one by one in Python; at 1,800 pages that alone costs 10 to 30 ms a query. Here they are arrays in
the mapped files of the segments; what is made of them is kept within bounds. A `Snapshot` is one commit: immutable, so a
search that began before a commit ends on the same data.
"""

import math
import struct
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from kb.search import weights
from kb.search.caches import CARDS, MASKS, PASSAGES, SCORES, BoundedCache, bytes_for
from kb.search.codec import ArraySegment
from kb.search.errors import SearchUnavailable
from kb.search.languages import LANGUAGES
from kb.search.passages import Codes, Passages, RarityTable, decode_passages
from kb.search.posting_files import FieldPostings
from kb.search.schema import EXPIRES, LENGTHS, SCORED_KINDS, expiry_term, scored_field
from kb.search.segments import NO_POSTINGS, Card, Documents, Postings, Scores, Segment, StoredDocument, weight_of
from kb.search.slips import Slips
from kb.search.storage import FileState, IndexDirectory, file_state, verify

__all__ = ["Documents", "Mask", "Postings", "Scores", "Snapshot", "SnapshotKeeper", "StoredDocument"]

Mask = NDArray[np.bool_]

# What an entry takes beside its arrays.
_PASSAGES_OVERHEAD = 500
# How many counts of single terms are kept, in 2 MB.
_FREQUENCIES = 10_000
# A commit may remove files while they are being opened; more than a few in a row means that they are lost.
_OPEN_ATTEMPTS = 10
# What reading a file of another format ends in.
_UNREADABLE = (ValueError, LookupError, TypeError, EOFError, struct.error, UnpicklingError)


class Snapshot:
    """One commit of the whole index, as arrays over document numbers 0 … size-1.

    Shape  scores and masks are arrays of `size`; a document number is its place in them.
    """

    def __init__(self, segments: list[Segment], deleted: list[frozenset[int]], stamp: Hashable) -> None:
        self.stamp = stamp
        self._segments = segments
        self._offsets = np.cumsum([0, *(segment.size for segment in segments)]).tolist()
        self.size: int = self._offsets[-1]
        self.alive = np.ones(self.size, np.bool_)
        for offset, gone in zip(self._offsets, deleted, strict=False):
            self.alive[[offset + number for number in gone]] = False
        self.alive.setflags(write=False)
        self.count = int(self.alive.sum())
        self._cache: BoundedCache[tuple[str, str], Postings] = BoundedCache(bytes_for(SCORES))
        self._facet_masks: BoundedCache[tuple[str, str], Mask] = BoundedCache(bytes_for(MASKS))
        self._passages: BoundedCache[int, Passages] = BoundedCache(bytes_for(PASSAGES))
        self._numbers: dict[str, int] = {}
        self._ordinals: dict[str, NDArray[np.int32]] = {}
        self._vocabularies: dict[str, frozenset[str]] = {}
        self._sorted: dict[str, list[str]] = {}
        # Not a method of this object: what refers to itself stays in memory until Python looks for such things.
        self._frequency = lru_cache(_FREQUENCIES)(partial(_frequency, segments))
        self._exact_forms: dict[str, dict[str, list[str]]] = {}
        self._slips: dict[str, Slips] = {}
        self._rarities: dict[str, RarityTable] = {}
        self._bm25 = weights.active()
        self._length_factor: dict[str, Scores] = {}
        self._documents_of: dict[str, int] = {}
        for language in LANGUAGES:
            for kind in SCORED_KINDS:
                self._prepare_lengths(scored_field(kind, language))
        self._expiries = self._sorted_expiries()

    # Postings ------------------------------------------------------------------------------------

    def postings(self, field: str, term: str) -> Postings:
        """Return (documents, weights) of a term over all segments, deleted documents left out."""
        parts = [
            (numbers + offset if offset else numbers, occurrences)
            for segment, offset in zip(self._segments, self._offsets, strict=False)
            for numbers, occurrences in [segment.postings(field, term)]
            if len(numbers)
        ]
        if not parts:
            return NO_POSTINGS
        numbers, occurrences = parts[0]
        if len(parts) > 1:
            numbers = np.concatenate([part[0] for part in parts])
            occurrences = np.concatenate([part[1] for part in parts])
        if self.count < self.size:
            alive = self.alive[numbers]
            numbers, occurrences = numbers[alive], occurrences[alive]
        return numbers.astype(np.int32, copy=False), occurrences.astype(np.float32, copy=False)

    def impacts(self, field: str, term: str) -> Postings:
        """Return (documents, BM25 scores) of one term of a scored field; cached for the life of the snapshot."""
        entry = self._cache.get((field, term))
        if entry is None:
            numbers, occurrences = self.postings(field, term)
            if len(numbers):
                found, total = len(numbers), self._documents_of[field]
                most = math.log1p((total - found + 0.5) / (found + 0.5)) * (self._bm25.k1 + 1)
                occurrences = occurrences / (occurrences + self._length_factor[field].take(numbers))
                occurrences *= np.float32(most)
            entry = (numbers, occurrences)
            self._cache.put((field, term), entry, weight_of(entry))
        return entry

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term of a scored field occurs; deleted ones count until they are merged away."""
        return self._frequency(field, term)

    def frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """Return `frequency` of many terms, in a few steps for all of them."""
        [counts, *more] = [segment.frequencies_of(field, terms) for segment in self._segments] or [[0] * len(terms)]
        return [sum(of_term) for of_term in zip(counts, *more, strict=True)] if more else counts

    def numbers_of(self, identifiers: Sequence[str]) -> Documents:
        """Return the living documents with these ids, in the order of the ids; -1 for those that are not here."""
        for identifier in identifiers:
            if identifier not in self._numbers:
                found = self.postings("id", identifier)[0]
                self._numbers[identifier] = int(found[0]) if len(found) else -1
        return np.array([self._numbers[identifier] for identifier in identifiers], np.int32)

    def mask(self, field: str, term: str) -> Mask:
        """Return which documents carry a term of a filter field."""
        mask = np.zeros(self.size, np.bool_)
        mask[self.postings(field, term)[0]] = True
        return mask

    def facet_mask(self, field: str, term: str) -> Mask:
        """Return `mask` of a filter field of few terms; kept, so nobody may write into it."""
        mask = self._facet_masks.get((field, term))
        if mask is None:
            mask = self.mask(field, term)
            mask.setflags(write=False)
            self._facet_masks.put((field, term), mask, mask.nbytes)
        return mask

    def not_expired(self, now: datetime) -> Mask:
        """Return which living documents have not expired at `now`; nobody may write into it."""
        moments, numbers = self._expiries
        if not len(moments):
            return self.alive
        past = int(moments.searchsorted(int(expiry_term(now))))
        if not past:
            return self.alive
        mask = self.alive.copy()
        mask[numbers[:past]] = False
        return mask

    # Words ---------------------------------------------------------------------------------------

    def vocabulary(self, field: str) -> frozenset[str]:
        """Return the terms of a field."""
        if field not in self._vocabularies:
            self._vocabularies[field] = frozenset(self._terms_of_all_segments(field))
        return self._vocabularies[field]

    def words_with_prefix(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with `prefix`, in order."""
        words = self._in_order(field)
        return words[bisect_left(words, prefix) : bisect_left(words, prefix + "\U0010ffff")]

    def _in_order(self, field: str) -> list[str]:
        if field not in self._sorted:
            self._sorted[field] = sorted(self.vocabulary(field))
        return self._sorted[field]

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> set[str]:
        """Return some terms that begin with `prefix`, without holding the field in memory (for pairs)."""
        return {term for segment in self._segments for term in segment.terms_with_prefix(field, prefix, limit)}

    def exact_forms(self, field: str, reduce: Callable[[str], str]) -> dict[str, list[str]]:
        """Return the terms of an exact field, gathered by what `reduce` makes of them; made once."""
        if field not in self._exact_forms:
            forms: dict[str, list[str]] = {}
            for exact in self.vocabulary(field):
                forms.setdefault(reduce(exact), []).append(exact)
            self._exact_forms[field] = forms
        return self._exact_forms[field]

    def slips(self, field: str) -> Slips:
        """Return the terms of a field, asked for what is near a typed one."""
        if field not in self._slips:
            self._slips[field] = Slips(self._in_order(field), self.vocabulary(field))
        return self._slips[field]

    def _terms_of_all_segments(self, field: str) -> set[str]:
        return {term for segment in self._segments for term in segment.frequencies(field)}

    def rarity(self, language: str, codes: Codes) -> Scores:
        """Return BM25's rarity of the terms with these codes (kb.search.passages), 0 for what no page holds."""
        if language not in self._rarities:
            field = scored_field("text", language)
            counted = (entry for segment in self._segments for entry in segment.frequencies(field).items())
            self._rarities[language] = RarityTable(counted, self._documents_of[field])
        return self._rarities[language].of(codes)

    # Documents -----------------------------------------------------------------------------------

    def document(self, number: int) -> StoredDocument:
        """Return what is stored of one document."""
        place = bisect_left(self._offsets, number + 1) - 1
        return self._segments[place].document(number - self._offsets[place])

    def card(self, number: int) -> Card:
        """Return what a list of results shows of one document."""
        place = bisect_left(self._offsets, number + 1) - 1
        return self._segments[place].card(number - self._offsets[place])

    def passages(self, language: str, number: int) -> Passages:
        """Return the words of one document in this language, passage by passage; kept, for the best ones come again."""
        passages = self._passages.get(number)
        if passages is None:
            place = bisect_left(self._offsets, number + 1) - 1
            encoded = self._segments[place].passages(number - self._offsets[place])
            passages = decode_passages(encoded, partial(self.rarity, language))
            self._passages.put(number, passages, _PASSAGES_OVERHEAD + passages.nbytes)
        return passages

    def ordinals(self, field: str) -> NDArray[np.int32]:
        """Return for each document the rank of its first term in a filter field, for sorting."""
        if field not in self._ordinals:
            parts = self._parts(field)
            terms = sorted({term for _offset, part in parts for term in part.terms()})
            rank_of = {term: rank for rank, term in enumerate(terms)}
            ranks = np.full(self.size, -1, np.int32)
            for offset, part in parts:
                mine = np.array([rank_of[term] for term in part.terms()], np.int32)
                # Backwards, since of several terms of a document the last one written stays.
                ranks[part.arrays.documents[::-1] + offset] = np.repeat(mine, part.frequencies())[::-1]
            self._ordinals[field] = ranks
        return self._ordinals[field]

    def counts(self, field: str, mask: Mask) -> list[tuple[str, int]]:
        """Return how many documents of `mask`, living ones, carry each term of a filter field, most first."""
        counted: Counter[str] = Counter()
        for offset, part in self._parts(field):
            held = mask[part.arrays.documents + offset]
            found = np.add.reduceat(held, part.arrays.starts[:-1].astype(np.intp), dtype=np.intp)
            counted.update({term: number for term, number in zip(part.terms(), found.tolist(), strict=True) if number})
        return sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))

    def _parts(self, field: str) -> list[tuple[int, FieldPostings]]:
        """Return a field's postings in each segment that has it, with the number of the segment's first document."""
        parts = ((offset, s.field(field)) for offset, s in zip(self._offsets, self._segments, strict=False))
        return [(offset, part) for offset, part in parts if part is not None]

    def _sorted_expiries(self) -> tuple[NDArray[np.int64], Documents]:
        """Return when documents expire, as the numbers that `expiry_term` writes, soonest first, and which they are."""
        parts = self._parts(EXPIRES)
        if not parts:
            return np.empty(0, np.int64), NO_POSTINGS[0]
        moments = np.concatenate(
            [np.repeat(np.array(part.terms(), np.int64), part.frequencies()) for _o, part in parts]
        )
        numbers = np.concatenate([part.arrays.documents + np.int32(offset) for offset, part in parts])
        order = np.argsort(moments, kind="stable")
        return moments[order], numbers[order]

    def _prepare_lengths(self, field: str) -> None:
        """Keep, for each document, the part of BM25's denominator that depends on its length."""
        numbers, lengths = self.postings(LENGTHS, field)
        k1, b = self._bm25.k1, self._bm25.b
        factor = np.full(self.size, k1, np.float32)
        if len(numbers):
            factor[numbers] = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1e-9))
        self._length_factor[field] = factor
        self._documents_of[field] = len(numbers)


def _frequency(segments: Sequence[Segment], field: str, term: str) -> int:
    return sum([segment.frequency(field, term) for segment in segments])


class SnapshotKeeper:
    """Gives the snapshot of the live commit, opening what is new and keeping what is not. Safe for threads."""

    def __init__(self, directory: IndexDirectory) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._segments: dict[Path, Segment] = {}
        self._states: dict[Path, FileState] = {}
        self._cards: BoundedCache[tuple[str, int], Card] = BoundedCache(bytes_for(CARDS))

    def snapshot(self) -> Snapshot:
        """Return the newest commit.

        Cost    one `stat` of the pointer and of each segment as long as nothing changed. After a commit one thread
                opens the new segment (a few ms); the others are given the commit before it and never wait.
        Errors  SearchUnavailable if there is no index or it is torn, were it while it is open: its files are mapped
                into memory, and a page of a file that was cut short would end the process.
        """
        stamp = (self._directory.stamp(), weights.active())
        snapshot = self._snapshot
        if snapshot is None or not self._is_as_opened():
            self._lock.acquire()
        elif snapshot.stamp == stamp or not self._lock.acquire(blocking=False):
            # One thread opens what is new; meanwhile the others answer from the commit before it.
            return snapshot
        try:
            if self._snapshot is None or self._snapshot.stamp != stamp or not self._is_as_opened():
                self._snapshot = self._open(stamp)
            return self._snapshot
        finally:
            self._lock.release()

    def _is_as_opened(self) -> bool:
        try:
            return all(file_state(path) == state for path, state in self._states.items())
        except FileNotFoundError:
            return False

    def _open(self, stamp: Hashable) -> Snapshot:
        """Open the live commit; readers take no lock, so where a commit has just removed a file, look again."""
        missing: FileNotFoundError | None = None
        for _attempt in range(_OPEN_ATTEMPTS):
            generation = self._directory.current().generation
            try:
                storage, found = self._directory.read_commit(generation)
                files = [self._directory.segment_file(generation, s.segment_id()) for s in found]
                states = {path: file_state(path) for path in files}
                opened = {p: self._segment(p, states[p], storage, s) for p, s in zip(files, found, strict=True)}
            except FileNotFoundError as error:
                missing = error
                continue
            self._segments, self._states = opened, states
            return Snapshot(list(opened.values()), [frozenset(s.deleted_docs()) for s in found], stamp)
        raise SearchUnavailable("files of the search index are missing") from missing

    def _segment(self, path: Path, state: FileState, storage: FileStorage, segment: ArraySegment) -> Segment:
        known = self._segments.get(path)
        if known is not None and self._states[path] == state:
            return known
        verify(path)
        try:
            return Segment(storage, segment, self._cards)
        except _UNREADABLE as error:
            # Whole, and yet not ours: another release wrote it.
            raise SearchUnavailable(f"the search index cannot be read: {path.name}") from error
