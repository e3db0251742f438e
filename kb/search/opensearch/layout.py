"""How the server keeps documents: settings, fields, and a document as the server gets it.

The server analyses nothing. It gets our terms, one a line, each with its weight as its frequency ("giat|50"), which
makes its BM25 the same BM25F over one combined field as everywhere else.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from kb.search import weights
from kb.search.analyzers import ANALYZER_VERSION, fold
from kb.search.engine import ARTICLE_CT, identifier_of
from kb.search.languages import LANGUAGES
from kb.search.schema import (
    EXPIRES,
    FILTER_FIELDS,
    PASSAGES,
    SCORED_KINDS,
    Document,
    expiry_term,
    passages_of,
    scored_field,
    scored_terms,
)

# Frequencies are whole numbers on the server; weights keep one decimal. BM25 is the same if k1 grows alike.
WEIGHT_SCALE = 10
# Fields whose terms are held in memory by every process, to complete and to correct words. Pairs are too many.
WORD_FIELDS = tuple(scored_field(kind, language) for kind in ("text", "exact") for language in LANGUAGES)
# Haystack reads page after page of a whole result; the server refuses to look deeper than this.
MAX_RESULTS = 200_000
# A removed document is remembered this long, so that a slow batch cannot bring it back.
_REMEMBERED = "10m"
# BM25 of OpenSearch 2 still multiplies by (k1 + 1), as the textbook and Whoosh do; that of 3 does not.
_FIRST_WITHOUT_FACTOR = 3


def listed(field: str) -> str:
    """Return the field that lists the words of a scored field, for counting them."""
    return f"{field}_words"


def index_body(*, replicas: int) -> dict[str, Any]:
    """Return what the server is told when an index is made.

    One shard: statistics are then those of all pages, and it holds millions of them. More web machines are served by
    replicas, not by shards.
    """
    body: dict[str, Any] = {"settings": _settings(), "mappings": {"dynamic": "strict", **_mappings()}}
    body["mappings"]["_meta"] = {"analyzer_version": ANALYZER_VERSION, "layout": layout_fingerprint()}
    body["settings"]["index"]["number_of_replicas"] = replicas
    return body


def layout_fingerprint() -> str:
    """Return a value that changes with the settings and fields: an index of another layout has to be made anew."""
    text = json.dumps([_settings(), _mappings()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def score_factor(major_version: int) -> float:
    """Return by what boosts are multiplied so that scores are those of the formula in docs/search.md."""
    k1 = weights.active().k1
    return k1 + 1 if major_version >= _FIRST_WITHOUT_FACTOR else (k1 + 1) / (k1 * WEIGHT_SCALE + 1)


def source_of(document: Document, *, written: int) -> dict[str, Any]:
    """Return a document as it is sent to the server; `written` in microseconds since 1970."""
    identifier = identifier_of(document.page_id)
    scored = scored_terms(document)
    source: dict[str, Any] = {
        "document": _as_json(document) | {"id": identifier, "django_ct": ARTICLE_CT},
        PASSAGES: base64.b64encode(passages_of(document)).decode(),
        "page_id": document.page_id,
        "written": written,
        "id": identifier,
        "django_ct": ARTICLE_CT,
        "language": document.language,
        "article_type": document.article_type,
        "category": list(document.categories),
        "product": list(document.products),
        "title_key": fold(document.title)[:120],
    }
    if document.external_id:
        source["external_id"] = document.external_id
    if document.expires_at:
        source[EXPIRES] = expiry_term(document.expires_at)
    for kind, terms in scored.items():
        field = scored_field(kind, document.language)
        source[field] = "\n".join(f"{term}|{scaled(counts)}" for term, counts in terms.items())
        if field in WORD_FIELDS:
            source[listed(field)] = list(terms)
    return source


def stored_document(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a document, as Whoosh stores it."""
    stored: dict[str, Any] = dict(source["document"])
    if stored["expires_at"]:
        stored["expires_at"] = datetime.fromisoformat(stored["expires_at"])
    return stored


def described_document(stored: Mapping[str, Any]) -> Document:
    """Return the document that was stored."""
    return Document(**{field.name: stored[field.name] for field in fields(Document)})


def scaled(weight: float) -> int:
    """Return a weight as a frequency; never 0, which the server refuses."""
    return max(1, round(weight * WEIGHT_SCALE))


def _as_json(document: Document) -> dict[str, Any]:
    values = asdict(document)
    if document.expires_at:
        values["expires_at"] = document.expires_at.isoformat()
    return values


def _settings() -> dict[str, Any]:
    weight = weights.active()
    return {
        "index": {
            "number_of_shards": 1,
            "gc_deletes": _REMEMBERED,
            "max_result_window": MAX_RESULTS,
            "similarity": {"bm25f": {"type": "BM25", "k1": weight.k1 * WEIGHT_SCALE, "b": weight.b}},
        },
        "analysis": {
            "tokenizer": {"lines": {"type": "char_group", "tokenize_on_chars": ["\n"]}},
            "filter": {"weights": {"type": "delimited_term_freq", "delimiter": "|"}},
            "analyzer": {"terms": {"type": "custom", "tokenizer": "lines", "filter": ["weights"]}},
        },
    }


def _mappings() -> dict[str, Any]:
    terms = {"type": "text", "analyzer": "terms", "index_options": "freqs", "similarity": "bm25f"}
    keyword, counted = {"type": "keyword"}, {"type": "keyword", "index": False}
    scored = [scored_field(kind, language) for kind in SCORED_KINDS for language in LANGUAGES]
    lists = [listed(field) for field in WORD_FIELDS]
    return {
        # What results show is `document`; terms are kept in the index only.
        "_source": {"excludes": [*scored, *lists, PASSAGES]},
        "properties": {
            "document": {"type": "object", "enabled": False},
            PASSAGES: {"type": "binary", "doc_values": True},
            "page_id": {"type": "long"},
            "written": {"type": "long"},
            **dict.fromkeys((*FILTER_FIELDS, EXPIRES), keyword),
            **dict.fromkeys(scored, terms),
            **dict.fromkeys(lists, counted),
        },
    }
