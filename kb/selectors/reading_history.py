"""What a visitor read and searched for lately; nothing about whoever does not allow it to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb.models import ArticlePage, CategoryPage, Product, ReadArticle, RecentSearch
from personalization.preferences import BEHAVIOUR
from personalization.registry import StoredEntry

if TYPE_CHECKING:
    from personalization.visitor import Visitor

# What lies further back says little about what somebody wants today.
RECENT = 10


@dataclass(frozen=True)
class ReadCard:
    """An article that somebody read, in the language of the page; `key` is the same in all languages."""

    page_id: int
    key: UUID
    title: str
    url: str
    short_answer: str
    read_at: datetime


def recently_read(visitor: Visitor) -> tuple[ReadCard, ...]:
    """Return the articles that `visitor` read, the latest first, as far as they may still read them; ten at most.

    Empty without their consent. Several boxes want it: ask by `visitor.once(recently_read)`. Cost: one query, none
    without consent.
    """
    if not _is_allowed(visitor):
        return ()
    read_at = ReadArticle.objects.filter(user_id=visitor.account.pk, article_id=OuterRef("pk")).values("read_at")
    pages = (
        ArticlePage.objects.visible_to(visitor.user)
        .in_language(visitor.language)
        .filter(read_by__user_id=visitor.account.pk)
        .annotate(last_read_at=Subquery(read_at[:1]))
        .as_cards()
        .order_by("-last_read_at", "-pk")[:RECENT]
    )
    return tuple(
        ReadCard(page.pk, page.translation_key, page.title, page.get_url() or "", page.short_answer, page.last_read_at)
        for page in pages
    )


def topics_read(visitor: Visitor) -> tuple[str, ...]:
    """Return the codes of the categories of what `visitor` read, by code. One query, none without consent."""
    if not _is_allowed(visitor):
        return ()
    paths = ReadArticle.objects.filter(user_id=visitor.account.pk).values(
        parent=Substr("article__path", 1, Length("article__path") - Page.steplen)
    )
    codes = CategoryPage.objects.filter(path__in=paths).order_by("code").values_list("code", flat=True)
    return tuple(dict.fromkeys(codes))


def products_read(visitor: Visitor) -> tuple[str, ...]:
    """Return the codes of the products that `visitor` read about. One query, none without consent."""
    if not _is_allowed(visitor):
        return ()
    products = Product.objects.filter(articles__read_by__user_id=visitor.account.pk)
    return tuple(products.order_by("code").values_list("code", flat=True).distinct())


def count_read(visitor: Visitor) -> int:
    """Return how many articles are kept that `visitor` read. One query, none without consent."""
    return ReadArticle.objects.filter(user_id=visitor.account.pk).count() if _is_allowed(visitor) else 0


def count_searches(visitor: Visitor) -> int:
    """Return how many different searches of `visitor` are kept. One query, none without consent."""
    return RecentSearch.objects.filter(user_id=visitor.account.pk).count() if _is_allowed(visitor) else 0


def behaviour_of(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return everything kept of what `user` read and searched for, for their eyes and their download. Two queries."""
    read = ReadArticle.objects.filter(user_id=user.pk).select_related("article").order_by("-read_at", "-pk")
    searched = RecentSearch.objects.filter(user_id=user.pk).order_by("-searched_at", "-pk")
    return [
        *(
            StoredEntry(
                _("Read on %(day)s: %(title)s") % {"day": _day(one.read_at), "title": one.article.title},
                {"kind": "read", "article": one.article.title, "at": one.read_at.isoformat()},
            )
            for one in read
        ),
        *(
            StoredEntry(
                _("Searched on %(day)s: %(words)s") % {"day": _day(one.searched_at), "words": one.shown_query},
                {"kind": "search", "words": one.shown_query, "at": one.searched_at.isoformat()},
            )
            for one in searched
        ),
    ]


def _is_allowed(visitor: Visitor) -> bool:
    return visitor.is_signed_in and visitor.allows(BEHAVIOUR)


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "d/m/Y")
