"""The pages behind hits: one query that also decides once more who may see them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Page

from kb.models import ArticlePage, IndexRequest

# What a result shows and what its address is made of, in the order of the model; a body alone may have megabytes.
_SHOWN = ("id", "title", "url_path", "page_ptr_id")
# As many pages at once as one page of results may have; a statement is kept for each size.
_SIZES = (10, 20, 50)
# Stands for the present moment in a statement that is made once and asked often.
_SOME_TIME = datetime(2999, 12, 31, tzinfo=UTC)


class _SiteRoots:
    """Carries Wagtail's cache of site roots from page to page, as a request would."""


def public_pages(page_ids: Iterable[int]) -> dict[int, ArticlePage]:
    """Return the still public pages among these (at most 50), by id; only title and address of them are loaded.

    Cost  one query, 0.2 ms. Making its statement anew each time would cost 1 ms, more than the search before it.
    """
    ids = list(page_ids)
    if not ids:
        return {}
    sql, values = _statement(next(size for size in _SIZES if size >= len(ids)))
    asked = {_adapted(_SOME_TIME): _adapted(timezone.now())}
    # Places that are left over ask for the same pages once more.
    asked |= {-place: ids[(place - 1) % len(ids)] for place in range(1, _SIZES[-1] + 1)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked.get(value, value) for value in values])
        rows = cursor.fetchall()
    return {row[0]: ArticlePage.from_db(connection.alias, _SHOWN, row) for row in rows}


def urls_of(pages: Iterable[Page]) -> dict[int, str]:
    """Return each page's address, beginning with "/". Cost: one look into the cache for all."""
    roots = _SiteRoots()
    urls = {}
    for page in pages:
        parts = page.get_url_parts(request=roots)
        if parts and parts[2]:
            urls[page.pk] = parts[2]
    return urls


def hidden_since_indexing() -> list[int]:
    """Return pages that are no longer public though the index may not know it yet: they are left out of every search.

    Cost  one query; three while something published in the last seconds waits for the worker.
    """
    if not IndexRequest.objects.exists():
        return []
    public = ArticlePage.objects.public().filter(pk=OuterRef("page_id"))
    return list(IndexRequest.objects.filter(~Exists(public)).values_list("page_id", flat=True))


@cache
def _statement(size: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement for so many pages; their places are numbered -1, -2, … and the moment is `_SOME_TIME`."""
    places = [-number for number in range(1, size + 1)]
    pages = ArticlePage.objects.public(at=_SOME_TIME).filter(pk__in=places).values_list(*_SHOWN)
    return pages.query.sql_with_params()


def _adapted(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
