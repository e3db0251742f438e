"""What readers told, counted: for reports, the explorer and the editor's desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kb.models import ArticlePage, ArticleVote, FixSubscription, VoteReason

# Below this a share says more about chance than about the article; then only the numbers are shown.
MIN_VOTES_FOR_SHARE = 5
TOP_QUERIES = 10
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Helpfulness:
    """How many readers of an article it helped; the share (0 to 1) is None below MIN_VOTES_FOR_SHARE votes.

    The previous numbers are those of the equally long period before; none without a period.
    """

    yes: int = 0
    no: int = 0
    previous_yes: int = 0
    previous_no: int = 0

    @property
    def total(self) -> int:
        return self.yes + self.no

    @property
    def share(self) -> float | None:
        return _share(self.yes, self.no)

    @property
    def previous_share(self) -> float | None:
        return _share(self.previous_yes, self.previous_no)

    @property
    def percent(self) -> int | None:
        """Return the share as people read it: whole per cent."""
        return None if self.share is None else round(self.share * 100)

    @property
    def trend_points(self) -> int | None:
        """Return by how many percentage points the share moved; None when either share is unknown."""
        if self.share is None or self.previous_share is None:
            return None
        return round(self.share * 100) - round(self.previous_share * 100)


NO_VOTES = Helpfulness()


@dataclass(frozen=True)
class ReaderFeedback:
    """What readers say about the live text of one article: reasons and queries come most frequent first.

    `lately` are the votes of the last 30 days, with those of the 30 days before.
    """

    helpfulness: Helpfulness
    lately: Helpfulness
    reasons: tuple[tuple[str, int], ...]
    queries: tuple[tuple[str, int], ...]
    comments: tuple[ArticleVote, ...]
    waiting: int


def helpfulness_of(page_ids: Collection[int], *, since: datetime | None = None) -> dict[int, Helpfulness]:
    """Return the votes about the live text of these articles by page id; articles without votes are left out.

    With `since` only later votes count, and the previous numbers are those of the equally long period before it,
    whatever text was live then. Cost: one query, two with `since`.
    """
    votes = ArticleVote.objects.filter(page_id__in=page_ids)
    live = votes.of_live_text()
    rows = _count(live.filter(created_at__gte=since) if since else live)
    former = {}
    if since:
        before = since - (timezone.now() - since)
        former = _count(votes.filter(created_at__gte=before, created_at__lt=since))
    return {
        page_id: Helpfulness(*rows.get(page_id, (0, 0)), *former.get(page_id, (0, 0)))
        for page_id in rows.keys() | former.keys()
    }


def feedback_on(page: ArticlePage, *, comments: int = 20) -> ReaderFeedback:
    """Return what readers say about the live text of `page`, with the latest comments. Cost: four queries."""
    votes = list(ArticleVote.objects.filter(page_id=page.pk).of_live_text())
    labels = dict(VoteReason.choices)
    yes = sum(vote.is_helpful for vote in votes)
    return ReaderFeedback(
        helpfulness=Helpfulness(yes, len(votes) - yes),
        lately=helpfulness_of([page.pk], since=timezone.now() - LATELY).get(page.pk, NO_VOTES),
        reasons=_most_frequent(str(labels[vote.reason]) for vote in votes if vote.reason in labels),
        queries=_most_frequent(vote.query.casefold() for vote in votes if vote.query)[:TOP_QUERIES],
        comments=tuple([vote for vote in votes if vote.comment][:comments]),
        waiting=FixSubscription.objects.filter(page_id=page.pk).count(),
    )


def latest_complaints(page_ids: Collection[int] | None = None, *, limit: int = 5) -> list[ArticleVote]:
    """Return the latest comments of readers whom the live text did not help, each with its page. Cost: one query."""
    votes = ArticleVote.objects.of_live_text().filter(is_helpful=False).exclude(comment="")
    if page_ids is not None:
        votes = votes.filter(page_id__in=page_ids)
    return list(votes.select_related("page").defer("page__body")[:limit])


def subscriptions_of(emails: Collection[str]) -> list[FixSubscription]:
    """Return which corrections these addresses wait for, each with its page, the oldest first. Cost: one query."""
    rows = FixSubscription.objects.filter(email__in={email.lower() for email in emails}).select_related("page")
    return list(rows.defer("page__body", "page__keywords").order_by("created_at"))


def _count(votes: QuerySet[ArticleVote]) -> dict[int, tuple[int, int]]:
    rows = votes.order_by().values("page_id").annotate(yes=Count("pk", filter=Q(is_helpful=True)), all=Count("pk"))
    return {row["page_id"]: (row["yes"], row["all"] - row["yes"]) for row in rows}


def _most_frequent(texts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0])))


def _share(yes: int, no: int) -> float | None:
    return yes / (yes + no) if yes + no >= MIN_VOTES_FOR_SHARE else None
