"""What a visitor read and searched for lately; nothing about whoever does not allow it to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.functions import Length, Substr
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb.models import CategoryPage, Product, ReadArticle, RecentSearch
from kb.selectors.cards import Card, cards_of
from personalization.facts import tally
from personalization.preferences import BEHAVIOUR
from personalization.registry import StoredEntry

if TYPE_CHECKING:
    from personalization.visitor import Visitor

# What lies further back says little about what somebody wants today.
RECENT = 10

READ_ARTICLES = tally("kb.read_articles", lambda user: ReadArticle.objects.filter(user_id=user.pk), purpose=BEHAVIOUR)


@dataclass(frozen=True)
class Reading:
    """That an article was read, and when last; `key` is the same in all languages of the article."""

    article_id: int
    key: UUID
    read_at: datetime


@dataclass(frozen=True)
class ReadCard(Card):
    """An article that somebody read, in the language of the page."""

    read_at: datetime


def readings_of(visitor: Visitor) -> tuple[Reading, ...]:
    """Return what is kept of what `visitor` read, in any language, the latest first.

    Several boxes want it: ask by `visitor.once(readings_of)`. Cost: one query, none where nothing is kept.
    """
    if not visitor.tally(READ_ARTICLES):
        return ()
    rows = ReadArticle.objects.filter(user_id=visitor.account.pk).order_by("-read_at", "-pk")
    return tuple(Reading(*row) for row in rows.values_list("article_id", "article__translation_key", "read_at"))


def recently_read(visitor: Visitor) -> tuple[ReadCard, ...]:
    """Return the articles that `visitor` read, the latest first, as far as they may still read them; ten at most.

    Empty without their consent. Cost: that of `readings_of`, and of the cards when cold.
    """
    readings = visitor.once(readings_of)
    cards = cards_of([one.key for one in readings], visitor) if readings else {}
    found = ((cards.get(one.key), one) for one in readings)
    return tuple(
        ReadCard(card.page_id, card.key, card.title, card.url, card.short_answer, one.read_at)
        for card, one in found
        if card and card.page_id == one.article_id
    )[:RECENT]


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
    """Return how many articles are kept that `visitor` read. Costs no query of its own."""
    return visitor.tally(READ_ARTICLES)


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
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")
