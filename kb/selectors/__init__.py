"""What other apps may read from the knowledge base."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from kb.kept_lists import kept as kept
from kb.models import (
    ArticlePage,
    CategoryPage,
    FaqPage,
    HelpIndexPage,
    MaintenanceTask,
    Product,
)
from kb.models.pages import Branch, branches_below

if TYPE_CHECKING:
    from kb.managers import Reader

# A database's integer holds 18 digits for certain; a longer number in an address is somebody playing.
MAX_ID_DIGITS = 18


# Root, home page, help index; then categories.
FIRST_CATEGORY_DEPTH = 4


@dataclass(frozen=True)
class Link:
    """An article or a product as a link: its key ("12", "NM-W85"), its name, its address."""

    key: str
    title: str
    url: str


def article_link(page_id: str | int, *, user: Reader) -> Link | None:
    """Return the article of that number as a link, or None when `user` may not read it or it does not exist.

    `page_id` may come from an address: anything that is no number answers None. Cost: two queries.
    """
    number = str(page_id)
    if not (number.isascii() and number.isdigit() and len(number) <= MAX_ID_DIGITS):
        return None
    article = ArticlePage.objects.visible_to(user).as_cards().filter(pk=int(number)).first()
    return Link(str(article.pk), article.title, article.get_url() or "") if article else None


def imported_article_id(external_id: str) -> int | None:
    """Return the number of the article imported under `external_id`, published or not. Cost: one query."""
    return ArticlePage.objects.filter(external_id=external_id).values_list("pk", flat=True).first()


def frequent_questions(*, language: str, user: Reader, limit: int = 6) -> list[ArticlePage]:
    """Return questions and answers, lately checked ones first. Cost: two queries."""
    questions = FaqPage.objects.visible_to(user).in_language(language).as_cards()
    return list(questions.order_by(F("last_checked_on").desc(nulls_last=True), "path")[:limit])


def articles_in_categories(
    codes: Sequence[str], *, language: str, user: Reader, limit: int = 6
) -> list[tuple[CategoryPage, list[ArticlePage]]]:
    """Return the categories named by `codes`, in that order, each with its first articles: `limit` in all.

    Articles of categories below count too. Unknown codes are left out. Cost: one query for the categories, one for
    each of them, and one for restrictions.
    """
    found = {
        page.code: page for page in CategoryPage.objects.visible_to(user).in_language(language).filter(code__in=codes)
    }
    categories = [found[code] for code in codes if code in found][:limit]
    if not categories:
        return []
    visible = ArticlePage.objects.visible_to(user).as_cards()
    share = max(1, limit // len(categories))
    newest_first = F("last_checked_on").desc(nulls_last=True)
    return [(category, list(visible.below(category).order_by(newest_first, "path")[:share])) for category in categories]


def articles_about_products(
    codes: Collection[str], *, language: str, user: Reader, limit: int = 6
) -> list[ArticlePage]:
    """Return the articles about the products of these codes, lately checked ones first. Cost: two queries."""
    articles = ArticlePage.objects.visible_to(user).in_language(language).about_products(codes).as_cards()
    return list(articles.order_by(F("last_checked_on").desc(nulls_last=True), "path")[:limit])


def articles_by_id(ids: Sequence[int], *, user: Reader) -> list[ArticlePage]:
    """Return those of the articles that `user` may read, in the order of `ids`. Cost: two queries, none without ids."""
    found = (
        {page.pk: page for page in ArticlePage.objects.visible_to(user).filter(pk__in=ids).as_cards()} if ids else {}
    )
    return [found[page_id] for page_id in ids if page_id in found]


def maintenance_tasks_of(codes: Collection[str], *, language: str) -> list[MaintenanceTask]:
    """Return the maintenance plan of the products of these codes, each task with its product. Cost: one query."""
    tasks = MaintenanceTask.objects.filter(
        product__live=True, product__code__in=codes, product__locale__language_code=language
    )
    return list(tasks.select_related("product__locale").order_by("product__name", "sort_order"))


def topic_tree(*, language: str, user: Reader) -> list[Branch]:
    """Return the categories of the first level with their children and counts. Cost: four queries."""
    index = HelpIndexPage.objects.visible_to(user).in_language(language).first()
    return branches_below(index, user) if index else []


def category_links(*, language: str) -> list[Link]:
    """Return every public category in the order of the help centre, keyed by its code. Cost: two queries."""
    categories = CategoryPage.objects.public().in_language(language).filter(alias_of__isnull=True).order_by("path")
    return [Link(category.code, category.title, category.get_url() or "") for category in categories]


@dataclass(frozen=True)
class Topic:
    """A category in a list for machines: its name, how deep it lies (0 and more), links to its articles."""

    title: str
    depth: int
    articles: list[Link]


def outline(*, language: str, limit: int) -> list[Topic]:
    """Return the public categories in their order with their articles, `limit` articles in all. Cost: two queries."""
    categories = CategoryPage.objects.public().in_language(language).filter(alias_of__isnull=True).order_by("path")
    topics = {page.path: Topic(page.title, page.depth - FIRST_CATEGORY_DEPTH, []) for page in categories}
    articles = ArticlePage.objects.public().in_language(language).filter(alias_of__isnull=True).as_cards()
    for article in articles.order_by("path")[:limit]:
        topic = topics.get(article.path[: -article.steplen])
        if topic is not None:
            topic.articles.append(Link(str(article.pk), article.title, article.get_url() or ""))
    return list(topics.values())


def product_links(*, language: str) -> list[Link]:
    """Return every product by name, keyed by its code. Cost: one query."""
    products = Product.objects.live().in_language(language).select_related("locale").order_by("name")
    return [Link(product.code, product.name, product.get_absolute_url()) for product in products]


def products_by_code(codes: Collection[str], *, language: str) -> dict[str, Link]:
    """Return the products of these codes as links, by code; unknown codes are left out. Cost: one query."""
    products = Product.objects.live().in_language(language).filter(code__in=codes).select_related("locale")
    return {product.code: Link(product.code, product.name, product.get_absolute_url()) for product in products}


def product_addresses() -> list[tuple[str, str]]:
    """Return (language, path) of every product page, for the sitemap. Cost: one query."""
    products = Product.objects.live().select_related("locale").order_by("locale__language_code", "code")
    return [(product.locale.language_code, product.get_absolute_url()) for product in products]
