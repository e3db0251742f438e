"""The door of search: `search()` for results, `suggest()` and `find_products()` while the reader types, `explain()` for
editors.

Everything behind it may change; nobody outside imports more than the names in `__all__`, and
`kb.search.indexing.request_indexing`.
"""

import logging
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial

from haystack.query import SQ, SearchQuerySet

from kb.search.analyzers import normalize
from kb.search.engine import identifier_of, portal_backend
from kb.search.errors import AnalyzerMismatch, SearchUnavailable
from kb.search.explanation import Contribution, Explanation
from kb.search.fallback import FoundPage, find_in_database
from kb.search.foreign import as_a_title_writes_it
from kb.search.indexing import mend_after
from kb.search.languages import DEFAULT_LANGUAGE, LANGUAGES
from kb.search.lexicon import Lexicon
from kb.search.pages import hidden_since_indexing, public_pages, urls_of
from kb.search.products import FoundProduct, find_products, product_names
from kb.search.proposals import is_proved_by, propose
from kb.search.query import MAX_CHARACTERS, understand
from kb.search.results import FilterChoice, Hit, SearchPage, Suggestion
from kb.search.semantic.writing import state as meaning_state
from kb.search.snippets import make_snippet
from kb.search.suggestions import begun_first
from kb.search.synonyms import trying_synonyms

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "MAX_CHARACTERS",
    "AnalyzerMismatch",
    "Contribution",
    "Explanation",
    "FilterChoice",
    "FoundProduct",
    "Hit",
    "SearchPage",
    "SearchUnavailable",
    "Suggestion",
    "as_a_title_writes_it",
    "count_hits",
    "did_you_mean",
    "document_count",
    "explain",
    "find_products",
    "is_answering",
    "meaning_state",
    "product_names",
    "search",
    "suggest",
    "trying_synonyms",
    "typed_in",
]

logger = logging.getLogger(__name__)

PAGE_SIZE = 10
MAX_PAGE_SIZE = 50
MAX_SUGGESTIONS = 20
FILTERS = ("category", "article_type", "product")
# A title that begins as typed comes first if it is among so many times the hits that are offered.
_SUGGESTION_POOL = 2
# A word that stands in the title of one of the first hits is no slip.
_TITLES_THAT_PROVE = 3


def search(
    text: str,
    *,
    language: str,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    category: str = "",
    article_type: str = "",
    product: str = "",
    is_verbatim: bool = False,
    with_choices: bool = False,
) -> SearchPage:
    """Return one page of public articles in `language` that answer `text`, best first.

    Shape   SearchPage; `category` and `product` are codes, `article_type` is article, faq or maintenance. A page number
            beyond the last gives the last one. `is_verbatim` searches exactly what was typed. `with_choices` counts
            what the hits can be narrowed to, and for each filter in use what it could be changed to.
    Sees    what anybody may see, whatever the index says: drafts, private and expired pages are in no count.
    Cost    one index search (about .5 ms at 1,800 pages) and two small queries, whatever the number of hits;
            `with_choices` one more index search for each filter in use.
    Errors  none of its own: empty text has no hits; without an index the database answers, `is_degraded` says so and
            a rebuild is queued. ValueError for an unknown language.
    Source  BM25F (Robertson, Zaragoza, Taylor 2004); weights and figures in docs/search.md.
    """
    started = time.perf_counter()
    asked = _asked(text, language, category, article_type, product, is_verbatim=is_verbatim)
    page, page_size = max(1, page), max(1, min(page_size, MAX_PAGE_SIZE))
    if not asked.query:
        return SearchPage(query=asked.query, page_size=page_size)
    try:
        found = _search_index(asked, page, page_size, with_choices=with_choices)
    except SearchUnavailable as error:
        logger.error("Search answers from the database: %s", error)
        mend_after(error)
        found = _search_database(asked, page, page_size)
    return replace(found, took_ms=round((time.perf_counter() - started) * 1000, 2))


