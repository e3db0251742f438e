"""Writes of what readers tell: votes with their reasons, who waits for a correction, and telling them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from wagtail.models import Revision

from kb.letters import ARTICLE_CHANGED, ARTICLE_REPLACED, changed_letter, replaced_letter
from kb.models import ArticlePage, ArticleVote, FixSubscription
from kb.models.feedback import COMMENT_MAX_LENGTH, QUERY_MAX_LENGTH
from kb.replacements import replacement_of
from portal.lib.confidential import without_personal_data
from portal.lib.letters import services as letters

# A year and a month: last year's votes can still be compared, and nobody's words are kept for longer.
VOTES_NAMED_FOR = timedelta(days=400)
# Who waited half a year for a correction has found another way.
SUBSCRIPTIONS_KEPT = timedelta(days=180)
FORGOTTEN_PREFIX = "forgotten-"
# What a reader of the page meets; a change of anything else is not a rewrite.
READ_FIELDS = (
    "title",
    "question",
    "short_answer",
    "body",
    "image",
    "image_alt",
    "interval_months",
    "minutes",
    "tools",
    "audience",
)


@dataclass(frozen=True)
class FormerVote:
    """A vote that was given elsewhere before, or one of the demo; `voted_at` is aware."""

    article_external_id: str
    visitor_key: str
    is_helpful: bool
    voted_at: datetime
    reason: str = ""
    comment: str = ""
    query: str = ""


@transaction.atomic
def record_vote(
    *, page: ArticlePage, visitor_key: str, is_helpful: bool, revision_id: int | None = None, query: str = ""
) -> ArticleVote:
    """Store one visitor's answer about the revision they read; a changed mind replaces the earlier answer.

    `revision_id` is what the page they saw says; one that is not of this page counts as the live one. `query` is
    kept without personal data. Reason and comment belong to the answer they were given with. Cost: at most five
    queries.
    """
    if revision_id != page.live_revision_id and not page.revisions.filter(pk=revision_id).exists():
        revision_id = page.live_revision_id
    whose: dict[str, Any] = {"page": page, "revision_id": revision_id, "visitor_key": visitor_key}
    vote, is_new = ArticleVote.objects.select_for_update().get_or_create(
        **whose,
        defaults={"is_helpful": is_helpful, "query": without_personal_data(query)[:QUERY_MAX_LENGTH]},
    )
    if not is_new and vote.is_helpful != is_helpful:
        vote.is_helpful, vote.reason, vote.comment = is_helpful, "", ""
        vote.save(update_fields=["is_helpful", "reason", "comment"])
    return vote


@transaction.atomic
def record_former_votes(former: Collection[FormerVote], *, moves_old: bool = False) -> int:
    """Store votes about the live text of imported articles; returns how many are new.

    A visitor's second vote on an article is left out, whatever text it was about; with `moves_old` its time becomes
    `voted_at`. Articles that do not exist are left out. Cost: three queries, one more for each 500 that move.
    """
    articles = {
        row["external_id"]: row
        for row in ArticlePage.objects.filter(external_id__in={vote.article_external_id for vote in former}).values(
            "external_id", "pk", "live_revision_id"
        )
    }
    stored = {
        (vote.page_id, vote.visitor_key): vote
        for vote in ArticleVote.objects.filter(page_id__in=[row["pk"] for row in articles.values()])
    }
    new, moved = [], []
    for vote in former:
        article = articles.get(vote.article_external_id)
        if article is None:
            continue
        known = stored.get((article["pk"], vote.visitor_key))
        if known is None:
            new.append(_as_row(vote, article["pk"], article["live_revision_id"]))
        else:
            known.created_at = vote.voted_at
            moved.append(known)
    ArticleVote.objects.bulk_create(new)
    if moves_old:
        ArticleVote.objects.bulk_update(moved, ["created_at"], batch_size=500)
    return len(new)


def explain_vote(*, vote: ArticleVote, reason: str = "", comment: str = "") -> None:
    """Keep why; replaces what was said before with this vote. The comment is kept without personal data."""
    vote.reason = "" if vote.is_helpful else reason
    vote.comment = without_personal_data(comment)[:COMMENT_MAX_LENGTH]
    vote.save(update_fields=["reason", "comment"])


def subscribe_to_fix(*, page: ArticlePage, email: str, language: str) -> FixSubscription:
    """Note that `email` (lower case) wants one letter when the article's text changes; twice is once."""
    subscription, _made = FixSubscription.objects.get_or_create(page=page, email=email, defaults={"language": language})
    return subscription


