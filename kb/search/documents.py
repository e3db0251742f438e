"""From a page to the document that search holds of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wagtail.models import Page

from kb.contents import texts_of
from kb.models import ArticlePage, CategoryPage
from kb.search.schema import Document

__all__ = ["Document", "document_of", "documents_of"]


@dataclass(frozen=True)
class _Category:
    code: str
    title: str


def document_of(page: ArticlePage) -> Document:
    """Return the document of one page; see `documents_of`."""
    return documents_of([page])[0]


def documents_of(pages: Sequence[ArticlePage]) -> list[Document]:
    """Return the documents of published pages, in order.

    Shape  one Document a page; the text is plain, blocks parted by line breaks.
    Cost   two queries for all of them, and those that a page's images cost.
    Whether a page may be found at all is not decided here but by `indexing.is_indexable`.
    """
    categories = {
        path: _Category(code, title) for path, code, title in CategoryPage.objects.values_list("path", "code", "title")
    }
    products: dict[int, list[str]] = {}
    links = ArticlePage.products.through.objects.filter(articlepage__in=[page.pk for page in pages])
    for page_id, code in links.values_list("articlepage_id", "product__code").order_by("product__code"):
        products.setdefault(page_id, []).append(code)
    return [_document(page, _categories_above(page, categories), products.get(page.pk, ())) for page in pages]


def _document(page: ArticlePage, categories: list[_Category], products: Iterable[str]) -> Document:
    headings, paragraphs = texts_of(page.body)
    return Document(
        page_id=page.pk,
        external_id=page.external_id or "",
        language=page.locale.language_code,
        article_type=page.article_type,
        title=page.title,
        headings=tuple(headings),
        keywords=tuple(page.keyword_list),
        short_answer=page.short_answer,
        body="\n".join(paragraphs),
        category_title=categories[-1].title if categories else "",
        categories=tuple(category.code for category in categories),
        products=tuple(products),
        expires_at=page.expire_at,
    )


def _categories_above(page: Page, categories: dict[str, _Category]) -> list[_Category]:
    """Return the categories that hold the page, outermost first; read from its path, without a query."""
    paths = [page.path[:length] for length in range(Page.steplen, len(page.path), Page.steplen)]
    return [categories[path] for path in paths if path in categories]