def count_hits(text: str, *, language: str, category: str = "", article_type: str = "", product: str = "") -> int:
    """Return how many hits `search` would have. Cost: one index search, one query. Errors: 0 hits without an index."""
    asked = _asked(text, language, category, article_type, product)
    if not asked.query:
        return 0
    results = asked.query_set()
    try:
        results[:1]  # so that haystack counts without making every result
        return int(results.count())
    except SearchUnavailable:
        return 0  # whoever searched before this has said so and asked for a rebuild


def did_you_mean(found: SearchPage, *, language: str, is_verbatim: bool = False) -> str | None:
    """Return what the reader of this page may have meant instead; None if nothing is likelier than what was typed.

    Shape   the query with other words in it. Never where search has replaced words itself: then `corrected_query`
            says so. After a verbatim search it is the correction that the reader declined.
    Cost    half a millisecond, no query. Errors: none of its own; None without an index.
    """
    if not found.query or found.corrected_query or found.is_degraded:
        return None
    question = partial(propose, found.query, with_corrections=is_verbatim)
    try:
        proposed = portal_backend().consult(language, question)
    except SearchUnavailable:
        return None
    titles = [hit.title for hit in found.hits[:_TITLES_THAT_PROVE]]
    return None if proposed and is_proved_by(titles, found.query, proposed, language) else proposed


def typed_in(text: str, *, language: str) -> str | None:
    """Return the other language that a query is typed in, wholly or in part; None for `language` itself.

    Then nothing of it was corrected, and only the words that both languages share were searched.
    Cost    a tenth of a millisecond, no query. Errors: none of its own; None without an index.
    """
    try:
        return portal_backend().consult(language, partial(_typed_in, text)) or None
    except SearchUnavailable:
        return None


def _typed_in(text: str, lexicon: Lexicon) -> str:
    return understand(text, lexicon, synonyms={}).typed_in


def suggest(text: str, *, language: str, limit: int = 8) -> list[Suggestion]:
    """Return articles that answer what has been typed so far, best first; the last word may be half typed.

    Cost    as `search`, without its snippets. Without an index there are no suggestions. ValueError for an unknown language.
    """
    asked = _asked(text, language)
    limit = max(1, min(limit, MAX_SUGGESTIONS))
    if not asked.query:
        return []
    try:
        results = asked.query_set()[: _SUGGESTION_POOL * limit]
    except SearchUnavailable as error:
        logger.error("No suggestions: %s", error)
        mend_after(error)
        return []
    chosen = begun_first(asked.query, results, language=language, limit=limit)
    pages = public_pages(result.pk for result in chosen)
    urls = urls_of(pages.values())
    return [
        Suggestion(r.pk, pages[r.pk].title, urls[r.pk], r.external_id, r.article_type) for r in chosen if r.pk in urls
    ]


def explain(text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False) -> dict[int, Explanation]:
    """Return, by page, how its score for `text` comes about: which term, in which part of the page, for which points.

    Shape   only pages that the index holds; one that shares no word with the text has score 0. The points of a page
            sum to its score in `search()` for the same text. Under `trying_synonyms` both answer as if the lines
            were saved.
    Cost    about 1 ms for each page; meant for an editor's ten hits, not for readers.
    Errors  SearchUnavailable without an index; ValueError for an unknown language; SearchBackendError if another
            engine than the portal's own is configured.
    """
    query = _asked(text, language).query
    return portal_backend().explain(query, language=language, page_ids=page_ids, is_verbatim=is_verbatim)


def document_count() -> int:
    """Return how many articles the index holds; SearchUnavailable if it cannot be opened."""
    return portal_backend().document_count()


@dataclass(frozen=True)
class _Asked:
    """What one search asks for, whatever engine answers."""

    query: str
    language: str
    filters: dict[str, str]
    is_verbatim: bool

    @cached_property
    def hidden(self) -> list[str]:
        """The identifiers of what is no longer public though the index may not know it yet; one query."""
        return [identifier_of(page_id) for page_id in hidden_since_indexing()]

    def query_set(self, *, without: str = "", by_meaning: bool = False) -> SearchQuerySet:
        """Return haystack's query, perhaps without one of the filters, perhaps with pages that say it otherwise."""
        content = "content__exact" if self.is_verbatim else "content__fuzzy" if by_meaning else "content"
        filters = {f"{name}__exact": value for name, value in self.filters.items() if name != without}
        conditions = SQ(**{content: self.query, "language__exact": self.language, **filters})
        if self.hidden:
            conditions &= ~SQ(id__in=self.hidden)
        return SearchQuerySet().filter(conditions)


