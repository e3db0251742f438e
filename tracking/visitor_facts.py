"""What tracking knows about a visitor: counts, references and days, never what is in an order."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.facts import PurchaseDates, fact
from personalization.situations import Situation
from personalization.visitor import Visitor
from tracking import selectors

# As many orders as somebody compares rules for; the list of orders has all.
MOST_DATES = 20
NO_DATES: tuple[PurchaseDates, ...] = ()
NO_SITUATIONS: tuple[Situation, ...] = ()


def orders_to_come(visitor: Visitor) -> tuple[selectors.OrderSummary, ...]:
    """Return what boxes and facts about open orders are made from; four queries, by `visitor.once` once for a page."""
    return selectors.open_orders_of(visitor.user, limit=selectors.MAX_OPEN_ORDERS)


@fact("tracking.open_orders", description=_("Your orders on the way"), default=0)
def open_orders(visitor: Visitor) -> int:
    return selectors.count_open_orders(visitor.user)


@fact("tracking.orders_in_trouble", description=_("Your orders that are late or need your attention"), default=0)
def orders_in_trouble(visitor: Visitor) -> int:
    return sum(1 for order in visitor.once(orders_to_come) if selectors.needs_attention(order))


@fact("tracking.order_situations", description=_("What your orders on the way are like"), default=NO_SITUATIONS)
def order_situations(visitor: Visitor) -> tuple[Situation, ...]:
    found = [situation for order in visitor.once(orders_to_come) for situation in order.situations]
    return tuple(dict.fromkeys(found))


@fact("tracking.order_dates", description=_("When you ordered, and when it arrived"), default=NO_DATES)
def order_dates(visitor: Visitor) -> tuple[PurchaseDates, ...]:
    return selectors.purchase_dates_of(visitor.user, limit=MOST_DATES)


@fact("tracking.delivered_this_week", description=_("What was delivered to you in the last seven days"), default=0)
def delivered_this_week(visitor: Visitor) -> int:
    return selectors.count_delivered_since(visitor.user, timezone.now() - timedelta(days=7))
