"""The door of search: `search()` for results, `suggest()` and `find_products()` while the reader types, `explain()` for
editors.

Everything behind it may change; nobody outside imports more than the names in `__all__`, and
`kb.search.indexing.request_indexing`.
"""

import logging
import math
import time
from collections.abc import Iterable
from dataclasses import replace

from haystack.query import SQ, SearchQuerySet

from kb.search.analyzers import DEFAULT_LANGUAGE, LANGUAGES, normalize
from kb.search.engine import identifier_of, portal_backend
from kb.search.errors import AnalyzerMismatch, SearchUnavailable
from kb.search.explanation import Contribution, Explanation
from kb.search.fallback import FoundPage, find_in_database
from kb.search.indexing import ask_for_rebuild
from kb.search.pages import hidden_since_indexing, public_pages, urls_of
from kb.search.products import FoundProduct, find_products
from kb.search.query import MAX_CHARACTERS
from kb.search.results import FilterChoice, Hit, SearchPage, Suggestion
from kb.search.snippets import make_snippet
from kb.search.suggestions import best_titles
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
    "document_count",
    "explain",
    "find_products",
    "search",
    "suggest",
    "trying_synonyms",
]

logger = logging.getLogger(__name__)

PAGE_SIZE = 10
MAX_PAGE_SIZE = 50
MAX_SUGGESTIONS = 20
FILTERS = ("category", "article_type", "product")
# Titles are chosen among this many hits, so that a title that begins as typed comes before a mere mention.
_SUGGESTION_POOL = 40


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
) -> SearchPage:
    """Return one page of public articles in `language` that answer `text`, best first.

    Shape   SearchPage; `category` and `product` are codes, `article_type` is article, faq or maintenance. A page number
            beyond the last gives the last one. `is_verbatim` searches exactly what was typed.
    Sees    what anybody may see, whatever the index says: drafts, private and expired pages are in no count.
    Cost    one index search (1 to 2 ms at 1,800 pages) and three small queries, whatever the number of hits.
    Errors  none of its own: empty text has no hits; without an index the database answers, `is_degraded` says so and
            a rebuild is queued. ValueError for an unknown language.
    Source  BM25F (Robertson, Zaragoza, Taylor 2004); weights and figures in docs/search.md.
    """
    _check_language(language)
    started = time.perf_counter()
    query = normalize(text[:MAX_CHARACTERS]).strip()
    filters = {"category": category, "article_type": article_type, "product": product}
    filters = {name: value for name, value in filters.items() if value}
    page_size = max(1, min(page_size, MAX_PAGE_SIZE))
    if not query:
        return SearchPage(query=query, page_size=page_size)
    try:
        found = _search_index(query, language, max(1, page), page_size, filters, is_verbatim=is_verbatim)
    except SearchUnavailable as error:
        logger.error("Search answers from the database: %s", error)
        ask_for_rebuild()
        found = _search_database(query, language, max(1, page), page_size, filters)
    return replace(found, took_ms=round((time.perf_counter() - started) * 1000, 2))


def suggest(text: str, *, language: str, limit: int = 8) -> list[Suggestion]:
    """Return articles whose title answers what has been typed so far, best first; the last word may be half typed.

    Cost    as `search`. Without an index there are no suggestions. ValueError for an unknown language.
    """
    _check_language(language)
    query = normalize(text[:MAX_CHARACTERS]).strip()
    limit = max(1, min(limit, MAX_SUGGESTIONS))
    if not query:
        return []
    try:
        results = _query_set(query, language, {}, is_verbatim=False)[:_SUGGESTION_POOL]
    except SearchUnavailable as error:
        logger.error("No suggestions: %s", error)
        ask_for_rebuild()
        return []
    chosen = best_titles(query, results, language=language, limit=limit)
    pages = public_pages(result.pk for result in chosen)
    urls = urls_of(pages.values())
    return [Suggestion(pages[r.pk].title, urls[r.pk], r.external_id, r.article_type) for r in chosen if r.pk in urls]


def explain(text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False) -> dict[int, Explanation]:
    """Return, by page, how its score for `text` comes about: which term, in which part of the page, for which points.

    Shape   only pages that the index holds; one that shares no word with the text has score 0. The points of a page
            sum to its score in `search()` for the same text. Under `trying_synonyms` both answer as if the lines
            were saved.
    Cost    about 1 ms for each page; meant for an editor's ten hits, not for readers.
    Errors  SearchUnavailable without an index; ValueError for an unknown language; SearchBackendError if another
            engine than the portal's own is configured.
    """
    _check_language(language)
    query = normalize(text[:MAX_CHARACTERS]).strip()
    return portal_backend().explain(query, language=language, page_ids=page_ids, is_verbatim=is_verbatim)


def document_count() -> int:
    """Return how many articles the index holds; SearchUnavailable if it cannot be opened."""
    return portal_backend().document_count()


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")


def _query_set(query: str, language: str, filters: dict[str, str], *, is_verbatim: bool) -> SearchQuerySet:
    """Return haystack's query: nothing here depends on the engine behind it."""
    content = "content__exact" if is_verbatim else "content"
    conditions = SQ(**{content: query, "language__exact": language, **{f"{k}__exact": v for k, v in filters.items()}})
    hidden = hidden_since_indexing()
    if hidden:
        conditions &= ~SQ(id__in=[identifier_of(page_id) for page_id in hidden])
    return SearchQuerySet().filter(conditions)


def _search_index(
    query: str, language: str, page: int, page_size: int, filters: dict[str, str], *, is_verbatim: bool
) -> SearchPage:
    results = _query_set(query, language, filters, is_verbatim=is_verbatim)
    for name in FILTERS:
        results = results.facet(name)
    shown = results[(page - 1) * page_size : page * page_size]
    count = results.count()
    page_count = math.ceil(count / page_size)
    if page > page_count > 0:
        return _search_index(query, language, page_count, page_size, filters, is_verbatim=is_verbatim)
    corrected = None if is_verbatim else results.query.get_spelling_suggestion()
    fields = results.facet_counts().get("fields", {})
    return SearchPage(
        query=query,
        corrected_query=corrected,
        hits=_hits(shown, corrected or query),
        count=count,
        page=min(page, max(page_count, 1)),
        page_count=page_count,
        page_size=page_size,
        choices={name: tuple(FilterChoice(value, n) for value, n in fields.get(name, ())) for name in FILTERS},
    )


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


def _search_database(query: str, language: str, page: int, page_size: int, filters: dict[str, str]) -> SearchPage:
    found = find_in_database(query, language=language, **filters)
    page_count = math.ceil(len(found) / page_size)
    page = min(page, max(page_count, 1))
    shown = found[(page - 1) * page_size : page * page_size]
    urls = urls_of(one.page for one in shown)
    hits = tuple(_database_hit(one, urls[one.page.pk], query) for one in shown if one.page.pk in urls)
    return SearchPage(
        query=query,
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
