"""What every search engine of the portal does: haystack's interface, and what the rest of kb.search asks of it.

Nobody else in kb.search knows which engine is behind `portal_backend()`. An engine brings its own storage and lets
its own machinery score; the words of a query, their weights and the conditions are made here for all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from haystack import connections
from haystack.backends import BaseSearchBackend, BaseSearchQuery
from haystack.constants import DJANGO_ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct

from kb.models import ArticlePage
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
from kb.search.documents import Document, documents_of
from kb.search.errors import SearchUnavailable
from kb.search.explanation import Explanation
from kb.search.lexicon import Lexicon

ARTICLE_CT = "kb.articlepage"
# Pages read and written at once: a commit costs some 20 ms whatever it holds, one of this size less than a second.
BATCH_SIZE = 200
# Haystack's names of what results may be sorted by → those of every engine's index.
SORT_FIELDS = {
    "title": "title_key",
    "id": "id",
    DJANGO_ID: "id",
    "language": "language",
    "article_type": "article_type",
}
# Haystack passes these whether or not anybody asked for them.
_HARMLESS = {"spelling_query", "fields"}

Progress = Callable[[int, int], None]
Answer = TypeVar("Answer")


class PortalBackend(BaseSearchBackend, ABC):
    """One search engine. Thread-safe; every method that reads or writes raises SearchUnavailable if it cannot."""

    # Searching: `search` is haystack's and differs by engine ------------------------------------------

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
        refuse(unsupported)
        [document] = documents_of([model_instance])
        itself = Group("AND", (Field("id", "exact", get_identifier(model_instance)),), is_negated=True)
        conditions: list[Condition] = [
            Text(" ".join((document.title, *document.keywords, document.short_answer)), is_verbatim=True),
            Field("language", "exact", document.language),
            itself,
        ]
        if additional_query is not None:
            conditions.append(additional_query)
        found: dict[str, Any] = self.search(
            everything_of(conditions),
            start_offset=start_offset,
            end_offset=end_offset,
            models=models,
            result_class=result_class,
        )
        return found

    @abstractmethod
    def explain(
        self, text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False
    ) -> dict[int, Explanation]:
        """Return, by page, how its score for a text comes about; see `kb.search.explain`."""

    @abstractmethod
    def document_count(self) -> int:
        """Return how many documents the live index holds."""

    @abstractmethod
    def consult(self, language: str, question: Callable[[Lexicon], Answer]) -> Answer:
        """Return what `question` makes of the words of the live index in one language.

        `question` is pure: an engine whose words lie elsewhere asks it more than once, until it has read them all.
        """

    # Writing -----------------------------------------------------------------------------------------

    @abstractmethod
    def write(self, page_ids: Iterable[int]) -> None:
        """Bring the entries of these pages up to the database: write what is public, take out what is not.

        Durable and visible when it returns. Of two that write the same page at once, the one that read the database
        last has the last word.
        """

    @abstractmethod
    def rebuild(self, on_progress: Progress) -> None:
        """Build a whole index beside the live one and switch; what is written meanwhile is in both."""

    def tidy(self) -> bool:
        """Put in order what writing leaves behind, and say whether there was anything; for idle time."""
        return False

    def update(self, index: Any, iterable: Iterable[Any], commit: bool = True) -> None:
        """Bring the entries of these pages up to the database, in one commit; pages that are not public are removed."""
        self.setup()
        self.write({page.pk for page in iterable})

    # State -------------------------------------------------------------------------------------------

    @abstractmethod
    def indexed_ids(self) -> frozenset[str]:
        """Return the identifiers of all documents, read afresh from where they are kept."""

    @abstractmethod
    def written_at(self) -> datetime:
        """Return when the live index was last written."""

    @abstractmethod
    def is_rebuilding(self) -> bool:
        """Say whether a new index is being built at this moment."""

    @abstractmethod
    def problem(self) -> SearchUnavailable | None:
        """Return why the index would not answer, None if it would or is only still to be made."""


class PortalQuery(BaseSearchQuery):
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


def portal_backend() -> PortalBackend:
    """Return the backend of the default connection.

    Errors  SearchBackendError if an engine is configured that is not one of the portal's.
    """
    backend = connections["default"].get_backend()
    if not isinstance(backend, PortalBackend):
        raise SearchBackendError("this works with the portal's own engines only; see SEARCH_URL")
    return backend


def identifier_of(page_id: int) -> str:
    """Return haystack's identifier of an article, without loading it."""
    return f"{ARTICLE_CT}.{page_id}"


def public_page_ids() -> list[int]:
    """Return the pages that belong into the index. Cost: one query."""
    return list(ArticlePage.objects.public().order_by("pk").values_list("pk", flat=True))


def public_documents(page_ids: Iterable[int]) -> list[Document]:
    """Return the documents of those among these pages that are public now, read from the database."""
    pages = ArticlePage.objects.public().filter(pk__in=list(page_ids)).select_related("locale")
    return documents_of(list(pages))


def batches(page_ids: Sequence[int], on_progress: Progress) -> Iterator[Sequence[int]]:
    """Yield the ids in batches and tell how many are done after each."""
    for start in range(0, len(page_ids), BATCH_SIZE):
        yield page_ids[start : start + BATCH_SIZE]
        on_progress(min(start + BATCH_SIZE, len(page_ids)), len(page_ids))


def whole_condition(query: Condition | str, narrow_queries: Iterable[str], models: Iterable[type]) -> Condition:
    """Return all that a search asks for as one condition; a string is taken as a text, never parsed."""
    condition: Condition = query if not isinstance(query, str) else (Text(query) if query != "*" else Everything())
    names = tuple(get_model_ct(model) for model in models)
    of_models = [Field("django_ct", "in", names)] if names else []
    narrower = [*(narrowing(one) for one in narrow_queries), *of_models]
    return everything_of([condition, *narrower]) if narrower else condition


def text_of(condition: Condition) -> str:
    """Return the words that a condition searches, for marking them."""
    if isinstance(condition, Text | Phrase):
        return condition.text
    if isinstance(condition, Group) and not condition.is_negated:
        return " ".join(filter(None, (text_of(child) for child in condition.children)))
    return ""


def refuse(unsupported: dict[str, Any]) -> None:
    """Raise SearchBackendError for what haystack asks and no engine of the portal does."""
    asked = sorted(name for name, value in unsupported.items() if value and name not in _HARMLESS)
    if asked:
        raise SearchBackendError(f"this engine does not support: {', '.join(asked)}")
