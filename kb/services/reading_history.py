"""Writes of the reading history: what accounts open and search for, while they allow it and no longer.

The consent is looked at again inside the transaction that writes. Those about one account run one after the other
(`lock_account`), so a page that was under way while its reader withdrew leaves nothing behind.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from kb.models import ReadArticle, RecentSearch
from kb.models.search_log import LOGGED_QUERY_MAX_LENGTH
from kb.recommendations.counting import leave_pairs
from kb.search_log.privacy import is_withheld
from personalization.preferences import BEHAVIOUR
from personalization.selectors import accounts_allowing, allows_now
from personalization.services import lock_account
from portal.lib.text import clean_line, fold

if TYPE_CHECKING:
    from personalization.visitor import Visitor

logger = logging.getLogger(__name__)

# The wording of the consent names all three.
READ_ARTICLES_KEPT = 50
SEARCHES_KEPT = 20
KEPT_FOR = timedelta(days=90)


def note_reading(visitor: Visitor, article_id: int) -> bool:
    """Note that `visitor` opened an article; returns whether it was noted, False without their consent.

    Cost: none for whoever did not allow it; else two queries for an article read before, four for another.
    A database that refuses costs one line of history, not the page.
    """
    if not _is_allowed(visitor):
        return False
    return _note(visitor.account, ReadArticle, READ_ARTICLES_KEPT, "read_at", {}, article_id=article_id)


def note_own_search(visitor: Visitor, query: str, *, language: str) -> bool:
    """Note what `visitor` searched for; returns whether it was noted.

    Never what may hold personal data, an order number among it. Cost: as `note_reading`.
    """
    typed = clean_line(query)[:LOGGED_QUERY_MAX_LENGTH]
    text = fold(typed)[:LOGGED_QUERY_MAX_LENGTH]
    if not _is_allowed(visitor) or not text or is_withheld(typed):
        return False
    return _note(
        visitor.account,
        RecentSearch,
        SEARCHES_KEPT,
        "searched_at",
        {"shown_query": typed},
        language=language,
        query=text,
    )


@transaction.atomic
def forget_behaviour(user: AbstractBaseUser) -> int:
    """Delete what `user` read and searched for, and leave the pairs it stands behind; returns how many rows that were."""
    leave_pairs(user)
    return sum(model.objects.filter(user_id=user.pk).delete()[0] for model in (ReadArticle, RecentSearch))


@transaction.atomic
def purge_behaviour(*, now: datetime | None = None) -> int:
    """Delete what is older than 90 days, and whatever belongs to an account that does not allow it (any more).

    The second is a net: a consent also ends when its wording changes. Returns how many rows were deleted.
    """
    before = (now or timezone.now()) - KEPT_FOR
    allowed = accounts_allowing(BEHAVIOUR)
    deleted = 0
    for model, moment in ((ReadArticle, "read_at"), (RecentSearch, "searched_at")):
        strangers = set(model.objects.order_by().values_list("user_id", flat=True).distinct()) - allowed
        deleted += model.objects.filter(**{f"{moment}__lt": before}).delete()[0]
        for user_id in strangers:
            deleted += model.objects.filter(user_id=user_id).delete()[0]
    return deleted


def _is_allowed(visitor: Visitor) -> bool:
    return visitor.is_signed_in and visitor.allows(BEHAVIOUR)


def _note(
    user: AbstractBaseUser, model: type[models.Model], limit: int, moment: str, said: dict[str, str], **what: object
) -> bool:
    """Store the time of one thing among the latest `limit` of `user`."""
    rows = model._default_manager.filter(user_id=user.pk)
    try:
        with transaction.atomic():
            lock_account(user)
            if not allows_now(user, BEHAVIOUR):
                return False
            now = {moment: timezone.now()}
            if not rows.filter(**what).update(**now, **said):
                model._default_manager.create(user_id=user.pk, **what, **now, **said)
                kept = rows.order_by(f"-{moment}", "-pk").values("pk")[:limit]
                rows.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    except DatabaseError as error:
        logger.warning("a line of reading history was not written: %s", type(error).__name__)
        return False
    return True
