"""The haystack engine of the portal; the only file that knows both haystack and Whoosh's index.

It keeps haystack's public interface (SearchQuerySet, forms, update and remove), so that another engine can take its
place by one setting. What it does not take over from haystack's Whoosh backend: query strings, a reader opened for
each search, swallowed errors, paging by page number, an English analyzer for every language.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
from haystack import connections
from haystack.backends import BaseEngine, BaseSearchBackend, BaseSearchQuery, log_query
from haystack.constants import DJANGO_ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct

from kb.models import ArticlePage
from kb.search import synonyms
from kb.search.conditions import (
    Condition,
    Everything,
    Field,
    Group,
    Phrase,
    Text,
    condition_of,
    everything_of,
    narrowing,
)
from kb.search.documents import documents_of
from kb.search.explanation import Explanation, explain_documents
from kb.search.lexicon import Lexicon
from kb.search.matching import Match, Matcher, languages_of
from kb.search.postings import Snapshot, SnapshotKeeper
from kb.search.query import understand
from kb.search.schema import expiry_term, index_fields
from kb.search.snippets import make_snippet
from kb.search.storage import IndexDirectory, IndexWriter

ARTICLE_CT = "kb.articlepage"
# Haystack's names of what results may be sorted by → the index's.
_SORT_FIELDS = {
    "title": "title_key",
    "id": "id",
    DJANGO_ID: "id",
    "language": "language",
    "article_type": "article_type",
}
# What a result carries beside its key and its score.
_SHOWN = (
    "title",
    "short_answer",
    "headings",
    "language",
    "article_type",
    "category_title",
    "external_id",
    "expires_at",
)
# Haystack passes these whether or not anybody asked for them.
_HARMLESS = {"spelling_query", "fields"}
_keepers: dict[str, SnapshotKeeper] = {}


class PortalWhooshBackend(BaseSearchBackend):
    """Searches snapshots of the index and writes batches to it.

    Thread-safe: every thread's backend of one connection shares the open index.
    """

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.directory = IndexDirectory(options["PATH"])
        self._keeper = _keeper_of(self.directory)

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

        `query` is a condition; a string is taken as a text, never parsed. Offsets count results, from any start.
        Errors  SearchUnavailable if the index cannot be opened; SearchBackendError for what it cannot do.
        """
        _refuse(unsupported)
        condition: Condition = query if not isinstance(query, str) else (Text(query) if query != "*" else Everything())
        narrowed = everything_of([condition, *(narrowing(one) for one in narrow_queries), *_models(models)])
        snapshot = self._keeper.snapshot()
        match = self._match(narrowed, snapshot)
        order = self._order(match, snapshot, sort_by or [])
        page = order[start_offset:end_offset]
        words = _text_of(condition) if highlight else ""
        return {
            "results": [self._result(int(n), match, snapshot, result_class, words) for n in page],
            "hits": len(order),
            "facets": {"fields": {name: snapshot.counts(name, match.mask) for name in facets or ()}} if facets else {},
            "spelling_suggestion": match.corrected_text,
        }

    def more_like_this(
        self,
        model_instance: Any,
        additional_query: Condition | None = None,
        *,
        start_offset: int = 0,
        end_offset: int | None = None,
        models: Iterable[type] = (),
        result_class: type[SearchResult] = SearchResult,
        **unsupported: Any,
    ) -> dict[str, Any]:
        """Return articles of the same language whose words resemble the title and the rarest words of this one."""
        _refuse(unsupported)
        [document] = documents_of([model_instance])
        itself = Group("AND", (Field("id", "exact", get_identifier(model_instance)),), is_negated=True)
        conditions: list[Condition] = [
            Text(" ".join((document.title, *document.keywords, document.short_answer)), is_verbatim=True),
            Field("language", "exact", document.language),
            itself,
        ]
        if additional_query is not None:
            conditions.append(additional_query)
        return self.search(
            everything_of(conditions),
            start_offset=start_offset,
            end_offset=end_offset,
            models=models,
            result_class=result_class,
        )

    def explain(
        self, text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False
    ) -> dict[int, Explanation]:
        """Return, by page, how its score for a text comes about; see `kb.search.explain`."""
        snapshot = self._keeper.snapshot()
        understanding = understand(
            text, Lexicon(snapshot, language), synonyms=synonyms.lines(language), is_verbatim=is_verbatim
        )
        numbers = {
            page_id: int(found[0])
            for page_id in page_ids
            if len(found := snapshot.postings("id", identifier_of(page_id))[0])
        }
        return explain_documents(understanding, snapshot, numbers)

    def document_count(self) -> int:
        """Return how many documents the live index holds."""
        return self._keeper.snapshot().count

    def snapshot(self) -> Snapshot:
        """Return the live commit, for what reads the words of the index itself (suggestions, checks)."""
        return self._keeper.snapshot()

    def _match(self, condition: Condition, snapshot: Snapshot) -> Match:
        allowed = snapshot.not_expired(expiry_term(datetime.now(UTC)))
        return Matcher(snapshot, allowed, languages_of(condition), synonyms.lines).match(condition)

    def _order(self, match: Match, snapshot: Snapshot, sort_by: list[str]) -> np.ndarray:
        """Return the numbers of the found documents: best first, or by fields, each in its own direction."""
        found = np.flatnonzero(match.mask)
        keys: list[np.ndarray] = [found, -match.scores[found]]
        for name in reversed(sort_by):
            field = _SORT_FIELDS.get(name.lstrip("-"))
            if field is None:
                raise SearchBackendError(f"results cannot be sorted by {name!r}")
            ordinals = snapshot.ordinals(field)[found]
            keys.append(-ordinals if name.startswith("-") else ordinals)
        return found[np.lexsort(keys)]

    def _result(
        self, number: int, match: Match, snapshot: Snapshot, result_class: type[SearchResult], words: str
    ) -> SearchResult:
        stored = snapshot.document(number)
        app_label, model_name = stored["django_ct"].split(".")
        fields = {
            "id": stored["id"],
            "text": stored["body"],
            "category": list(stored["categories"]),
            "product": list(stored["products"]),
            **{name: stored[name] for name in _SHOWN},
        }
        if words:
            fields["highlighted"] = [
                make_snippet(f"{stored['short_answer']}\n{stored['body']}", words, language=stored["language"])
            ]
        return result_class(app_label, model_name, stored["page_id"], float(match.scores[number]), **fields)

    # Writing -------------------------------------------------------------------------------------

    def setup(self) -> None:
        """Make an empty index where there is none, so that the first write has a place."""
        with self.directory.rebuilding():
            if not self.directory.exists():
                self.directory.switch_to(self.directory.create_generation(), catch_up=lambda page_ids: None)

    def update(self, index: Any, iterable: Iterable[Any], commit: bool = True) -> None:
        """Bring the entries of these pages up to the database, in one commit; pages that are not public are removed."""
        page_ids = {page.pk for page in iterable}
        self.ensure_index()
        with self.directory.writing() as writer:
            self.write_pages(writer, page_ids)
            self.directory.note_written(page_ids)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Remove one page; waits for the writer rather than failing."""
        identifier = get_identifier(obj_or_string)
        self.ensure_index()
        with self.directory.writing() as writer:
            writer.remove(identifier)
            self.directory.note_written([int(identifier.rsplit(".", 1)[1])])

    def clear(self, models: Iterable[type] | None = None, commit: bool = True) -> None:
        """Remove everything, or everything of some models."""
        self.ensure_index()
        with self.directory.writing() as writer:
            if models is None:
                writer.remove_all()
            for model in models or ():
                writer.remove_all(get_model_ct(model))

    def write_pages(self, writer: IndexWriter, page_ids: Iterable[int]) -> None:
        """Bring the entries of these pages up to the database: write what is public, take out what is not.

        Call it with the batch open: whoever writes last has then also read last.
        """
        gone = set(page_ids)
        pages = list(ArticlePage.objects.public().filter(pk__in=gone).select_related("locale"))
        for document in documents_of(pages):
            identifier = identifier_of(document.page_id)
            writer.replace(identifier, index_fields(document, django_ct=ARTICLE_CT, identifier=identifier))
            gone.discard(document.page_id)
        for page_id in gone:
            writer.remove(identifier_of(page_id))

    def ensure_index(self) -> None:
        """Make an empty index if there is none yet."""
        if not self.directory.exists():
            self.setup()


class PortalWhooshQuery(BaseSearchQuery):
    """Hands haystack's filters to the backend as objects."""

    def build_query(self) -> Condition:
        return condition_of(self.query_filter)

    def __str__(self) -> str:
        return str(self.build_query())

    def clean(self, query_fragment: Any) -> Any:
        """Return the text as it is: no character has a meaning in it."""
        return query_fragment

    def run_mlt(self, **kwargs: Any) -> None:
        offsets = {"start_offset": self.start_offset, "end_offset": self.end_offset}
        super().run_mlt(**offsets, **kwargs)


class PortalWhooshEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = PortalWhooshBackend
    query = PortalWhooshQuery


def identifier_of(page_id: int) -> str:
    """Return haystack's identifier of an article, without loading it."""
    return f"{ARTICLE_CT}.{page_id}"


def portal_backend() -> PortalWhooshBackend:
    """Return the backend of the default connection.

    Errors  SearchBackendError if another engine is configured: it brings its own tools for building its index.
    """
    backend = connections["default"].get_backend()
    if not isinstance(backend, PortalWhooshBackend):
        raise SearchBackendError("this works with the portal's own engine only; see SEARCH_URL")
    return backend


def _keeper_of(directory: IndexDirectory) -> SnapshotKeeper:
    """Return the open index of a folder: one for all threads of the process."""
    return _keepers.setdefault(str(directory.path), SnapshotKeeper(directory))


def _models(models: Iterable[type]) -> list[Condition]:
    names = tuple(get_model_ct(model) for model in models)
    return [Field("django_ct", "in", names)] if names else []


def _text_of(condition: Condition) -> str:
    """Return the words that a condition searches, for marking them."""
    if isinstance(condition, Text | Phrase):
        return condition.text
    if isinstance(condition, Group) and not condition.is_negated:
        return " ".join(filter(None, (_text_of(child) for child in condition.children)))
    return ""


def _refuse(unsupported: dict[str, Any]) -> None:
    asked = sorted(name for name, value in unsupported.items() if value and name not in _HARMLESS)
    if asked:
        raise SearchBackendError(f"this engine does not support: {', '.join(asked)}")
