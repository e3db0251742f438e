"""What waits for the staff after a sale: returns, warranty claims and appliances to confirm; each list with its moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from portal.lib.fields import LineField
from portal.lib.money import format_amount
from tracking import services
from tracking.aftersales.cases import CLAIM_MOVES, RETURN_MOVES
from tracking.aftersales.states import ClaimStatus, RegistrationStatus, ReturnStatus
from tracking.models import AuditEntry, ReturnRequest, WarrantyClaim, WarrantyRegistration
from tracking.payloads import MAX_AMOUNT
from tracking.services.auditing import MAX_REASON

Text = str | Promise
Fact = tuple[Text, Any]


@dataclass(frozen=True)
class Move:
    """One thing that can be done with a case; `run(case, actor, data)` does it."""

    key: str
    label: Text
    run: Callable[[Any, object, Mapping[str, Any]], object]
    needs_text: bool = False
    needs_amount: bool = False


class MoveForm(forms.Form):
    """What is done, with the words for it."""

    move = forms.ChoiceField(
        label=gettext_lazy("Next step"),
        error_messages={"invalid_choice": gettext_lazy("This step is not open any more.")},
    )
    text = LineField(
        label=pgettext_lazy("of the staff", "Note"),
        required=False,
        max_length=MAX_REASON,
        help_text=gettext_lazy("The customer may read it. Needed for a refusal, and for a proof that you have seen."),
    )

    def __init__(self, *args: Any, moves: list[Move], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.moves = {move.key: move for move in moves}
        self.fields["move"].choices = [(move.key, move.label) for move in moves]  # type: ignore[attr-defined]  # a ChoiceField, see above
        if any(move.needs_amount for move in moves):
            self.fields["amount"] = forms.IntegerField(
                label=gettext_lazy("Amount paid back, in đồng"), required=False, min_value=0, max_value=MAX_AMOUNT
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        move = self.moves.get(data.get("move", ""))
        if move and move.needs_text and not data.get("text"):
            self.add_error("text", _("Write a sentence: this step needs one."))
        if move and move.needs_amount and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter the amount that was paid back."))
        return data


class CaseInspectView(InspectView):
    """One case with what happened to it and the steps that are open now."""

    template_name = "tracking/staff/case_inspect.html"
    move_form: MoveForm | None = None

    def moves(self) -> list[Move]:
        """Return the steps that are open now."""
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        """Return what the case is about."""
        raise NotImplementedError

    def history(self) -> list[tuple[Any, Text, str]]:
        """Return what happened: when, what, in whose words."""
        return []

    def subject(self) -> str:
        """Return under which name the case is on record."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moves = self.moves()
        order = _order_of(self.object)
        return {
            **super().get_context_data(**kwargs),
            "facts": self.facts(),
            "history": self.history(),
            "looks": AuditEntry.objects.filter(subject=self.subject()),
            "order": order if order and self.request.user.has_perm("tracking.view_order") else None,
            "move_url": self.request.path.replace("/inspect/", "/move/"),
            "move_form": (self.move_form or MoveForm(moves=moves)) if moves and self._may_move() else None,
        }

    def _may_move(self) -> bool:
        meta = self.model._meta
        return bool(self.request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}"))


