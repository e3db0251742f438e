"""One segment of the index in memory: postings as arrays, decoded once, shared by threads."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence
from whoosh.reading import TermNotFound

from kb.search.caches import BoundedCache
from kb.search.haystack_results import card_of
from kb.search.schema import PASSAGES, index_schema

Documents = NDArray[np.int32]
Scores = NDArray[np.float32]
Postings = tuple[Documents, Scores]
# The fields of schema.Document, and id and django_ct.
StoredDocument = dict[str, Any]
Card = dict[str, Any]

NO_POSTINGS: Postings = (np.empty(0, np.int32), np.empty(0, np.float32))
# Bytes kept of each segment.
_POSTING_BYTES = 16_000_000
_CARD_BYTES = 8_000_000
# What an entry takes beside its content: key, tuple, array objects; a card's dictionary.
_ENTRY_OVERHEAD = 400
_CARD_OVERHEAD = 1_500


def weight_of(postings: Postings) -> int:
    """Return how many bytes an entry of a cache takes."""
    return _ENTRY_OVERHEAD + postings[0].nbytes + postings[1].nbytes


class Segment:
    """The files of one Whoosh segment, opened for good; deletions are not its business but the snapshot's."""

    def __init__(self, storage: FileStorage, whoosh_segment: WhooshSegment) -> None:
        codec = whoosh_segment.codec()
        files = whoosh_segment.open_compound_file(storage) if whoosh_segment.is_compound() else storage
        self.id: str = whoosh_segment.segment_id()
        self.size: int = whoosh_segment.doc_count_all()
        self._terms = codec.terms_reader(files, whoosh_segment)
        self._stored = codec.per_document_reader(files, whoosh_segment)
        # Whoosh's file objects keep one position each: decoding is done by one thread at a time.
        self._lock = threading.Lock()
        self._cache: BoundedCache[tuple[str, str], Postings] = BoundedCache(_POSTING_BYTES)
        self._cards: BoundedCache[int, Card] = BoundedCache(_CARD_BYTES)
        self._frequencies: dict[str, dict[str, int]] = {}
        self._passages = self._stored.column_reader(PASSAGES, index_schema()[PASSAGES].column_type)

    def postings(self, field: str, term: str) -> Postings:
        """Return (document numbers, weights) of a term, both empty if it does not occur."""
        entry = self._cache.get((field, term))
        if entry is None:
            with self._lock:
                entry = self._decode(field, term)
            self._cache.put((field, term), entry, weight_of(entry))
        return entry

    def frequencies(self, field: str) -> Mapping[str, int]:
        """Return in how many documents each term of a field occurs, in order of the terms; read once.

        Deleted documents count until their segment is merged.
        """
        with self._lock:
            if field not in self._frequencies:
                self._frequencies[field] = dict(self._iterate(field))
            return self._frequencies[field]

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to `limit` terms that begin with `prefix`, without reading the whole field."""
        found: list[str] = []
        with self._lock:
            for term, _frequency in self._iterate(field, prefix):
                if len(found) == limit or not term.startswith(prefix):
                    break
                found.append(term)
        return found

    def document(self, number: int) -> StoredDocument:
        """Return what is stored of one document."""
        with self._lock:
            return self._stored.stored_fields(number)["document"]

    def card(self, number: int) -> Card:
        """Return what a list of results shows of one document; kept, for the same pages are shown again and again."""
        card = self._cards.get(number)
        if card is None:
            card = card_of(self.document(number))
            self._cards.put(number, card, _CARD_OVERHEAD + 2 * sum(map(len, (card["short_answer"], *card["headings"]))))
        return card

    def passages(self, number: int) -> bytes:
        """Return the passages of one document, see kb.search.passages. A slice of the mapped file: needs no lock."""
        found: bytes = self._passages[number]
        return found

    def _iterate(self, field: str, start: str = "") -> Iterator[tuple[str, int]]:
        if field not in self._terms.indexed_field_names():
            return
        for (name, term), info in self._terms.items_from(field, start.encode()):
            if name != field:
                return
            yield term.decode(), info.doc_frequency()

    def _decode(self, field: str, term: str) -> Postings:
        try:
            matcher = self._terms.matcher(field, term.encode(), Existence())
        except TermNotFound:
            return NO_POSTINGS
        documents: list[int] = []
        occurrences: list[float] = []
        while matcher.is_active():
            documents.append(matcher.id())
            occurrences.append(matcher.weight())
            matcher.next()
        return np.array(documents, np.int32), np.array(occurrences, np.float32)
