"""The pages behind hits: one query that also decides once more who may see them."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from kb.models import ArticlePage, IndexRequest

# What a result shows and what its address is made of; an article's body alone may have megabytes.
_SHOWN = ("title", "url_path", "locale__language_code")


class _SiteRoots:
    """Carries Wagtail's cache of site roots from page to page, as a request would."""


def public_pages(page_ids: Iterable[int]) -> dict[int, ArticlePage]:
    """Return the still public pages among these, by id. Cost: two queries."""
    pages = ArticlePage.objects.public().filter(pk__in=list(page_ids)).select_related("locale").only(*_SHOWN)
    return {page.pk: page for page in pages}


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
