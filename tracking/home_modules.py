"""What tracking offers for the home page: orders on their way, those that need a look now, and the look-up."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.registry import (
    URGENT,
    DigestItem,
    Module,
    Reason,
    Relevance,
    Standing,
    register,
    register_choices,
    urgency_of,
)
from personalization.situations import ArticleSubject, offer_situations
from personalization.visitor import Visitor
from tracking.rule_inputs import shop_today
from tracking.selectors import (
    WARRANTY_ENDS_WITHIN,
    needs_attention,
    orders_in,
    orders_reaching,
    reason_choices,
    state_choices,
    tier_choices,
)
from tracking.visitor_facts import (
    POINTS_EXPIRE_WITHIN,
    ending_warranties,
    orders_to_come,
    points,
)

# A box, not a page: three rows, and a link to all orders below them.
ROWS = 3
# An order grows more pressing in the week before it comes.
ARRIVAL_DAYS = 7


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
            change_url=reverse("orders"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        return Standing(Relevance.OWN, urgency=URGENT)


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
        return Reason(
            _("You see this because you have orders on the way."),
            fact="tracking.open_orders",
            change_url=reverse("orders"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        arrivals = [order.expected_on for order in content["orders"] if order.expected_on]
        pressing = (urgency_of(day, today=shop_today(), term_days=ARRIVAL_DAYS) for day in arrivals)
        newest = max((order.news_on for order in content["orders"] if order.news_on), default=None)
        return Standing(Relevance.OWN, urgency=max(pressing, default=0), changed_on=newest)


@register
class EndingWarranties(Module):
    """Warranties that end soon, while a fault still costs nothing."""

    key = "tracking.warranty"
    title = _("Your warranty ends soon")
    order = 16
    template_name = "tracking/modules/warranty.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        warranties = visitor.once(ending_warranties) if visitor.is_signed_in else ()
        return {"warranties": warranties[:ROWS]} if warranties else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because the warranty of something you bought ends within 60 days."),
            fact="tracking.warranty_ending",
            change_url=reverse("warranties"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        soonest = content["warranties"][0].ends_on
        return Standing(
            Relevance.OWN, urgency=urgency_of(soonest, today=shop_today(), term_days=WARRANTY_ENDS_WITHIN.days)
        )

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> list[DigestItem]:
        return [
            DigestItem(
                # The same product twice is two warranties.
                key=f"{self.key}:{one.order_reference}:{one.line_id}:{one.unit}:{one.ends_on.isoformat()}",
                text=gettext("The warranty of %(product)s ends on %(day)s")
                % {"product": one.title, "day": date_format(one.ends_on, "SHORT_DATE_FORMAT")},
                url=reverse("warranties"),
            )
            for one in content["warranties"]
        ]


@register
class AccountStatus(Module):
    """Points and credit, and what of it goes soon; the level stands on the account page, it takes every order to tell."""

    key = "tracking.account_status"
    title = _("Your points")
    order = 22
    template_name = "tracking/modules/account_status.html"

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        if not visitor.is_signed_in:
            return None
        statement = visitor.once(points)
        if not (statement.balance.usable or statement.balance.waiting or statement.credit):
            return None
        return {"statement": statement}

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because your account holds points or credit."),
            fact="tracking.points",
            change_url=reverse("points"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        last_day = content["statement"].balance.next_expiry_on
        pressing = last_day and urgency_of(last_day, today=shop_today(), term_days=POINTS_EXPIRE_WITHIN.days)
        return Standing(Relevance.OWN, urgency=pressing or 0)


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


register_choices("tiers", tier_choices)
offer_situations(states=state_choices, reasons=reason_choices, reach=orders_reaching)
