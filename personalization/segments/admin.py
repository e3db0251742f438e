"""Segments in the admin: the list with live counts, the form, and a page that counts anew."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.snippets.views.snippets import SnippetViewSet

from personalization.segments import counting, selectors
from personalization.segments.form import SegmentForm
from personalization.segments.models import Segment
from portal.lib.snippets import FoldedIndexView

COUNT = "personalization_segment_count"


def state_of(segment: Segment) -> str:
    """Return how a segment stands today, in a word or the sentence that says what is wrong. Costs nothing when warm."""
    wrong = selectors.problems(segment)
    today = timezone.localdate()
    if wrong:
        return _("Dead: %(problem)s") % {"problem": wrong[0]}
    if segment.starts_on and today < segment.starts_on:
        return _("Off until %(day)s") % {"day": date_format(segment.starts_on, "SHORT_DATE_FORMAT")}
    if segment.ends_on and segment.ends_on < today:
        return _("Over since %(day)s") % {"day": date_format(segment.ends_on, "SHORT_DATE_FORMAT")}
    return _("On")


def count_of(segment: Segment) -> str:
    """Return how many accounts belong to it, and as of when."""
    if segment.account_count is None or segment.counted_at is None:
        return _("is being counted, look again in a moment")
    accounts = ngettext("%(count)s account", "%(count)s accounts", segment.account_count)
    moment = date_format(timezone.localtime(segment.counted_at), "SHORT_DATETIME_FORMAT")
    return _("%(accounts)s (as of %(moment)s)") % {
        "accounts": accounts % {"count": number_format(segment.account_count, force_grouping=True)},
        "moment": moment,
    }


class SegmentStatePanel(Panel):
    """Above the form: the rule as a sentence, what is wrong with it, how many accounts belong to it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "personalization/segments/state_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {
                **super().get_context_data(parent_context),
                "sentence": selectors.sentence(self.instance),
                "problems": selectors.problems(self.instance),
                "state": state_of(self.instance),
                "count": count_of(self.instance),
                "count_url": reverse(COUNT, args=[self.instance.pk]),
            }


class SegmentViewSet(SnippetViewSet):
    """Who aimed content is for."""

    model = Segment
    icon = "group"
    menu_label = gettext_lazy("Segments")
    menu_order = 232
    add_to_admin_menu = True
    index_view_class = FoldedIndexView
    search_fields = ["name", "note"]
    list_display = [
        "name",
        Column("sentence", label=gettext_lazy("Somebody who …"), accessor=selectors.sentence),
        Column("count", label=gettext_lazy("Accounts"), accessor=count_of),
        Column("state", label=gettext_lazy("State"), accessor=state_of),
    ]
    edit_handler = ObjectList(
        [
            SegmentStatePanel(heading=gettext_lazy("At present")),
            FieldPanel("name"),
            FieldPanel("note"),
            FieldPanel("rules"),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")], heading=gettext_lazy("On and off")),
        ],
        base_form_class=SegmentForm,
    )


class CountView(WagtailAdminTemplateMixin, TemplateView):
    """Counts one segment anew."""

    page_title = gettext_lazy("Count a segment")
    header_icon = "group"
    template_name = "personalization/segments/count.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("personalization.view_segment"):
            raise PermissionDenied
        self.segment = get_object_or_404(Segment, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        counting.store_counts([self.segment.pk])
        self.segment.refresh_from_db()
        messages.success(request, f"{self.segment}: {count_of(self.segment)}")
        return redirect(COUNT, pk=self.segment.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "segment": self.segment,
            "sentence": selectors.sentence(self.segment),
            "problems": selectors.problems(self.segment),
            "count": count_of(self.segment),
            "edit_url": reverse(SegmentViewSet().get_url_name("edit"), args=[self.segment.pk]),
            "may_change": self.request.user.has_perm("personalization.change_segment"),
        }


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [path("segments/count/<int:pk>/", CountView.as_view(), name=COUNT)]
