"""Orders in the admin: found by whatever the caller has at hand, read, seen as the customer sees them, added to."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from portal.lib.responses import confidential
from tracking import clock, selectors, services
from tracking.disclosure import Tier
from tracking.models import AuditEntry, Order
from tracking.presentation import order_view
from tracking.staff.forms import CorrectionForm, LookForm, ReportForm
from tracking.statuses import Status

LOOKS_SHOWN = 10
STANDINGS = {
    "counts": gettext_lazy("counts"),
    "set aside": gettext_lazy("without effect: it cannot follow the status before it"),
    "cancelled": gettext_lazy("without effect: cancelled by a correction"),
    "correction": gettext_lazy("correction"),
}


class OrderIndexView(IndexView):
    """Found by reference, seller's number, tracking or return number, e-mail address, phone or name."""

    def get_base_queryset(self) -> QuerySet[Order]:
        return super().get_base_queryset().select_related("customer").prefetch_related("shipments")

    def search_queryset(self, queryset: Any) -> Any:
        return selectors.search_orders(queryset, self.search_query) if self.search_query else queryset


class OrderInspectView(InspectView):
    """The whole order, every report about it, and the forms to look, to add and to correct."""

    template_name = "tracking/staff/order_inspect.html"
    look_form: LookForm | None = None
    report_form: ReportForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = selectors.order_with_history(self.object.reference)
        assert order is not None  # noqa: S101  the view has just fetched it
        looks = AuditEntry.objects.filter(subject=f"order:{order.reference}")[:LOOKS_SHOWN]
        return {
            **super().get_context_data(**kwargs),
            "order": order_view(order, Tier.OWNER),
            "reports": [(line, STANDINGS[line.standing]) for line in selectors.report_lines(order)],
            "looks": looks,
            "can_report": self.request.user.has_perm("tracking.report_order"),
            "look_form": self.look_form or LookForm(),
            "report_form": self.report_form or ReportForm(order=order),
        }


class OrderLookView(OrderInspectView):
    """Shows the page as a customer sees it, after it was put on record; the staff gets no cookie of the customer's."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look_form = LookForm(request.POST)
        if not self.look_form.is_valid():
            return self.render_to_response(self.get_context_data())
        return _seen_page(request, self.object, **self.look_form.cleaned_data)


class OrderReportView(OrderInspectView):
    """Takes a report by hand; with an error the page comes back with everything typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _refuse_readers(request)
        order = get_object_or_404(Order.objects.prefetch_related("shipments"), pk=self.object.pk)
        self.report_form = ReportForm(request.POST, order=order)
        if not self.report_form.is_valid():
            return self.render_to_response(self.get_context_data())
        _add_report(order, self.report_form.cleaned_data, request.user)
        messages.success(request, _("Saved."))
        return redirect("orders:inspect", order.pk)


def correct_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one report by a correction that names it."""
    _refuse_readers(request)
    order = get_object_or_404(Order, pk=pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("orders:inspect", pk)
    wrong = form.cleaned_data["event"]
    shipment = order.shipments.filter(events=wrong).first()
    try:
        if shipment is None:
            raise services.NoSuchReport(wrong)
        services.correct_by_hand(
            shipment_id=shipment.pk, event_id=wrong, reason=form.cleaned_data["reason"], actor=request.user
        )
    except services.NoSuchReport:
        messages.error(request, _("This order has no such report, or it is a correction itself."))
    else:
        messages.success(request, _("Corrected. The report stays on record without effect."))
    return redirect("orders:inspect", pk)


class OrderViewSet(ModelViewSet):
    model = Order
    menu_label = gettext_lazy("Orders")
    icon = "list-ul"
    menu_order = 300
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = OrderInspectView
    index_view_class = OrderIndexView
    list_display = [
        "external_number",
        "reference",
        Column("get_headline_display", label=gettext_lazy("State")),
        DateColumn("placed_at", label=gettext_lazy("Placed on")),
        "source",
    ]
    list_filter = ["headline", "source", "placed_at", "shipments__carrier"]
    # Named so that the list has a search box; `search_orders` decides what is found.
    search_fields = ["reference"]
    search_backend_name = None
    ordering = ["-placed_at"]
    list_per_page = 30
    form_fields: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view
        options = self.get_inspect_view_kwargs()
        return [
            *super().get_urlpatterns(),
            path("look/<int:pk>/", confidential(view(OrderLookView, **options)), name="look"),
            path("report/<int:pk>/", view(OrderReportView, **options), name="report"),
            path("correct/<int:pk>/", correct_report, name="correct"),
        ]


@transaction.atomic
def _seen_page(request: HttpRequest, order: Order, *, tier: Tier, moment: Any, reason: str) -> HttpResponse:
    services.note_look(
        actor=request.user,
        action=f"order.see.{tier.name.lower()}" + (f"@{moment:%Y%m%dT%H%M%z}" if moment else ""),
        subject=f"order:{order.reference}",
        reason=reason,
    )
    seen = selectors.order_as_of(order.reference, moment) if moment else selectors.order_with_history(order.reference)
    context: dict[str, Any] = {"tier": tier, "moment": moment, "object": order, "order": None}
    with clock.as_of(moment):
        if seen is not None:
            context["order"] = order_view(seen, tier)
        return render(request, "tracking/staff/order_seen.html", context)


def _add_report(order: Order, data: dict[str, Any], actor: object) -> None:
    said = {"occurred_at": data["occurred_at"], "text": data["text"], "actor": actor}
    said["request_key"] = data["request_key"] or secrets.token_hex(16)
    if data["parcel"]:
        status = Status(data["status"]) if data["status"] else None
        services.report_parcel_by_hand(shipment_id=int(data["parcel"]), status=status, **said)
    else:
        services.report_order_by_hand(reference=order.reference, **said)


def _refuse_readers(request: HttpRequest) -> None:
    if request.method != "POST" or not request.user.has_perm("tracking.report_order"):
        raise PermissionDenied
