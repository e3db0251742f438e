"""What readers tell, in the admin: a list of all votes with filters and export, and one page for each article."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from kb.models import ArticlePage, ArticleVote, VoteReason
from kb.selectors.feedback import feedback_on
from kb.services.feedback import forget_comment
from portal.lib import converters  # noqa: F401 - <row:...>

# Whoever works on pages reads what readers say about them; a translator and an agent too.
EDITING = ["add", "change", "publish"]
PERIODS = [
    ("7", gettext_lazy("last 7 days")),
    ("30", gettext_lazy("last 30 days")),
    ("90", gettext_lazy("last 90 days")),
]
COMMENT_ACTION = "kb.delete_comment"


class VoteFilterSet(WagtailFilterSet):
    """By answer, reason, words, language, period and whether the text is still the one that was read."""

    is_helpful = django_filters.ChoiceFilter(
        label=gettext_lazy("Answer"),
        choices=[("yes", gettext_lazy("It helped")), ("no", gettext_lazy("It did not help"))],
        method="filter_answer",
    )
    reason = django_filters.MultipleChoiceFilter(label=gettext_lazy("Reason"), choices=VoteReason.choices)
    with_comment = django_filters.BooleanFilter(label=gettext_lazy("With a comment"), method="filter_comment")
    live_text = django_filters.BooleanFilter(label=gettext_lazy("About the present text"), method="filter_live_text")
    period = django_filters.ChoiceFilter(label=gettext_lazy("Period"), choices=PERIODS, method="filter_period")
    page = django_filters.NumberFilter(label=gettext_lazy("Number of the article"), field_name="page_id")

    class Meta:
        model = ArticleVote
        fields = ["is_helpful", "reason", "with_comment", "live_text", "period", "page"]

    def filter_answer(self, votes: QuerySet[ArticleVote], name: str, answer: str) -> QuerySet[ArticleVote]:
        return votes.filter(is_helpful=answer == "yes")

    def filter_comment(self, votes: QuerySet[ArticleVote], name: str, wanted: bool) -> QuerySet[ArticleVote]:
        return votes.exclude(comment="") if wanted else votes.filter(comment="")

    def filter_live_text(self, votes: QuerySet[ArticleVote], name: str, wanted: bool) -> QuerySet[ArticleVote]:
        live = ArticleVote.objects.of_live_text().values("pk")
        return votes.filter(pk__in=live) if wanted else votes.exclude(pk__in=live)

    def filter_period(self, votes: QuerySet[ArticleVote], name: str, days: str) -> QuerySet[ArticleVote]:
        return votes.filter(created_at__gte=timezone.now() - timedelta(days=int(days)))


class VoteReportView(ReportView):
    """Every vote, the latest first; exported as CSV and XLSX without the keys of visitors."""

    page_title = gettext_lazy("Reader feedback")
    header_icon = "comment"
    index_url_name = "kb_feedback"
    index_results_url_name = "kb_feedback_results"
    filterset_class = VoteFilterSet
    permission_policy = page_permission_policy
    any_permission_required = EDITING
    model = ArticleVote
    is_searchable = True
    search_backend_name = None
    search_fields = ["page__title", "comment", "query"]
    default_ordering = "-created_at"
    export_filename = "reader-feedback"
    list_export = ["page.title", "answer_label", "get_reason_display", "comment", "query", "created_at"]
    export_headings = {
        "page.title": gettext_lazy("Article"),
        "answer_label": gettext_lazy("Answer"),
        "get_reason_display": gettext_lazy("Reason"),
        "comment": gettext_lazy("What they wrote"),
        "query": gettext_lazy("Searched for"),
        "created_at": gettext_lazy("When"),
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("page", label=_("Article"), accessor="page.title", get_url=_feedback_url),
            Column("answer_label", label=_("Answer"), sort_key="is_helpful"),
            Column("reason", label=_("Reason"), accessor="get_reason_display", sort_key="reason"),
            Column("comment", label=_("What they wrote")),
            Column("query", label=_("Searched for")),
            DateColumn("created_at", label=_("When"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet[ArticleVote]:
        return ArticleVote.objects.select_related("page").defer("page__body", "page__keywords")


class ArticleFeedbackView(WagtailAdminTemplateMixin, TemplateView):
    """What readers say about the live text of one article."""

    template_name = "kb/editing/article_feedback.html"
    page_title = gettext_lazy("What readers say")
    header_icon = "comment"

    def get_page_subtitle(self) -> str:
        return str(self.article.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("kb_feedback"), "label": _("Reader feedback")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.article = _article_for(self.request, kwargs["page_id"])
        return {
            **super().get_context_data(**kwargs),
            "page": self.article,
            "feedback": feedback_on(self.article),
            "may_edit": self.article.permissions_for_user(self.request.user).can_edit(),
            "may_delete": _may_delete(self.request, self.article),
            "all_votes_url": f"{reverse('kb_feedback')}?page={self.article.pk}",
        }


def delete_comment(request: HttpRequest, page_id: int, vote_id: int) -> HttpResponse:
    """Delete what a reader wrote; the vote stays. For whoever may publish the article."""
    article = _article_for(request, page_id)
    if not _may_delete(request, article):
        raise PermissionDenied
    vote = get_object_or_404(ArticleVote, pk=vote_id, page_id=page_id)
    if request.method == "POST" and vote.comment:
        forget_comment(vote=vote)
        log(instance=article, action=COMMENT_ACTION, user=request.user)
        messages.success(request, _("The comment is deleted; the vote still counts."))
    return redirect("kb_article_feedback", page_id)


def _article_for(request: HttpRequest, page_id: int) -> ArticlePage:
    article = get_object_or_404(ArticlePage, pk=page_id)
    if not page_permission_policy.user_has_any_permission(request.user, EDITING):
        raise PermissionDenied
    return article


def _may_delete(request: HttpRequest, article: ArticlePage) -> bool:
    return article.permissions_for_user(request.user).can_publish()


def _feedback_url(vote: ArticleVote) -> str:
    return reverse("kb_article_feedback", args=[vote.page_id])


class FeedbackMenuItem(MenuItem):
    """Shown to whoever works on pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return page_permission_policy.user_has_any_permission(request.user, EDITING)


