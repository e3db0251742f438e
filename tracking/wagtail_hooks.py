"""Orders in the admin: staff who may see them find and read them; nobody edits what the shop's systems report."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from tracking.admin_policies import ReadOnlyPolicy
from tracking.aftersales_admin import AfterSalesGroup
from tracking.disclosure import Tier
from tracking.models import Order, TrackingEvent
from tracking.presentation import order_view
from tracking.selectors import order_with_history
from tracking.services.state import shipment_state


class OrderInspectView(InspectView):
    """The whole order as its customer sees it, and the events that did not count."""

    template_name = "tracking/admin/order_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = order_with_history(self.object.reference)
        assert order is not None  # noqa: S101  the view has just fetched it
        return {
            **super().get_context_data(**kwargs),
            "order": order_view(order, Tier.OWNER),
            "set_aside": [
                event for shipment in order.shipments.all() for event in _without_effect(shipment.events.all())
            ],
        }


class OrderIndexView(IndexView):
    """Found by reference, seller's number, e-mail address, phone or name."""

    def get_base_queryset(self) -> QuerySet[Order]:
        return super().get_base_queryset().select_related("customer")


class OrderViewSet(ModelViewSet):
    model = Order
    menu_label = _("Orders")
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
        Column("get_headline_display", label=_("State")),
        DateColumn("placed_at", label=_("Placed on")),
        "source",
    ]
    list_filter = ["headline", "source", "placed_at"]
    search_fields = ["reference", "external_number", "contact_email", "contact_phone", "recipient_name"]
    search_backend_name = None
    ordering = ["-placed_at"]
    list_per_page = 30
    form_fields: list[str] = []


register_permission_policy(Order, ReadOnlyPolicy(Order))


@hooks.register("register_admin_viewset")
def register_after_sales() -> AfterSalesGroup:
    return AfterSalesGroup()


@hooks.register("register_admin_viewset")
def register_orders() -> OrderViewSet:
    return OrderViewSet("orders")


def _without_effect(events: QuerySet[TrackingEvent]) -> list[TrackingEvent]:
    state = shipment_state(events)
    return [event for event in events if event.natural_key in state.set_aside | state.cancelled]
