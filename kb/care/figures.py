"""What is known about each article: how it is voted and read, when it is due, which languages it has.

Written as annotations, so that lists of the admin filter, order and page in the database, whatever their number of rows.
They fit `Page` and article querysets alike: all of them go by the page's key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import (
    Case,
    Count,
    DateField,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Sqrt, TruncDate
from django.utils import timezone
from wagtail.models import Page

from kb.managers import ArticleQuerySet
from kb.models import ArticlePage, ArticleViews, ArticleVote
from kb.selectors.feedback import MIN_VOTES_FOR_SHARE

# An article without a day of its own is looked at again after a year: our appliances and rules change that often.
CHECK_AFTER = timedelta(days=365)
VIEWS_WINDOW = timedelta(days=30)
# Two-sided 95 %.
_Z = 1.96
# The same name that `with_checks` gives, for lists that hold nothing but articles.
CHECKED_ON = F("last_checked_on")

Pages = TypeVar("Pages", bound="QuerySet[Page]")


def with_votes(pages: Pages) -> Pages:
    """Annotate `vote_count`, `helpful_count` and `helpful_percent`, all of the text that is published now.

    The percentage is None below MIN_VOTES_FOR_SHARE votes, where it says more about chance than about the article.
    """
    return pages.annotate(
        vote_count=_votes(Q()),
        helpful_count=_votes(Q(is_helpful=True)),
    ).annotate(
        helpful_percent=Case(
            When(vote_count__gte=MIN_VOTES_FOR_SHARE, then=F("helpful_count") * 100 / F("vote_count")),
            default=None,
            output_field=IntegerField(),
        )
    )


def with_best_case(pages: Pages) -> Pages:
    """Annotate `best_case`, the upper limit of the helpful share (0 to 1) that the votes still allow; needs `with_votes`.

    Wilson's score interval (1927), 95 %: an article with one bad vote stands above one with forty, so that whoever
    works from the lowest upward mends what surely fails first. None without votes.
    """
    votes, helpful = Cast("vote_count", FloatField()), Cast("helpful_count", FloatField())
    spread = Sqrt(helpful * (votes - helpful) / votes + Value(_Z**2 / 4))
    upper = (helpful + Value(_Z**2 / 2) + Value(_Z) * spread) / (votes + Value(_Z**2))
    return pages.annotate(best_case=Case(When(vote_count__gt=0, then=upper), default=None, output_field=FloatField()))


def with_views(pages: Pages, *, today: date | None = None) -> Pages:
    """Annotate `views_lately`, the views of the last 30 days, and `views_before`, those of the 30 days before."""
    today = today or timezone.localdate()
    since, before = today - VIEWS_WINDOW, today - 2 * VIEWS_WINDOW
    return pages.annotate(
        views_lately=_views(Q(day__gt=since, day__lte=today)),
        views_before=_views(Q(day__gt=before, day__lte=since)),
    )


def with_checks(pages: Pages) -> Pages:
    """Annotate `checked_on` and `due_on`, the day of the last check and of the next; both None for what is no article."""
    articles = ArticlePage.objects.annotate(due_day=due_day()).filter(pk=OuterRef("pk")).order_by()
    return pages.annotate(
        checked_on=Subquery(articles.values("last_checked_on")[:1]), due_on=Subquery(articles.values("due_day")[:1])
    )


def due_day() -> Expression:
    """Return the day on which an article has to be looked at: as the editor said, or a year after it was last right."""
    return Coalesce(
        F("check_again_on"),
        _later(F("last_checked_on")),
        _later(TruncDate("first_published_at")),
        output_field=DateField(),
    )


def due_articles(*, today: date | None = None) -> ArticleQuerySet:
    """Return the published articles that have to be looked at, the longest overdue first."""
    return (
        ArticlePage.objects.live()
        .filter(alias_of__isnull=True)
        .annotate(due_on=due_day())
        .filter(due_on__lte=today or timezone.localdate())
        .order_by("due_on", "path")
    )


def owner_hears() -> Q:
    """Return the condition under which an article's owner can be written to."""
    return Q(owner__isnull=False, owner__is_active=True) & ~Q(owner__email="")


def hears(owner: AbstractBaseUser | None) -> bool:
    """Return whether `owner` can be written to; the same rule as `owner_hears`."""
    return bool(owner is not None and owner.is_active and getattr(owner, "email", ""))


def daily_views(page_ids: Collection[int], *, since: date) -> Iterable[tuple[int, date, int]]:
    """Return (page, day, views) of the days after `since`. Cost: one query."""
    views = ArticleViews.objects.filter(page_id__in=page_ids, day__gt=since, day__lte=timezone.localdate())
    return views.values_list("page_id", "day", "count")


def rows_of(model: type[Model]) -> Expression:
    """Return how many rows of `model` each article has."""
    rows = model._default_manager.filter(page_id=OuterRef("pk")).order_by().values("page_id")
    return _number(rows.annotate(number=Count("pk")).values("number"))


def product_codes_of(page_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the codes of the products that each article is about. Cost: one query."""
    codes = defaultdict(list)
    links = ArticlePage.products.through.objects.filter(articlepage_id__in=page_ids)
    for page_id, code in links.order_by("product__code").values_list("articlepage_id", "product__code"):
        codes[page_id].append(code)
    return codes


def _votes(condition: Q) -> Expression:
    votes = ArticleVote.objects.of_live_text().filter(condition, page_id=OuterRef("pk"))
    return _number(votes.order_by().values("page_id").annotate(number=Count("pk")).values("number"))


def _views(condition: Q) -> Expression:
    views = ArticleViews.objects.filter(condition, page_id=OuterRef("pk"))
    return _number(views.order_by().values("page_id").annotate(number=Sum("count")).values("number"))


def _number(rows: QuerySet[Any, Any]) -> Expression:
    return Coalesce(Subquery(rows), 0, output_field=IntegerField())


def _later(day: Expression | F) -> Expression:
    # SQLite adds to a date as text, PostgreSQL makes a time stamp of it: both are cast back to a day.
    return Cast(ExpressionWrapper(day + Value(CHECK_AFTER), output_field=DateField()), DateField())