class CaseMoveView(CaseInspectView):
    """Takes a step; with an error the page comes back with everything typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self._may_move():
            raise PermissionDenied
        self.move_form = MoveForm(request.POST, moves=self.moves())
        if not self.move_form.is_valid():
            return self.render_to_response(self.get_context_data())
        data = self.move_form.cleaned_data
        try:
            self.move_form.moves[data["move"]].run(self.object, request.user, data)
        except services.MoveNotAllowed:
            messages.error(request, _("This step is not possible now: somebody was faster, or nothing of ours fits."))
        else:
            messages.success(request, _("Saved."))
        return redirect(self.get_inspect_url(self.object))

    def get_inspect_url(self, case: Model) -> str:
        return self.request.path.replace("/move/", "/inspect/")


class CaseIndexView(IndexView):
    """A list that begins with what came last; its filter keeps what is open."""

    related: tuple[str, ...] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related(*self.related)


class CaseViewSet(ModelViewSet):
    """What the three lists have in common."""

    copy_view_enabled = False
    inspect_view_enabled = True
    search_backend_name = None
    list_per_page = 30
    form_fields: list[str] = []
    inspect_view_class: type[CaseInspectView]

    def get_urlpatterns(self) -> list[URLPattern]:
        mover = type("MoveView", (CaseMoveView, self.inspect_view_class), {})
        view = self.construct_view(mover, **self.get_inspect_view_kwargs())
        return [*super().get_urlpatterns(), path("move/<int:pk>/", view, name="move")]


# --- Returns -------------------------------------------------------------------------------------

RETURN_STEPS = {
    ReturnStatus.APPROVED: Move(
        "approved", gettext_lazy("Agree"), lambda case, actor, data: services.approve_return(
            number=case.number, actor=actor, text=data["text"])
    ),
    ReturnStatus.REJECTED: Move(
        "rejected", gettext_lazy("Refuse, with a reason"), lambda case, actor, data: services.reject_return(
            number=case.number, actor=actor, text=data["text"]), needs_text=True
    ),
    ReturnStatus.RECEIVED: Move(
        "received", gettext_lazy("We have the articles"), lambda case, actor, data: services.receive_return(
            number=case.number, actor=actor, text=data["text"])
    ),
    ReturnStatus.REFUNDED: Move(
        "refunded", gettext_lazy("The money is paid back"), lambda case, actor, data: services.refund_return(
            number=case.number, actor=actor, amount=data["amount"], text=data["text"]), needs_amount=True
    ),
    ReturnStatus.EXCHANGED: Move(
        "exchanged", gettext_lazy("The replacement is sent"), lambda case, actor, data: services.exchange_return(
            number=case.number, actor=actor, text=data["text"])
    ),
}  # fmt: skip


class ReturnInspectView(CaseInspectView):
    """One return."""

    def moves(self) -> list[Move]:
        allowed = RETURN_MOVES[ReturnStatus(self.object.status)]
        return [move for status, move in RETURN_STEPS.items() if status in allowed]

    def facts(self) -> list[Fact]:
        case = self.object
        facts: list[Fact] = [
            (_("State"), case.get_status_display()),
            (_("Wanted"), case.get_remedy_display()),
            (_("Requested on"), case.requested_at),
        ]
        for line in case.lines.select_related("order_line"):
            why = f"{line.get_reason_display()}; {line.get_condition_display()}"
            facts.append((f"{line.quantity} × {line.order_line.title}", why))
        facts.append((_("Comment"), case.comment or "–"))
        told = format_amount(case.expected_refund_amount, case.order.currency)
        facts.append((_("Refund that the customer was told"), told))
        if case.refund_amount is not None:
            facts.append((_("Paid back"), format_amount(case.refund_amount, case.order.currency)))
        return facts

    def history(self) -> list[tuple[Any, Text, str]]:
        events = self.object.order.events.filter(subject_key=self.object.subject_key)
        return [(event.occurred_at, event.get_kind_display(), event.text) for event in events]

    def subject(self) -> str:
        return str(self.object.subject_key)


class ReturnIndexView(CaseIndexView):
    related = ("order",)


class ReturnViewSet(CaseViewSet):
    model = ReturnRequest
    menu_label = gettext_lazy("Returns")
    icon = "redirect"
    index_view_class = ReturnIndexView
    inspect_view_class = ReturnInspectView
    list_display = [
        "number",
        Column("order", label=gettext_lazy("Order")),
        Column("get_status_display", label=gettext_lazy("State"), sort_key="status"),
        Column("get_remedy_display", label=gettext_lazy("Wanted")),
        DateColumn("requested_at", label=gettext_lazy("Requested on"), sort_key="requested_at"),
    ]
    list_filter = ["status", "remedy", "requested_at"]
    search_fields = ["number", "order__reference", "order__external_number", "order__contact_email"]


# --- Warranty claims -----------------------------------------------------------------------------

CLAIM_LABELS: Mapping[ClaimStatus, Text] = {
    ClaimStatus.ACCEPTED: pgettext_lazy("step of a claim", "Accept"),
    ClaimStatus.REFUSED: pgettext_lazy("step of a claim", "Refuse, with a reason"),
    ClaimStatus.WITHDRAWN: pgettext_lazy("step of a claim", "The customer withdraws"),
    ClaimStatus.IN_REPAIR: pgettext_lazy("step of a claim", "The repair has begun"),
    ClaimStatus.REPAIRED: pgettext_lazy("step of a claim", "It is repaired"),
    ClaimStatus.REPLACED: pgettext_lazy("step of a claim", "It is replaced by a new one"),
    ClaimStatus.REFUNDED: pgettext_lazy("step of a claim", "The money is paid back"),
}


def _claim_move(status: ClaimStatus) -> Move:
    def run(case: WarrantyClaim, actor: object, data: Mapping[str, Any]) -> object:
        return services.move_claim(number=case.number, status=status, actor=actor, text=data["text"])

    return Move(status.value, CLAIM_LABELS[status], run, needs_text=status == ClaimStatus.REFUSED)


class ClaimInspectView(CaseInspectView):
    """One warranty claim."""

    def moves(self) -> list[Move]:
        allowed = CLAIM_MOVES[ClaimStatus(self.object.status)]
        return [_claim_move(status) for status in CLAIM_LABELS if status in allowed]

    def facts(self) -> list[Fact]:
        case = self.object
        return [
            (_("State"), case.get_status_display()),
            (_("Appliance"), case.warranty.title),
            (_("Serial number"), case.warranty.serial_number or "–"),
            (_("Fault"), case.fault),
            (_("Reported on"), case.opened_at),
        ]

    def history(self) -> list[tuple[Any, Text, str]]:
        return [(event.occurred_at, event.get_status_display(), event.text) for event in self.object.events.all()]

    def subject(self) -> str:
        return f"claim:{self.object.number}"


class ClaimIndexView(CaseIndexView):
    related = ("warranty",)


class ClaimViewSet(CaseViewSet):
    model = WarrantyClaim
    menu_label = gettext_lazy("Warranty claims")
    icon = "warning"
    index_view_class = ClaimIndexView
    inspect_view_class = ClaimInspectView
    list_display = [
        "number",
        Column("warranty.title", label=gettext_lazy("Appliance")),
        Column("get_status_display", label=gettext_lazy("State"), sort_key="status"),
        DateColumn("opened_at", label=gettext_lazy("Reported on"), sort_key="opened_at"),
    ]
    list_filter = ["status", "opened_at"]
    search_fields = ["number", "warranty__serial_number", "warranty__title", "fault"]


# --- Registered appliances -----------------------------------------------------------------------

REGISTRATION_STEPS = [
    Move("confirm", gettext_lazy("Confirm, with the proof that you have seen"), lambda case, actor, data:
         services.confirm_registration(registration_id=case.pk, actor=actor, proof=data["text"]), needs_text=True),
    Move("refuse", gettext_lazy("Refuse, with a reason"), lambda case, actor, data:
         services.refuse_registration(registration_id=case.pk, actor=actor, reason=data["text"]), needs_text=True),
]  # fmt: skip


class RegistrationInspectView(CaseInspectView):
    """One registration of an appliance."""

    def moves(self) -> list[Move]:
        return REGISTRATION_STEPS if self.object.status == RegistrationStatus.PENDING else []

    def facts(self) -> list[Fact]:
        case = self.object
        return [
            (_("State"), case.get_status_display()),
            (_("Customer"), case.user),
            (_("Product code"), case.product_code or "–"),
            (_("Serial number"), case.serial_number),
            (_("Registered on"), case.registered_at),
        ]

    def subject(self) -> str:
        return f"registration:{self.object.pk}"


class RegistrationIndexView(CaseIndexView):
    related = ("user",)


class RegistrationViewSet(CaseViewSet):
    model = WarrantyRegistration
    menu_label = gettext_lazy("Registered appliances")
    icon = "tag"
    index_view_class = RegistrationIndexView
    inspect_view_class = RegistrationInspectView
    list_display = [
        "serial_number",
        "product_code",
        "user",
        Column("get_status_display", label=gettext_lazy("State"), sort_key="status"),
        DateColumn("registered_at", label=gettext_lazy("Registered on"), sort_key="registered_at"),
    ]
    list_filter = ["status", "registered_at"]
    search_fields = ["serial_number", "product_code", "user__email"]


def _order_of(case: Any) -> Any:
    if isinstance(case, ReturnRequest):
        return case.order
    line = case.warranty.order_line if case.warranty else None
    return line.order if line else None
