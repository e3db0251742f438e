"""What tracking knows about a visitor: counts, references, codes and days, never what is in an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from personalization.facts import PurchaseDates, fact, tally
from personalization.situations import Situation
from personalization.visitor import Visitor
from tracking import fact_rules, selectors
from tracking.rule_inputs import shop_today

# As many orders as somebody compares rules for; the list of orders has all.
MOST_DATES = 20
POINTS_EXPIRE_WITHIN = timedelta(days=30)
NO_DATES: tuple[PurchaseDates, ...] = ()
NO_SITUATIONS: tuple[Situation, ...] = ()


@dataclass(frozen=True)
class EndingWarranty:
    """The product of a warranty that ends soon, and its last day."""

    product_code: str
    ends_on: date

    def __str__(self) -> str:
        return f"{self.product_code} ({date_format(self.ends_on, 'SHORT_DATE_FORMAT')})"


NO_WARRANTIES: tuple[EndingWarranty, ...] = ()


ORDERS = tally("tracking.orders", selectors.orders_kept_for)
PURSES = tally("tracking.purses", selectors.purses_kept_for)
APPLIANCES = tally("tracking.appliances", selectors.appliances_handed_to)
OWN_FILES = tally("tracking.own_files", selectors.files_of_own_appliances)


def file_of(visitor: Visitor) -> selectors.CustomerFile:
    """Return what all boxes and facts about orders are made from; by `visitor.once`, four queries for a page."""
    holdings = selectors.Holdings(
        visitor.tally(ORDERS), visitor.tally(PURSES), visitor.tally(APPLIANCES), visitor.tally(OWN_FILES)
    )
    return selectors.customer_file(visitor.user, holdings)


def orders_to_come(visitor: Visitor) -> tuple[selectors.OrderSummary, ...]:
    """Return the orders on their way; ask by `visitor.once`."""
    return selectors.open_orders_in(visitor.once(file_of))


def ending_warranties(visitor: Visitor) -> tuple[selectors.WarrantyView, ...]:
    """Return the warranties that end soon; ask by `visitor.once`. Cost: see `ending_warranties_in`."""
    return selectors.ending_warranties_in(visitor.once(file_of))


def points(visitor: Visitor) -> selectors.PointsStatement:
    """Return the points and the credit; ask by `visitor.once`. Two queries at most."""
    return selectors.points_in(visitor.once(file_of))


@fact("tracking.open_orders", description=_("Your orders on the way"), default=0, rule=fact_rules.OPEN_ORDERS)
def open_orders(visitor: Visitor) -> int:
    return len(visitor.once(orders_to_come))


@fact(
    "tracking.orders_in_trouble",
    description=_("Your orders that are late or need your attention"),
    default=0,
    rule=fact_rules.ORDERS_IN_TROUBLE,
)
def orders_in_trouble(visitor: Visitor) -> int:
    return sum(1 for order in visitor.once(orders_to_come) if selectors.needs_attention(order))


@fact("tracking.order_situations", description=_("What your orders on the way are like"), default=NO_SITUATIONS)
def order_situations(visitor: Visitor) -> tuple[Situation, ...]:
    found = [situation for order in visitor.once(orders_to_come) for situation in order.situations]
    return tuple(dict.fromkeys(found))


@fact("tracking.order_dates", description=_("When you ordered, and when it arrived"), default=NO_DATES)
def order_dates(visitor: Visitor) -> tuple[PurchaseDates, ...]:
    return selectors.purchase_dates_in(visitor.once(file_of), limit=MOST_DATES)


@fact(
    "tracking.delivered_this_week",
    description=_("What was delivered to you in the last seven days"),
    default=0,
    rule=fact_rules.DELIVERED_THIS_WEEK,
)
def delivered_this_week(visitor: Visitor) -> int:
    return selectors.delivered_since(visitor.once(file_of), timezone.now() - timedelta(days=7))


@fact(
    "tracking.warranty_ending",
    description=_("Warranties of yours that end soon"),
    default=NO_WARRANTIES,
    rule=fact_rules.WARRANTY_ENDING,
)
def warranty_ending(visitor: Visitor) -> tuple[EndingWarranty, ...]:
    return tuple(
        EndingWarranty(view.product_code, view.ends_on)
        for view in visitor.once(ending_warranties)
        if view.ends_on is not None
    )


@fact("tracking.points", description=_("Your points that can be used"), default=0)
def usable_points(visitor: Visitor) -> int:
    return visitor.once(points).balance.usable


@fact("tracking.points_expiring", description=_("Your points that expire within 30 days"), default=0)
def points_expiring(visitor: Visitor) -> int:
    last_day = shop_today() + POINTS_EXPIRE_WITHIN
    return sum(lot.left for lot in visitor.once(points).lots if not lot.is_waiting and lot.expires_on <= last_day)


@fact("tracking.tier", description=_("Your membership level"), default="", rule=fact_rules.TIER)
def tier(visitor: Visitor) -> str:
    level = selectors.tier_in(visitor.once(file_of))
    return level.code if level else ""
