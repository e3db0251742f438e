"""What tracking adds to the admin: the desk for orders and what comes after them. Nobody edits what was reported."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from tracking.admin_policies import ReadOnlyPolicy
from tracking.aftersales_admin import AfterSalesGroup
from tracking.models import Order
from tracking.staff.orders import OrderViewSet
from tracking.staff.sla import SlaView

SLA = "tracking_sla"

register_permission_policy(Order, ReadOnlyPolicy(Order))


@hooks.register("register_admin_viewset")
def register_after_sales() -> AfterSalesGroup:
    return AfterSalesGroup()


@hooks.register("register_admin_viewset")
def register_orders() -> OrderViewSet:
    return OrderViewSet("orders")


class SlaMenuItem(MenuItem):
    """Shown to those who may read orders."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("tracking.view_order"))


@hooks.register("register_reports_menu_item")
def sla_menu_item() -> MenuItem:
    return SlaMenuItem(_("Promises of delivery kept"), reverse(SLA), name=SLA, icon_name="time", order=300)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("reports/orders/promises/", SlaView.as_view(), name=SLA)]
