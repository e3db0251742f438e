"""What tracking offers for the home page: orders on their way, those that need a look now, and the look-up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personalization.registry import Module, Reason, register
from personalization.situations import ArticleSubject, offer_situations
from personalization.visitor import Visitor
from tracking.selectors import needs_attention, orders_in, orders_reaching, reason_choices, state_choices
from tracking.visitor_facts import orders_to_come

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
        orders = [order for order in visitor.once(orders_to_come) if needs_attention(order)][:ROWS]
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
        orders = [order for order in visitor.once(orders_to_come) if not needs_attention(order)][:ROWS]
        return {"orders": orders} if orders else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("You see this because you have orders on the way."), fact="tracking.open_orders")


@register
class OrderLookup(Module):
    """The way to an order without an account; who has orders of their own sees those instead."""

    key = "tracking.order_lookup"
    title = _("Look up an order")
    order = 70
    is_personal = False
    template_name = "tracking/modules/order_lookup.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        # Asked in this order, so that somebody signed in who allows nothing gets the page of a stranger.
        return None if visitor.is_personalized and visitor.is_signed_in else {}

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("Everybody sees this: one can follow an order without an account."))


@register
class OrdersAsDescribed(Module):
    """On an article that helps with orders of a kind: the reader's own of that kind, with their days."""

    key = "tracking.orders_as_described"
    title = _("Your orders this is about")
    slot = "article"
    template_name = "tracking/modules/orders_as_described.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        return None

    def content_about(self, visitor: Visitor, subject: object) -> dict[str, Any] | None:
        if not isinstance(subject, ArticleSubject) or not visitor.is_signed_in:
            return None
        orders = orders_in(visitor.user, subject.situations, limit=ROWS)
        return {"orders": orders} if orders else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because orders of yours are as this article describes."), fact="tracking.order_dates"
        )


offer_situations(states=state_choices, reasons=reason_choices, reach=orders_reaching)
