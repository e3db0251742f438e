"""What an editor finds on the first page of the admin, beside Wagtail's own panels (awaiting my review, in moderation,
locked by me, my latest edits)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState
from wagtail.permissions import page_permission_policy

from kb.care.figures import due_articles
from kb.editing.access import works_on_pages
from kb.models import ArticlePage
from kb.search.state import index_state
from kb.selectors.feedback import latest_complaints

PANEL_LENGTH = 5


@dataclass(frozen=True)
class Row:
    """One line of a panel; `at` is when it happened or is due."""

    title: str
    url: str
    detail: str = ""
    at: date | datetime | None = None


class RowsPanel(Component):
    """A panel of links; subclasses say what is in it."""

    template_name = "kb/editing/dashboard_rows.html"
    name = ""
    order = 0

    def heading(self) -> str:
        raise NotImplementedError

    def empty_text(self) -> str:
        raise NotImplementedError

    def rows(self, request: HttpRequest) -> Sequence[Row]:
        """Return at most PANEL_LENGTH rows."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "panel_id": self.name,
            "heading": self.heading(),
            "empty_text": self.empty_text(),
            "rows": self.rows(parent_context["request"]),
        }


class MyDraftsPanel(RowsPanel):
    """What I am responsible for, have begun and not yet submitted. Cost: one query."""

    name = "my-drafts"
    order = 220

    def heading(self) -> str:
        return _("My drafts")

    def empty_text(self) -> str:
        return _("You have no unfinished drafts.")

    def rows(self, request: HttpRequest) -> list[Row]:
        in_moderation = WorkflowState.objects.active().values("object_id")
        drafts = (
            Page.objects.filter(owner=request.user, has_unpublished_changes=True)
            .exclude(pk__in=in_moderation)
            .order_by("-latest_revision_created_at")
        )
        return [
            Row(
                page.get_admin_display_title(),
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
                _("changes of a published page") if page.live else _("not yet published"),
                page.latest_revision_created_at,
            )
            for page in drafts[:PANEL_LENGTH]
        ]


class DueForCheckPanel(RowsPanel):
    """My published articles that have to be compared with the machine or the rule again. Cost: one query."""

    name = "due-for-check"
    order = 230

    def heading(self) -> str:
        return _("Due for a check: mine")

    def empty_text(self) -> str:
        return _("None of your articles is due.")

    def rows(self, request: HttpRequest) -> list[Row]:
        due = due_articles().as_cards().filter(owner=request.user)[:PANEL_LENGTH]
        return [
            Row(page.title, reverse("wagtailadmin_pages:edit", args=[page.pk]), _("due since"), page.due_on)
            for page in due
        ]


class ComplaintsPanel(RowsPanel):
    """What readers wrote last whom an article did not help. Cost: two queries."""

    name = "complaints"
    order = 240

    def heading(self) -> str:
        return _("What did not help readers")

    def empty_text(self) -> str:
        return _("No reader has complained about a present text.")

    def rows(self, request: HttpRequest) -> list[Row]:
        mine = ArticlePage.objects.filter(pk__in=page_permission_policy.explorable_instances(request.user))
        return [
            Row(vote.page.title, reverse("kb_article_feedback", args=[vote.page_id]), vote.comment, vote.created_at)
            for vote in latest_complaints(mine.values("pk"), limit=PANEL_LENGTH)
        ]


class IndexStatePanel(Component):
    """Whether search follows what is published. Cost: one query."""

    template_name = "kb/editing/dashboard_index.html"
    name = "index-state"
    order = 400

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"state": index_state()}


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Add what those who work on pages need; a person without any page sees none of it."""
    if works_on_pages(request.user):
        panels += [MyDraftsPanel(), DueForCheckPanel(), ComplaintsPanel(), IndexStatePanel()]
