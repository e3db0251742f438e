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
    Cost   three queries for all of them, and those that a page's images cost.
    Whether a page may be found at all is not decided here but by `indexing.is_indexable`.
    """
    categories = {
        path: _Category(code, title) for path, code, title in CategoryPage.objects.values_list("path", "code", "title")
    }
    products: dict[int, list[str]] = {}
    links = ArticlePage.products.through.objects.filter(articlepage__in=[page.pk for page in pages])
    for page_id, code in links.values_list("articlepage_id", "product__code").order_by("product__code"):
        products.setdefault(page_id, []).append(code)
    also_in: dict[int, list[str]] = {}
    further = ArticlePage.also_in.through.objects.filter(articlepage__in=[page.pk for page in pages])
    for page_id, path in further.values_list("articlepage_id", "categorypage__path").order_by("categorypage__path"):
        also_in.setdefault(page_id, []).append(path)
    documents = []
    for page in pages:
        own = _categories_on(page.path[: -Page.steplen], categories)
        others = [_categories_on(path, categories) for path in also_in.get(page.pk, ())]
        documents.append(_document(page, own, others, products.get(page.pk, ())))
    return documents


def _document(
    page: ArticlePage, categories: list[_Category], further: list[list[_Category]], products: Iterable[str]
) -> Document:
    headings, paragraphs = texts_of(page.body)
    return Document(
        page_id=page.pk,
        external_id=page.external_id or "",
        language=page.locale.language_code,
        article_type=page.article_type,
        title=page.title,
        headings=tuple(headings),
        # The question as a customer asks it weighs like the words that editors add for search.
        keywords=tuple(word for word in (page.question, *page.keyword_list) if word),
        short_answer=page.short_answer,
        body="\n".join(paragraphs),
        category_title=categories[-1].title if categories else "",
        categories=tuple(dict.fromkeys(category.code for line in (categories, *further) for category in line)),
        products=tuple(products),
        expires_at=page.expire_at,
    )


def _categories_on(path: str, categories: dict[str, _Category]) -> list[_Category]:
    """Return the category at the tree path and those that hold it, outermost first; without a query."""
    paths = [path[:length] for length in range(Page.steplen, len(path) + 1, Page.steplen)]
    return [categories[path] for path in paths if path in categories]
