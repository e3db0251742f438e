"""The portal's engine on OpenSearch: what SEARCH_URL=opensearch://… puts in the place of Whoosh.

It stands upon django-haystack-opensearch (connection, options) and takes over none of its query strings, analyzers,
swallowed errors or in-place index changes. Answers are those of the Whoosh engine (tests/kb/search, both engines); the
scores differ by what Lucene rounds: a page's length is kept in one byte.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from django_haystack_opensearch.haystack import OpenSearchSearchBackend
from haystack.backends import BaseEngine, log_query
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct
from opensearchpy import OpenSearch

from kb.search import synonyms, weights
from kb.search.conditions import Condition, Text
from kb.search.engine import (
    SORT_FIELDS,
    Answer,
    PortalBackend,
    PortalQuery,
    Progress,
    batches,
    identifier_of,
    public_documents,
    public_page_ids,
    refuse,
    text_of,
    whole_condition,
)
from kb.search.errors import SearchUnavailable
from kb.search.explanation import Explanation, explain_documents
from kb.search.haystack_results import result_of
from kb.search.lexicon import Lexicon
from kb.search.matching import languages_of
from kb.search.opensearch.explanation import described
from kb.search.opensearch.first_hits import BY_SCORE, FirstHit, SecondLook, first_hits_body, read_first_hits
from kb.search.opensearch.generations import WRITE_SECONDS, Action, Generations
from kb.search.opensearch.layout import MAX_RESULTS, score_factor, source_of, stored_document
from kb.search.opensearch.queries import Query, QueryMaker, is_one_text, not_expired
from kb.search.opensearch.server import Server
from kb.search.opensearch.terms import TermStore
from kb.search.query import Understanding
from kb.search.ranking import clauses_of
from kb.search.schema import expiry_term

_MAX_CHOICES = 1_000
_IDS_AT_ONCE = 10_000


class _Shared:
    """What all threads of the process share of one index: the connection, what is known of its words."""

    def __init__(self, client: OpenSearch, url: str, name: str, replicas: int) -> None:
        self.client = client
        self.server = Server(client, url)
        self.generations = Generations(self.server, name, replicas=replicas)
        self.terms = TermStore(self.server, self.generations)


_shared: dict[tuple[str, str], _Shared] = {}
_shared_lock = Lock()


@dataclass(frozen=True)
class _Asked:
    """A condition as the server gets it; `first` are its first hits, best first, where they stand by their score."""

    query: Query
    corrected: str | None
    first: list[FirstHit] = field(default_factory=list)


class PortalOpenSearchBackend(PortalBackend, OpenSearchSearchBackend):
    """Searches the live index on the server and writes batches to it."""

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        key = (options["URL"], self.index_name)
        with _shared_lock:
            if key not in _shared:
                _shared[key] = _Shared(self.conn, options["URL"], self.index_name, options["REPLICAS"])
            shared = _shared[key]
        self.conn: OpenSearch = shared.client
        self.setup_complete: bool = False
        self.generations = shared.generations
        self._server, self._terms = shared.server, shared.terms

    # Searching -----------------------------------------------------------------------------------

    @log_query
    def search(
        self,
        query: Condition | str,
        *,
        start_offset: int = 0,
        end_offset: int | None = None,
        sort_by: list[str] | None = None,
        narrow_queries: Iterable[str] = (),
        models: Iterable[type] = (),
        limit_to_registered_models: bool | None = None,
        facets: dict[str, dict] | None = None,
        highlight: bool | dict = False,
        result_class: type[SearchResult] = SearchResult,
        **unsupported: Any,
    ) -> dict[str, Any]:
        """Return haystack's dictionary: results, hits, facets, spelling_suggestion.

        Cost    two requests (the first hits and the best score; then the page, the count and the choices), and those
                of `TermStore.understand`.
        Errors  SearchUnavailable if the server or the index does not answer; SearchBackendError for what it cannot do.
        """
        refuse(unsupported)
        narrowed = whole_condition(query, narrow_queries, models)
        start = min(start_offset, MAX_RESULTS)
        end = MAX_RESULTS if end_offset is None else min(end_offset, MAX_RESULTS)
        asked = self._asked(narrowed, is_ranked=not sort_by)
        first = asked.first[start:end]
        rest = max(start, len(asked.first))
        counted, looked_up = self._server.search(
            self.index_name,
            _page_body(asked.query, rest, end, sort_by or [], facets or ()),
            _documents_body([hit.identifier for hit in first]),
        )
        words = text_of(narrowed) if highlight else ""
        return {
            "results": [
                result_of(stored_document(source), score, result_class, words)
                for source, score in _page_of(first, looked_up, counted)
            ],
            "hits": counted["hits"]["total"]["value"],
            "facets": _facets(counted, facets) if facets else {},
            "spelling_suggestion": asked.corrected,
        }

    def consult(self, language: str, question: Callable[[Lexicon], Answer]) -> Answer:
        """Return the answer of a pure function of the words of the index; it may be asked several times."""
        return self._terms.consult(language, question)

    def explain(
        self, text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False
    ) -> dict[int, Explanation]:
        """Return, by page, how its score for a text comes about; see `kb.search.explain`."""
        understanding = self._understand(Text(text, is_verbatim=is_verbatim), language)
        wanted = [identifier_of(page_id) for page_id in page_ids]
        [answer] = self._server.search(self.index_name, _documents_body(wanted))
        documents = [stored_document(hit["_source"]) for hit in answer["hits"]["hits"]]
        readings = [reading for clause in clauses_of(understanding) for reading in clause.readings]
        source = described(self._server, self.index_name, documents, readings, self._terms.rarity)
        return explain_documents(understanding, source, {one["page_id"]: i for i, one in enumerate(documents)})

    def document_count(self) -> int:
        """Return how many documents the live index holds; an index of another program is none."""
        self.generations.check()
        answer: dict[str, Any] = self._server.ask(lambda client: client.count(index=self.index_name))
        return int(answer["count"])

    def _asked(self, condition: Condition, *, is_ranked: bool) -> _Asked:
        """Return a condition as a query, and its first hits after the second look if they stand by their score."""
        looks: list[dict[str, Any]] = []

        def best_score(query: Query) -> float:
            [answer] = self._server.search(self.index_name, first_hits_body(query))
            looks.append(answer)
            return max((float(hit["_score"]) for hit in answer["hits"]["hits"][:1]), default=0.0)

        maker = QueryMaker(
            allowed=[not_expired(expiry_term(datetime.now(UTC)))],
            languages=languages_of(condition),
            factor=score_factor(self._server.major_version()),
            understand=self._understand,
            best_score=best_score,
        )
        query = maker.query(condition)
        corrected = maker.corrected[0] if maker.corrected else None
        if not is_ranked or not maker.understandings:
            return _Asked(query, corrected)
        if is_one_text(condition):  # the look at its best score has shown them already, and a few more
            first = read_first_hits(looks[0], tail_share=weights.active().tail_share)
        else:
            [answer] = self._server.search(self.index_name, first_hits_body(query))
            first = read_first_hits(answer)
        return _Asked(query, corrected, SecondLook(first, self._terms.rarity).ordered(maker.understandings))

    def _understand(self, text: Text, language: str) -> Understanding:
        return self._terms.understand(
            text.text, language, synonyms=synonyms.lines(language), is_verbatim=text.is_verbatim
        )

    # Writing -------------------------------------------------------------------------------------

    def setup(self) -> None:
        """Make an empty index where there is none, so that the first write has a place."""
        if not self.setup_complete and not self.generations.exists():
            self.generations.finish(self.generations.create())
        self.setup_complete = True

    def write(self, page_ids: Iterable[int]) -> None:
        self.generations.write(_actions(page_ids))
        self._terms.forget()

    def rebuild(self, on_progress: Progress) -> None:
        """Fill a new index and switch the alias to it.

        Killed, it leaves the live index untouched; the next one clears away what it left. A second one that begins
        meanwhile takes over, and the first one ends with SearchUnavailable.
        """
        name = self.generations.create()
        for batch in batches(public_page_ids(), on_progress):
            self.generations.fill([action for action in _actions(batch) if action.source])
        self.generations.finish(name)
        self._terms.forget()

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Remove one page, whatever the database says."""
        self.setup()
        self.generations.write([Action(get_identifier(obj_or_string), _now())])
        self._terms.forget()

    def clear(self, models: Iterable[type] | None = None, commit: bool = True) -> None:
        """Remove everything, or everything of some models."""
        self.setup()
        query: Query = {"match_all": {}}
        if models is not None:
            query = {"terms": {"django_ct": [get_model_ct(model) for model in models]}}
        self._server.ask(
            lambda client: client.delete_by_query(
                index=self.index_name,
                body={"query": query},
                params={"conflicts": "proceed", "refresh": "true"},
                request_timeout=WRITE_SECONDS,
            )
        )
        self._terms.forget()

    # State ---------------------------------------------------------------------------------------

    def indexed_ids(self) -> frozenset[str]:
        """Return the identifiers of all documents; a torn index is found out by the server itself."""
        self.generations.check()
        self._server.ask(lambda client: client.indices.refresh(index=self.index_name))
        found: list[str] = []
        after: list[Any] = []
        while True:
            body = {"size": _IDS_AT_ONCE, "_source": False, "sort": ["page_id"], "query": {"match_all": {}}}
            [answer] = self._server.search(self.index_name, body | ({"search_after": after} if after else {}))
            hits = answer["hits"]["hits"]
            if not hits:
                return frozenset(found)
            found += [hit["_id"] for hit in hits]
            after = hits[-1]["sort"]

    def written_at(self) -> datetime:
        """Return when the live index was last written; when it was made if it is empty."""
        [answer] = self._server.search(self.index_name, {"size": 0, "aggs": {"last": {"max": {"field": "written"}}}})
        last = answer["aggregations"]["last"]["value"]
        return datetime.fromtimestamp(last / 1e6, tz=UTC) if last else self.generations.made_at()

    def is_rebuilding(self) -> bool:
        return self.generations.is_building()

    def problem(self) -> SearchUnavailable | None:
        try:
            if self.generations.exists():
                self.generations.check()
        except SearchUnavailable as error:
            return error
        return None


class PortalOpenSearchEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = PortalOpenSearchBackend
    query = PortalQuery


def _now() -> int:
    return time.time_ns() // 1_000


def _actions(page_ids: Iterable[int]) -> list[Action]:
    """Return what brings these pages up to the database; the version is the moment before they are read."""
    version = _now()
    gone = set(page_ids)
    actions = []
    for document in public_documents(gone):
        source = source_of(document, written=version)
        actions.append(Action(source["id"], version, source))
        gone.discard(document.page_id)
    return actions + [Action(identifier_of(page_id), version) for page_id in sorted(gone)]


def _sort(sort_by: Sequence[str]) -> list[dict[str, Any]]:
    """Return the order of hits; equal ones stand in the order of their pages, on every replica alike."""
    order: list[dict[str, Any]] = []
    for name in sort_by:
        sorted_by = SORT_FIELDS.get(name.lstrip("-"))
        if sorted_by is None:
            raise SearchBackendError(f"results cannot be sorted by {name!r}")
        order.append({sorted_by: {"order": "desc" if name.startswith("-") else "asc"}})
    return [*order, *BY_SCORE]


def _page_body(query: Query, start: int, end: int, sort_by: Sequence[str], facets: Iterable[str]) -> dict[str, Any]:
    """Return the search for the hits from `start` to `end`, with the count of all and the choices of the facets."""
    return {
        "query": query,
        "from": start,
        "size": max(0, end - start),
        "sort": _sort(sort_by),
        "track_scores": True,
        "track_total_hits": True,
        "_source": ["document"],
        "aggs": {name: _choices(name) for name in facets},
    }


def _page_of(
    first: Sequence[FirstHit], looked_up: Mapping[str, Any], counted: Mapping[str, Any]
) -> list[tuple[dict[str, Any], float]]:
    """Return the hits of a page with their scores: the first ones in their order, then those that the server put behind."""
    sources = {hit["_id"]: hit["_source"] for hit in looked_up["hits"]["hits"]}
    page = [(sources[hit.identifier], hit.score) for hit in first if hit.identifier in sources]
    return page + [(hit["_source"], hit["_score"]) for hit in counted["hits"]["hits"]]


def _documents_body(identifiers: Sequence[str]) -> dict[str, Any]:
    return {"query": {"ids": {"values": list(identifiers)}}, "size": len(identifiers), "_source": ["document"]}


def _choices(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": _MAX_CHOICES, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _facets(answer: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    counted = answer["aggregations"]
    return {"fields": {name: [(one["key"], one["doc_count"]) for one in counted[name]["buckets"]] for name in names}}
