"""What tracking offers for the home page: orders on their way, and those that need a look now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personalization.registry import Module, Reason, register
from personalization.visitor import Visitor
from tracking import selectors

# A box, not a page: three rows, and a link to all orders below them.
ROWS = 3


@register
class OrdersInTrouble(Module):
    """Orders that are late or that wait for something from the customer; first on the page."""

    key = "tracking.orders_in_trouble"
    title = _("Delivery needs your attention")
    order = 5
    template_name = "tracking/modules/orders.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        if not visitor.is_signed_in:
            return None
        orders = selectors.troubled_orders_of(visitor.user, limit=ROWS)
        return {"orders": orders} if orders else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because one of your orders is late or waits for something from you."),
            fact="tracking.orders_in_trouble",
        )


@register
class OpenOrders(Module):
    """Orders that are still to come."""

    key = "tracking.open_orders"
    title = _("Your orders on the way")
    order = 10
    template_name = "tracking/modules/orders.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        if not visitor.is_signed_in:
            return None
        orders = selectors.quiet_open_orders_of(visitor.user, limit=ROWS)
        return {"orders": orders} if orders else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("You see this because you have orders on the way."), fact="tracking.open_orders")
