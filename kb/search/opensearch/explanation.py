"""What an explanation needs of the server: statistics of terms, for a few documents scored here once more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import log1p
from typing import Any

import numpy as np

from kb.search import weights
from kb.search.opensearch.layout import WEIGHT_SCALE, described_document, scaled
from kb.search.opensearch.server import Server
from kb.search.passages import Codes, Passages, Points, decode_passages
from kb.search.postings import Postings, StoredDocument
from kb.search.ranking import Reading
from kb.search.schema import passages_of, scored_terms

# Lucene keeps the length of a field in one byte: exact up to 40, then this plus a number of four binary digits.
_FREE_LENGTHS = 24


class DescribedDocuments:
    """Some documents with the scores of some terms (a `kb.search.explanation.ScoredDocuments`)."""

    def __init__(
        self,
        documents: Sequence[StoredDocument],
        statistics: Mapping[str, Any],
        rarity: Callable[[str, Codes], Points],
    ) -> None:
        self._stored = documents
        self._documents = [described_document(document) for document in documents]
        self._statistics = statistics
        self._terms = [scored_terms(document) for document in self._documents]
        self.rarity = rarity

    def document(self, number: int) -> StoredDocument:
        """Return what is stored of one document."""
        return self._stored[number]

    def passages(self, language: str, number: int) -> Passages:
        """Return the words of one document, passage by passage."""
        return decode_passages(passages_of(self._documents[number]), partial(self.rarity, language))

    def impacts(self, field: str, term: str) -> Postings:
        """Return (documents, BM25 scores) of one term, computed as the server does."""
        kind, language = field.rsplit("_", 1)
        statistics = self._statistics.get(field, {})
        found = statistics.get("terms", {}).get(term, {}).get("doc_freq", 0)
        numbers, scores = [], []
        for number, (document, terms) in enumerate(zip(self._documents, self._terms, strict=True)):
            if document.language == language and term in terms[kind] and found:
                numbers.append(number)
                scores.append(_bm25(terms[kind], term, found, statistics["field_statistics"]))
        return np.array(numbers, np.int32), np.array(scores, np.float32)


def described(
    server: Server,
    index: str,
    documents: Sequence[StoredDocument],
    readings: Iterable[Reading],
    rarity: Callable[[str, Codes], Points],
) -> DescribedDocuments:
    """Return the documents with what the server knows of the terms. Cost: one request."""
    wanted: dict[str, list[str]] = {}
    for reading in readings:
        wanted.setdefault(reading.field, []).append(reading.term)
    body = {
        "doc": {field: "\n".join(terms) for field, terms in wanted.items()},
        "term_statistics": True,
        "field_statistics": True,
        **dict.fromkeys(("positions", "offsets", "payloads"), False),
    }
    answer: dict[str, Any] = server.ask(lambda client: client.termvectors(index=index, body=body))
    return DescribedDocuments(documents, answer.get("term_vectors", {}), rarity)


def _bm25(terms: Mapping[str, float], term: str, found: int, field: Mapping[str, int]) -> float:
    frequency = scaled(terms[term])
    length = kept_length(sum(scaled(one) for one in terms.values()))
    rarity = log1p((field["doc_count"] - found + 0.5) / (found + 0.5))
    weight = weights.active()
    norm = 1 - weight.b + weight.b * length * field["doc_count"] / field["sum_ttf"]
    return rarity * frequency * (weight.k1 + 1) / (frequency + weight.k1 * WEIGHT_SCALE * norm)


def kept_length(length: int) -> int:
    """Return what is left of a length that Lucene has kept in one byte (its SmallFloat.intToByte4)."""
    if length < _FREE_LENGTHS:
        return length
    rest = length - _FREE_LENGTHS
    shift = max(0, rest.bit_length() - 4)
    return _FREE_LENGTHS + ((rest >> shift) << shift)