@hooks.register("register_reports_menu_item")
def feedback_menu_item() -> MenuItem:
    return FeedbackMenuItem(
        gettext_lazy("Reader feedback"), reverse("kb_feedback"), name="reader-feedback", icon_name="comment", order=160
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("feedback/", VoteReportView.as_view(), name="kb_feedback"),
        path("feedback/results/", VoteReportView.as_view(results_only=True), name="kb_feedback_results"),
        path("feedback/<row:page_id>/", ArticleFeedbackView.as_view(), name="kb_article_feedback"),
        path("feedback/<row:page_id>/comments/<row:vote_id>/", delete_comment, name="kb_delete_comment"),
    ]


@hooks.register("register_page_header_buttons")
def feedback_in_the_editor(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    return _feedback_buttons(page)


@hooks.register("register_page_listing_more_buttons")
def feedback_in_the_explorer(page: Page, user: Any, next_url: str | None = None) -> list[Button]:
    return _feedback_buttons(page)


def _feedback_buttons(page: Page) -> list[Button]:
    if not page.live or not issubclass(page.specific_class or Page, ArticlePage):
        return []
    url = reverse("kb_article_feedback", args=[page.pk])
    return [Button(_("What readers say"), url, icon_name="comment", priority=62)]


@hooks.register("register_log_actions")
def register_feedback_actions(actions: Any) -> None:
    """Name in the history of an article that somebody deleted a reader's comment."""
    actions.register_action(
        COMMENT_ACTION, gettext_lazy("Delete a reader's comment"), gettext_lazy("A reader's comment was deleted")
    )
