"""What tracking shows on the account page: orders, points and level, returns, the way to the warranties."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personalization.registry import AccountPart, register
from personalization.visitor import Visitor
from tracking import selectors


@register
class AccountOrders(AccountPart):
    """How many orders there are, and the latest."""

    key = "tracking.account_orders"
    title = _("My orders")
    order = 10
    template_name = "tracking/account/orders.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {"orders": selectors.account_summary(visitor.user)}


@register
class AccountPoints(AccountPart):
    """Points, credit, and how far it is to the next level."""

    key = "tracking.account_points"
    title = _("Points and level")
    order = 20
    template_name = "tracking/account/points.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {"statement": selectors.points_of(visitor.user), "tier": selectors.tier_of(visitor.user)}


@register
class AccountAfterSales(AccountPart):
    """Warranties and returns: what is open, and where all of it is."""

    key = "tracking.account_after_sales"
    title = _("Warranties and returns")
    order = 30
    template_name = "tracking/account/after_sales.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {"open_returns": selectors.count_open_returns(visitor.user)}
