"""Tickets in the admin: agents find, read and answer them; editors do not see them at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from personalization.preferences import CHANNEL_LABELS
from personalization.selectors import channel_wish_of
from portal.lib.letters import services as letters
from portal.lib.letters.models import Letter
from support import services
from support.channel_admin import ContactChannelViewSet
from support.forms import AgentMessageForm, StatusForm
from support.models import Ticket, TicketStatus

OTHER_TICKETS_SHOWN = 5
AGES = [
    ("1", gettext_lazy("more than a day")),
    ("3", gettext_lazy("more than three days")),
    ("7", gettext_lazy("more than a week")),
]


class TicketPolicy(ModelPermissionPolicy):
    """Tickets are read and answered, never edited or deleted by hand; answering asks `change` in its own views."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class TicketFilterSet(WagtailFilterSet):
    """By status, language and age."""

    age = django_filters.ChoiceFilter(label=gettext_lazy("Age"), choices=AGES, method="filter_age")

    class Meta:
        model = Ticket
        fields = ["status", "language", "channel"]

    def filter_age(self, tickets: QuerySet[Ticket], name: str, days: str) -> QuerySet[Ticket]:
        return tickets.filter(created_at__lt=timezone.now() - timedelta(days=int(days)))


class TicketIndexView(IndexView):
    """Found by number, subject, address, name, phone or order."""

    def get_base_queryset(self) -> QuerySet[Ticket]:
        return super().get_base_queryset().select_related("agent")


class TicketInspectView(InspectView):
    """The thread, what is known about the customer, the letters, and the forms to answer."""

    template_name = "support/admin/ticket_inspect.html"
    page_title = gettext_lazy("Ticket")
    message_form: AgentMessageForm | None = None

    def get_object(self, queryset: QuerySet[Ticket] | None = None) -> Ticket:
        return get_object_or_404(Ticket.objects.select_related("user", "agent"), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ticket = self.object
        others = Ticket.objects.filter(email=ticket.email).exclude(pk=ticket.pk)
        return {
            **super().get_context_data(**kwargs),
            "wished_channel": _wished_channel(ticket),
            "thread": ticket.messages.select_related("author").prefetch_related("letters"),
            "other_tickets": others[:OTHER_TICKETS_SHOWN],
            "can_change": self.request.user.has_perm("support.change_ticket"),
            "message_form": self.message_form or AgentMessageForm(),
            "status_form": StatusForm(initial={"status": ticket.status}),
        }


class TicketWriteView(TicketInspectView):
    """Takes an answer or a note; with an error the page comes back with everything typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agent = _agent(request)
        self.message_form = AgentMessageForm(request.POST)
        if not self.message_form.is_valid():
            return self.render_to_response(self.get_context_data())
        write = services.add_note if request.POST.get("kind") == "note" else services.reply_to_customer
        write(ticket=self.object, agent=agent, body=self.message_form.cleaned_data["body"])
        messages.success(request, _("Saved."))
        return redirect("support_tickets:inspect", self.object.pk)


@require_POST
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a ticket to another status."""
    agent = _agent(request)
    ticket = get_object_or_404(Ticket, pk=pk)
    form = StatusForm(request.POST)
    if form.is_valid():
        services.change_status(ticket=ticket, agent=agent, status=TicketStatus(form.cleaned_data["status"]))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("There is no such status. Choose one of the list."))
    return redirect("support_tickets:inspect", pk)


@require_POST
def send_again(request: HttpRequest, pk: int, letter_pk: int) -> HttpResponse:
    """Put a letter that did not arrive back into the outbox."""
    _agent(request)
    letter = get_object_or_404(Letter, pk=letter_pk, message__ticket_id=pk)
    if letters.send_again(letter):
        messages.success(request, _("The letter will be sent again."))
    else:
        messages.warning(request, _("This letter is on its way or has been sent already."))
    return redirect("support_tickets:inspect", pk)


class TicketViewSet(ModelViewSet):
    model = Ticket
    menu_label = gettext_lazy("Tickets")
    icon = "help"
    menu_order = 290
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = TicketIndexView
    inspect_view_class = TicketInspectView
    filterset_class = TicketFilterSet
    list_display = [
        "reference",
        "subject",
        Column("get_status_display", label=gettext_lazy("status"), sort_key="status"),
        Column("get_language_display", label=gettext_lazy("language"), sort_key="language"),
        "agent",
        DateColumn("created_at", label=gettext_lazy("asked"), sort_key="created_at"),
    ]
    search_fields = ["reference", "subject", "email", "name", "phone", "order_reference"]
    search_backend_name = None
    ordering = ["-created_at"]
    list_per_page = 30
    form_fields: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        write = self.construct_view(TicketWriteView, **self.get_inspect_view_kwargs())
        return [
            *super().get_urlpatterns(),
            path("write/<int:pk>/", write, name="write"),
            path("status/<int:pk>/", set_status, name="set_status"),
            path("send-again/<int:pk>/<int:letter_pk>/", send_again, name="send_again"),
        ]


register_permission_policy(Ticket, TicketPolicy(Ticket))


register_snippet(ContactChannelViewSet)


@hooks.register("register_admin_viewset")
def register_tickets() -> TicketViewSet:
    return TicketViewSet("support_tickets", url_prefix="tickets")


def _wished_channel(ticket: Ticket) -> str | Promise:
    wish = channel_wish_of(ticket.user) if ticket.user else ""
    return CHANNEL_LABELS[wish] if wish else ""


def _agent(request: HttpRequest) -> AbstractBaseUser:
    """Return who is signed in; raises PermissionDenied unless they may answer."""
    if not (request.user.is_authenticated and request.user.has_perm("support.change_ticket")):
        raise PermissionDenied
    return request.user
