"""What readers say and read: the articles that fail them most, and how often each is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from kb.care import figures
from kb.editing.columns import HelpfulColumn, HelpfulTrendColumn, TrendColumn
from kb.editing.reports.base import HelpReport
from kb.models import ArticlePage, ArticleVote, FixSubscription, VoteReason
from kb.selectors.feedback import NO_VOTES, helpfulness_of

WEEKS_DRAWN = 12


class WorstReport(HelpReport):
    """Articles by how surely they fail their readers."""

    slug = "worst-articles"
    page_title = _("Articles that help least")
    header_icon = "warning"
    intro = _(
        "Ordered by what even the kindest reading of the votes allows: one bad vote weighs less than forty. Only votes for the text that is published now count."
    )
    no_results_message = _("No published article has votes yet.")
    own_columns = [
        HelpfulColumn(),
        Column("views_lately", label=_("Views in 30 days"), sort_key="views_lately"),
        Column("main_reason", label=_("Main reason")),
        Column("top_query", label=_("Searched for")),
        Column("waiting", label=_("Wait for a correction"), sort_key="waiting"),
    ]
    own_export = {
        "vote_count": _("Votes"),
        "helpful_percent": _("Helpful, %"),
        "views_lately": _("Views in 30 days"),
        "main_reason": _("Main reason"),
        "top_query": _("Searched for"),
        "waiting": _("Wait for a correction"),
    }

    def rows(self) -> QuerySet[ArticlePage]:
        articles = figures.with_best_case(figures.with_votes(ArticlePage.objects.live().as_cards()))
        return (
            figures.with_views(articles)
            .annotate(waiting=figures.rows_of(FixSubscription))
            .filter(vote_count__gt=0)
            .order_by("best_case", "-vote_count", "path")
        )

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        pages = list(object_list)
        reasons, queries = _complaints([page.pk for page in pages])
        for page in pages:
            reason = _most_frequent(reasons[page.pk])
            page.main_reason = str(VoteReason(reason).label) if reason else ""
            page.top_query = _most_frequent(queries[page.pk])
        return pages


def _complaints(page_ids: Sequence[int]) -> tuple[dict[int, Counter[str]], dict[int, Counter[str]]]:
    """Return how often each reason was given, and each search led here, by article. Cost: one query."""
    reasons: defaultdict[int, Counter[str]] = defaultdict(Counter)
    queries: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rows = (
        ArticleVote.objects.of_live_text()
        .filter(page_id__in=page_ids, is_helpful=False)
        .order_by()
        .values_list("page_id", "reason", "query")
        .annotate(number=Count("pk"))
    )
    for page_id, reason, query, number in rows:
        if reason:
            reasons[page_id][reason] += number
        if query:
            queries[page_id][query.lower()] += number
    return reasons, queries


def _most_frequent(counts: Counter[str]) -> str:
    # Of two as frequent ones the first of the alphabet, so that the report does not change by itself.
    return min(counts, key=lambda name: (-counts[name], name), default="")


@dataclass(frozen=True)
class Trend:
    """Views of the last weeks, oldest first, with what a drawing of 96 by 24 needs."""

    weeks: tuple[int, ...]

    @property
    def points(self) -> str:
        """Return the corners of the line, for the attribute of an SVG polyline."""
        highest = max(*self.weeks, 1)
        step = 96 / (len(self.weeks) - 1)
        return " ".join(f"{place * step:.0f},{23 - 22 * count / highest:.1f}" for place, count in enumerate(self.weeks))

    @property
    def text(self) -> str:
        """Return the same in words, for those who do not see the drawing."""
        return gettext("Views a week, oldest first: %(numbers)s") % {"numbers": ", ".join(map(str, self.weeks))}


class ReadingReport(HelpReport):
    """How often each article is read, and whether it helps, now and before."""

    slug = "reading"
    page_title = _("Views and helpfulness")
    header_icon = "view"
    intro = _("The last 30 days beside the 30 days before; the line shows the views of twelve weeks.")
    no_results_message = _("No article is published yet.")
    own_columns = [
        Column("views_lately", label=_("Views in 30 days"), sort_key="views_lately"),
        TrendColumn("views_change", label=_("Change"), sort_key="views_change"),
        HelpfulColumn(),
        HelpfulTrendColumn(),
    ]
    own_export = {
        "views_lately": _("Views in 30 days"),
        "views_before": _("Views in the 30 days before"),
        "views_change": _("Change"),
        "vote_count": _("Votes"),
        "helpful_percent": _("Helpful, %"),
        "helpful_lately.percent": _("Helpful in 30 days, %"),
        "helpful_lately.trend_points": _("Change, percentage points"),
    }

    def rows(self) -> QuerySet[ArticlePage]:
        articles = figures.with_views(figures.with_votes(ArticlePage.objects.live().as_cards()))
        return articles.annotate(views_change=F("views_lately") - F("views_before")).order_by("-views_lately", "path")

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        pages = list(object_list)
        page_ids = [page.pk for page in pages]
        weeks = _weeks_of(page_ids, today=timezone.localdate())
        lately = helpfulness_of(page_ids, since=timezone.now() - figures.VIEWS_WINDOW)
        for page in pages:
            page.trend = Trend(tuple(weeks[page.pk]))
            page.helpful_lately = lately.get(page.pk, NO_VOTES)
        return pages


def _weeks_of(page_ids: Sequence[int], *, today: date) -> dict[int, list[int]]:
    """Return the views of each of the last weeks, oldest first, by article. Cost: one query."""
    weeks: dict[int, list[int]] = {page_id: [0] * WEEKS_DRAWN for page_id in page_ids}
    for page_id, day, count in figures.daily_views(page_ids, since=today - timedelta(weeks=WEEKS_DRAWN)):
        weeks[page_id][WEEKS_DRAWN - 1 - (today - day).days // 7] += count
    return weeks
