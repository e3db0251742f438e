"""The outbox in the admin: which letters wait, failed or are in doubt, for whoever looks after the mail server."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from portal.lib.letters import kinds, services
from portal.lib.letters.models import Letter, LetterStatus


class LetterFilterSet(WagtailFilterSet):
    """By state and kind."""

    status = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=LetterStatus.choices)
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of letter"), choices=lambda: [(kind.code, kind.label) for kind in kinds.all_kinds()]
    )

    class Meta:
        model = Letter
        fields = ["status", "kind"]


class ActionColumn(Column):
    """A button for the letters that somebody may send after all."""

    cell_template_name = "letters/admin/send_again_cell.html"


class LetterReportView(ReportView):
    """Every letter, the latest first: to whom, of what kind, how it stands and what the mail server said."""

    page_title = gettext_lazy("Letters")
    header_icon = "mail"
    index_url_name = "letters"
    index_results_url_name = "letters_results"
    filterset_class = LetterFilterSet
    permission_policy = ModelPermissionPolicy(Letter)
    permission_required = "view"
    model = Letter
    is_searchable = True
    search_backend_name = None
    search_fields = ["recipient", "last_error"]
    default_ordering = "-created_at"
    export_filename = "letters"
    list_export = ["recipient", "kind_label", "get_status_display", "attempts", "created_at", "sent_at", "last_error"]
    export_headings = {"kind_label": gettext_lazy("Kind of letter"), "get_status_display": gettext_lazy("State")}

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            Column("recipient", label=_("Recipient"), sort_key="recipient"),
            Column("kind_label", label=_("Kind of letter"), sort_key="kind"),
            Column("status", label=_("State"), accessor="get_status_display", sort_key="status"),
            Column("attempts", label=_("Attempts"), sort_key="attempts"),
            DateColumn("created_at", label=_("Posted"), sort_key="created_at"),
            Column("last_error", label=_("What the mail server said")),
        ]
        if _may_send(self.request):
            columns.append(ActionColumn("send_again", label=_("Action"), accessor="pk"))
        return columns

    def get_base_queryset(self) -> QuerySet[Letter]:
        return Letter.objects.defer("details")


@require_POST
def send_letter_again(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Put one letter back into the outbox."""
    if not _may_send(request):
        raise PermissionDenied
    if services.send_again(get_object_or_404(Letter, pk=letter_id)):
        messages.success(request, _("The letter will be sent again."))
    else:
        messages.warning(request, _("This letter is on its way or has been sent already."))
    return redirect("letters")


class LettersMenuItem(MenuItem):
    """Shown to whoever may see letters."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("letters.view_letter")


@hooks.register("register_reports_menu_item")
def letters_menu_item() -> MenuItem:
    return LettersMenuItem(gettext_lazy("Letters"), reverse("letters"), name="letters", icon_name="mail", order=900)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("letters/", LetterReportView.as_view(), name="letters"),
        path("letters/results/", LetterReportView.as_view(results_only=True), name="letters_results"),
        path("letters/<int:letter_id>/send-again/", send_letter_again, name="send_letter_again"),
    ]


def _may_send(request: HttpRequest) -> Any:
    return request.user.has_perm("letters.change_letter")