def forget_comment(*, vote: ArticleVote) -> None:
    """Delete what a reader wrote; the vote and its reason stay."""
    vote.comment = ""
    vote.save(update_fields=["comment"])


@transaction.atomic
def erase_subscriptions(*, email: str) -> int:
    """Delete every subscription of this address and the letters about them that are not on their way; how many."""
    erased, _by_model = FixSubscription.objects.filter(email=email.lower()).delete()
    return erased + letters.withdraw(recipient=email.lower(), kinds=(ARTICLE_CHANGED, ARTICLE_REPLACED))


@transaction.atomic
def note_publishing(*, page: ArticlePage, former_revision_id: int | None) -> None:
    """Follow a publishing: after a rewrite tell who waits for it; otherwise let the votes stay with the text.

    A rewrite is a publishing that changes what readers meet and that the editor did not call small. Votes about the
    former text then stay behind with its revision. Cost: two queries for an unchanged text, three and one letter
    for each who waits after a rewrite.
    """
    if former_revision_id is None or page.live_revision_id in (None, former_revision_id):
        return
    if page.is_small_change or not _text_differs(page, former_revision_id):
        _carry_votes(page, former_revision_id)
        return
    waiting = list(page.fix_subscriptions.all())
    letters.post_all(changed_letter(subscription, page) for subscription in waiting)
    FixSubscription.objects.filter(pk__in=[subscription.pk for subscription in waiting]).delete()


@transaction.atomic
def tell_of_replacement(*, page: ArticlePage) -> int:
    """Tell who waits for a correction of an unpublished article what took its place; returns how many were told.

    Nobody while nothing that everybody may read has taken it; they go on waiting.
    """
    waiting = [] if page.live else list(page.fix_subscriptions.all())
    replacement = replacement_of(page, user=None) if waiting else None
    if replacement is None:
        return 0
    letters.post_all(replaced_letter(subscription, page, replacement.article) for subscription in waiting)
    FixSubscription.objects.filter(pk__in=[subscription.pk for subscription in waiting]).delete()
    return len(waiting)


def follow_up_feedback() -> int:
    """The daily round: tell of replacements that were named after the unpublishing, forget what is old enough.

    Returns how many subscriptions and words were forgotten.
    """
    for page in ArticlePage.objects.filter(live=False, fix_subscriptions__isnull=False).as_cards().distinct():
        tell_of_replacement(page=page)
    now = timezone.now()
    forgotten, _by_model = FixSubscription.objects.filter(created_at__lt=now - SUBSCRIPTIONS_KEPT).delete()
    old = ArticleVote.objects.filter(created_at__lt=now - VOTES_NAMED_FOR)
    return forgotten + old.exclude(visitor_key__startswith=FORGOTTEN_PREFIX).update(
        visitor_key=Concat(Value(FORGOTTEN_PREFIX), Cast(F("pk"), CharField())), comment="", query=""
    )


def _as_row(vote: FormerVote, page_id: int, revision_id: int | None) -> ArticleVote:
    return ArticleVote(
        page_id=page_id,
        revision_id=revision_id,
        visitor_key=vote.visitor_key,
        is_helpful=vote.is_helpful,
        reason=vote.reason,
        comment=without_personal_data(vote.comment),
        query=without_personal_data(vote.query),
        created_at=vote.voted_at,
    )


def _text_differs(page: ArticlePage, former_revision_id: int) -> bool:
    """Compare the stored contents of the two revisions; a former one that was purged counts as different."""
    contents = dict(
        Revision.objects.filter(pk__in=[former_revision_id, page.live_revision_id]).values_list("pk", "content")
    )
    former, live = contents.get(former_revision_id), contents.get(page.live_revision_id)
    if former is None or live is None:
        return True
    return any(former.get(name) != live.get(name) for name in READ_FIELDS)


def _carry_votes(page: ArticlePage, former_revision_id: int) -> None:
    votes = ArticleVote.objects.filter(page=page)
    voted_already = votes.filter(revision_id=page.live_revision_id).values("visitor_key")
    votes.filter(revision_id=former_revision_id).exclude(visitor_key__in=voted_already).update(
        revision_id=page.live_revision_id
    )
