"""The public lists in the boxes of personal pages, kept for all readers alike (see kb/kept_lists.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone
from wagtail.models import PageViewRestriction

from kb import selectors
from kb.kept_lists import kept
from kb.models import ArticlePage, ArticleViews, CategoryPage, MaintenanceTask
from kb.models.pages import Branch
from kb.selectors import Link
from kb.selectors.policies import PolicyChange, changes_of_policies

if TYPE_CHECKING:
    from kb.managers import Reader
    from personalization.visitor import Visitor

T = TypeVar("T")

SHELF = 6
# "Now" is a week: long enough that a small help centre has a list, short enough that a fault of this week comes up.
POPULAR_DAYS = 7
# Fewer readers than that are chance, or the editors themselves.
FEWEST_VIEWS = 5


def topics_for(visitor: Visitor) -> list[Branch]:
    """Return the first level of the help centre. Cost: four queries, none for a personal page when warm."""

    def read() -> list[Branch]:
        return selectors.topic_tree(language=visitor.language, user=visitor.user)

    return kept(("topics", visitor.language), read) if _shares_lists(visitor) else read()


def questions_for(visitor: Visitor) -> list[ArticlePage]:
    """Return the questions and answers. Cost: one query, none for a personal page when warm."""

    def read() -> list[ArticlePage]:
        return selectors.frequent_questions(language=visitor.language, user=visitor.user)

    return kept(("questions", visitor.language), read) if _shares_lists(visitor) else read()


def popular_for(visitor: Visitor) -> list[ArticlePage]:
    """Return what was read most in the last days. Cost: one query, none for a personal page when warm."""

    def read() -> list[ArticlePage]:
        return popular_now(language=visitor.language, user=visitor.user)

    return kept(("popular", visitor.language), read) if _shares_lists(visitor) else read()


def popular_now(*, language: str, user: Reader, limit: int = SHELF) -> list[ArticlePage]:
    """Return the articles read most in the last POPULAR_DAYS, at least FEWEST_VIEWS times each. Cost: one query."""
    since = timezone.localdate() - timedelta(days=POPULAR_DAYS)
    views = ArticleViews.objects.filter(page_id=OuterRef("pk"), day__gt=since).order_by()
    counted = Subquery(views.values("page_id").annotate(views=Sum("count")).values("views"))
    articles = ArticlePage.objects.visible_to(user).in_language(language).as_cards().annotate(views=counted)
    return list(articles.filter(views__gte=FEWEST_VIEWS).order_by("-views", "path")[:limit])


def articles_about(codes: Sequence[str], visitor: Visitor) -> list[ArticlePage]:
    """Return the articles about these products, lately checked ones first. No query when warm, else one a product."""
    language = visitor.language
    if not everything_is_public():
        return selectors.articles_about_products(codes, language=language, user=visitor.user, limit=SHELF)

    def read(code: str) -> list[ArticlePage]:
        return selectors.articles_about_products([code], language=language, user=None, limit=SHELF)

    shelves = _each("about", codes, language, read)
    articles = {article.pk: article for shelf in shelves for article in shelf}
    return sorted(articles.values(), key=_lately_checked_first)[:SHELF]


def articles_on(codes: Sequence[str], visitor: Visitor) -> list[tuple[CategoryPage, list[ArticlePage]]]:
    """Return these topics, in that order, each with its first articles: SHELF in all. No query when warm."""
    language = visitor.language
    if not everything_is_public():
        return selectors.articles_in_categories(codes, language=language, user=visitor.user, limit=SHELF)

    def read(code: str) -> list[tuple[CategoryPage, list[ArticlePage]]]:
        return selectors.articles_in_categories([code], language=language, user=None, limit=SHELF)

    topics = [topic for found in _each("on", codes, language, read) for topic in found][:SHELF]
    share = max(1, SHELF // len(topics)) if topics else 0
    return [(category, articles[:share]) for category, articles in topics]


def product_links_of(codes: Sequence[str], language: str) -> list[Link]:
    """Return the products of these codes, in that order; unknown ones are left out. No query when warm."""

    def read(code: str) -> Link | None:
        return selectors.products_by_code([code], language=language).get(code)

    return [link for link in _each("product", codes, language, read) if link]


def plans_of(codes: Collection[str], language: str) -> list[MaintenanceTask]:
    """Return the maintenance plan of the products of these codes. No query when warm."""

    def read(code: str) -> list[MaintenanceTask]:
        return selectors.maintenance_tasks_of([code], language=language)

    return [task for plan in _each("plan", sorted(codes), language, read) for task in plan]


def policy_changes(language: str, user: Reader) -> list[PolicyChange]:
    """Return every change of a policy about buying, known or planned, the latest first. No query when warm."""

    def read() -> list[PolicyChange]:
        return changes_of_policies(language=language, user=user)

    return kept(("policies", language), read) if everything_is_public() else read()


def _each(kind: str, codes: Iterable[str], language: str, read: Callable[[str], T]) -> list[T]:
    return [kept((kind, language, code), partial(read, code)) for code in dict.fromkeys(codes)]


def _shares_lists(visitor: Visitor) -> bool:
    """Say whether this page takes its lists from what is kept: a personal one that may show what everybody may."""
    return visitor.is_personalized and everything_is_public()


def everything_is_public() -> bool:
    """Say whether all readers may read the same, so that one list is right for each of them. No query when warm."""
    return not kept("closed", _is_anything_closed)


def _is_anything_closed() -> bool:
    return PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE).exists()


def _lately_checked_first(article: ArticlePage) -> tuple[bool, int, str]:
    checked_on = article.last_checked_on or date.min
    return article.last_checked_on is None, -checked_on.toordinal(), article.path
