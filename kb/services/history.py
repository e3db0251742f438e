"""What a help centre brings along that was kept elsewhere before: its keepers, how often it was read, an earlier text."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from kb.care.upkeep import Check, mark_checked
from kb.models import ArticlePage, ArticleViews
from kb.services.feedback import subscribe_to_fix


@dataclass(frozen=True)
class Keeper:
    """Who answers for an imported article and who checked it, by e-mail; `again_after` are days from that check."""

    article_external_id: str
    owner: str
    checked_by: str
    again_after: int | None = None


@transaction.atomic
def record_keepers(keepers: Collection[Keeper], *, moves_old: bool = False) -> int:
    """Name owner and checker of articles that have none; returns how many were named.

    With `moves_old` the day of the next check follows that of the last one again; the people stay. Articles and
    people who do not exist are left out. Cost: two queries, some ten more for each article that changes.
    """
    wanted = {keeper.article_external_id: keeper for keeper in keepers}
    emails = {email for keeper in keepers for email in (keeper.owner, keeper.checked_by)}
    people = {user.email: user for user in get_user_model()._default_manager.filter(email__in=emails)}
    named = 0
    for article in ArticlePage.objects.filter(external_id__in=wanted).select_related("last_checked_by"):
        keeper = wanted[str(article.external_id)]
        owner, checker = people.get(keeper.owner), people.get(keeper.checked_by)
        if article.owner_id is None and owner is not None:
            ArticlePage.objects.filter(pk=article.pk).update(owner=owner)
            named += 1
        by = article.last_checked_by or checker
        day = article.last_checked_on
        if day is None or by is None or (article.last_checked_by is not None and not moves_old):
            continue
        again_on = day + timedelta(days=keeper.again_after) if keeper.again_after else None
        mark_checked(articles=[article], check=Check(on=day, again_on=again_on), user=by)
    return named


@transaction.atomic
def record_former_views(counts: Mapping[tuple[str, date], int], *, moves_old: bool = False) -> int:
    """Store the views of imported articles by (external id, day); returns how many days are new.

    An article that has views already is left as it is; with `moves_old` its missing days are filled in. Cost: three
    queries for each 500 days.
    """
    articles = dict(
        ArticlePage.objects.filter(external_id__in={external_id for external_id, _day in counts}).values_list(
            "external_id", "pk"
        )
    )
    known = set(ArticleViews.objects.filter(page_id__in=articles.values()).values_list("page_id", "day"))
    read = {page_id for page_id, _day in known}
    rows = [
        ArticleViews(page_id=articles[external_id], day=day, count=count)
        for (external_id, day), count in counts.items()
        if external_id in articles
        and (articles[external_id], day) not in known
        and (moves_old or articles[external_id] not in read)
    ]
    ArticleViews.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def record_former_subscriptions(waiting: Collection[tuple[str, str, str]]) -> None:
    """Note who waits for a correction, as (external id, e-mail, language); twice is once."""
    articles = ArticlePage.objects.in_bulk(
        {external_id for external_id, _email, _code in waiting}, field_name="external_id"
    )
    for external_id, email, language in waiting:
        if external_id in articles:
            subscribe_to_fix(page=articles[external_id], email=email, language=language)


@transaction.atomic
def rewrite(*, external_id: str, words: Mapping[str, str]) -> bool:
    """Publish the article with other words, once: returns False where an editor or this was there before.

    What the old words were stays in the history, and its translations count as outdated.
    """
    article = ArticlePage.objects.filter(external_id=external_id, live=True).first()
    if article is None or article.revisions.count() > 1:
        return False
    page = article.specific
    body = json.dumps(json.loads(page.serializable_data()["body"]), ensure_ascii=False)
    for former, present in words.items():
        if former not in body:
            return False
        body = body.replace(former, present)
    page.body = body
    page.save_revision().publish()
    return True
