"""One segment of the index as it is searched: mapped, shared by threads and by processes."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from kb.search.caches import BoundedCache
from kb.search.codec import ArraySegment
from kb.search.haystack_results import card_of
from kb.search.posting_files import Documents, FieldPostings, Weights
from kb.search.schema import PASSAGES, STORED_DOCUMENT, index_schema

Scores = NDArray[np.float32]
Postings = tuple[Documents, Scores]
StoredPostings = tuple[Documents, Weights]
# The fields of schema.Document, and id and django_ct.
StoredDocument = dict[str, Any]
Card = dict[str, Any]

NO_POSTINGS: Postings = (np.empty(0, np.int32), np.empty(0, np.float32))
# What an entry of a cache takes beside its content: key, tuple, array objects; a card's dictionary.
_ENTRY_OVERHEAD = 400
_CARD_OVERHEAD = 1_500


def weight_of(postings: Postings) -> int:
    """Return how many bytes an entry of a cache takes."""
    return _ENTRY_OVERHEAD + postings[0].nbytes + postings[1].nbytes


class Segment:
    """The mapped file of one segment, opened for good; deletions are not its business but the snapshot's.

    `cards` is a cache that all segments have in common.
    """

    def __init__(self, storage: FileStorage, segment: ArraySegment, cards: BoundedCache[tuple[str, int], Card]) -> None:
        codec = segment.codec()
        files = segment.open_compound_file(storage)
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._fields = codec.terms_reader(files, segment)
        self._stored = codec.per_document_reader(files, segment)
        self._passages = self._stored.column_reader(PASSAGES, index_schema()[PASSAGES].column_type)
        self._cards = cards
        self._frequencies: dict[str, dict[str, int]] = {}

    def postings(self, field: str, term: str) -> StoredPostings:
        """Return (document numbers, weights) of a term where they lie in the file; both empty if it does not occur."""
        known = self._fields.get(field)
        found = known.postings(term) if known is not None else None
        return NO_POSTINGS if found is None else found

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term occurs, deleted ones among them."""
        counted = self._frequencies.get(field)
        if counted is not None:
            return counted.get(term, 0)
        known = self._fields.get(field)
        return known.frequency(term) if known is not None else 0

    def frequencies_of(self, field: str, terms: Sequence[str]) -> list[int]:
        """Return `frequency` of many terms."""
        counted = self._frequencies.get(field)
        if counted is not None:
            return [counted.get(term, 0) for term in terms]
        known = self._fields.get(field)
        return known.frequencies_of(terms) if known is not None else [0] * len(terms)

    def field(self, field: str) -> FieldPostings | None:
        """Return all postings of a field; None if no document of this segment has it."""
        return self._fields.get(field)

    def frequencies(self, field: str) -> Mapping[str, int]:
        """Return in how many documents each term of a field occurs, in order of the terms; read once.

        Deleted documents count until their segment is merged.
        """
        if field not in self._frequencies:
            known = self._fields.get(field)
            counted = {} if known is None else dict(zip(known.terms(), known.frequencies().tolist(), strict=True))
            self._frequencies[field] = counted
        return self._frequencies[field]

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to `limit` terms that begin with `prefix`, without reading the whole field."""
        known = self._fields.get(field)
        return [] if known is None else list(islice(known.beginning_with(prefix), limit))

    def document(self, number: int) -> StoredDocument:
        """Return what is stored of one document."""
        return self._stored.stored_fields(number)[STORED_DOCUMENT]

    def card(self, number: int) -> Card:
        """Return what a list of results shows of one document; kept, for the same pages are shown again and again."""
        card = self._cards.get((self.id, number))
        if card is None:
            card = card_of(self.document(number))
            size = _CARD_OVERHEAD + 2 * sum(map(len, (card["short_answer"], *card["headings"])))
            self._cards.put((self.id, number), card, size)
        return card

    def passages(self, number: int) -> bytes:
        """Return the passages of one document, see kb.search.passages."""
        found: bytes = self._passages[number]
        return found