def is_answering() -> bool:
    """Say whether the index answers at this moment; if not, `search` asks the database and `suggest` says nothing."""
    try:
        document_count()
    except SearchUnavailable:
        return False
    return True


def _asked(
    text: str,
    language: str,
    category: str = "",
    article_type: str = "",
    product: str = "",
    *,
    is_verbatim: bool = False,
) -> _Asked:
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")
    filters = {"category": category, "article_type": article_type, "product": product}
    return _Asked(
        query=normalize(text[:MAX_CHARACTERS]).strip(),
        language=language,
        filters={name: value for name, value in filters.items() if value},
        is_verbatim=is_verbatim,
    )


def _search_index(asked: _Asked, page: int, page_size: int, *, with_choices: bool) -> SearchPage:
    not_in_use = [name for name in FILTERS if with_choices and name not in asked.filters]
    results = asked.query_set(by_meaning=True)
    for name in not_in_use:
        results = results.facet(name)
    shown = results[(page - 1) * page_size : page * page_size]
    count = results.count()
    page_count = math.ceil(count / page_size)
    if page > page_count > 0:
        return _search_index(asked, page_count, page_size, with_choices=with_choices)
    corrected = None if asked.is_verbatim else results.query.get_spelling_suggestion()
    choices = _counted(results, not_in_use)
    for name in asked.filters if with_choices else ():
        rest = asked.query_set(without=name, by_meaning=True).facet(name)
        rest[:1]  # haystack would make every result to count them
        choices |= _counted(rest, [name])
    return SearchPage(
        query=asked.query,
        corrected_query=corrected,
        hits=_hits(shown, corrected or asked.query),
        count=count,
        page=min(page, max(page_count, 1)),
        page_count=page_count,
        page_size=page_size,
        choices=choices,
    )


def _counted(results: SearchQuerySet, names: list[str]) -> dict[str, tuple[FilterChoice, ...]]:
    """Return the values of these filters, each with the hits that carry it; the search has been made."""
    fields = results.facet_counts().get("fields", {}) if names else {}
    return {name: tuple(FilterChoice(value, count) for value, count in fields.get(name, ())) for name in names}


def _hits(results: list, searched: str) -> tuple[Hit, ...]:
    pages = public_pages(result.pk for result in results)
    urls = urls_of(pages.values())
    return tuple(
        Hit(
            id=result.pk,
            external_id=result.external_id,
            type=result.article_type,
            title=pages[result.pk].title,
            url=urls[result.pk],
            snippet=make_snippet(f"{result.short_answer}\n{result.text}", searched, language=result.language),
            score=round(result.score, 4),
            category_title=result.category_title,
        )
        for result in results
        if result.pk in urls
    )


def _search_database(asked: _Asked, page: int, page_size: int) -> SearchPage:
    found = find_in_database(asked.query, language=asked.language, **asked.filters)
    page_count = math.ceil(len(found) / page_size)
    page = min(page, max(page_count, 1))
    shown = found[(page - 1) * page_size : page * page_size]
    urls = urls_of(one.page for one in shown)
    hits = tuple(_database_hit(one, urls[one.page.pk], asked.query) for one in shown if one.page.pk in urls)
    return SearchPage(
        query=asked.query,
        hits=hits,
        count=len(found),
        page=page,
        page_count=page_count,
        page_size=page_size,
        is_degraded=True,
    )


def _database_hit(found: FoundPage, url: str, query: str) -> Hit:
    page = found.page
    return Hit(
        id=page.pk,
        external_id=page.external_id or "",
        type=page.article_type,
        title=page.title,
        url=url,
        snippet=make_snippet(page.short_answer, query, language=page.locale.language_code),
        score=round(found.score, 4),
        category_title="",
    )
