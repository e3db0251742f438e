"""What boxes and facts about one customer are made of: their newest orders, read once for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from personalization.facts import PurchaseDates
from tracking.managers import OPEN_HEADLINES
from tracking.models import Order
from tracking.rule_inputs import outbound, placed_on, shop_today, terms_at_hand
from tracking.selectors.balances import TierView, tier_from
from tracking.selectors.orders import OrderSummary, summarise
from tracking.selectors.warranties import WarrantyView, warranties_among
from tracking.statuses import Status
from tracking.zones import SHOP_ZONE

# What a household orders in many years. Whoever orders more gets the same answers about these, and no level (it would be
# counted too low); the pages behind the boxes read everything.
NEWEST = 100


@dataclass(frozen=True)
class CustomerFile:
    """The newest orders of a customer with lines and parcels, latest first; `is_whole` unless there are more."""

    user: AbstractBaseUser | AnonymousUser
    orders: tuple[Order, ...] = ()
    is_whole: bool = True


def customer_file(user: AbstractBaseUser | AnonymousUser) -> CustomerFile:
    """Return the file of `user`: four queries, one for whoever never ordered, none for a guest."""
    if not user.is_authenticated:
        return CustomerFile(user)
    orders = tuple(Order.objects.owned_by(user).with_parcels()[: NEWEST + 1])
    return CustomerFile(user, orders[:NEWEST], is_whole=len(orders) <= NEWEST)


def open_orders_in(file: CustomerFile, limit: int) -> tuple[OrderSummary, ...]:
    """Return the orders that are still to come, latest first; no query."""
    return tuple(summarise(order) for order in file.orders if order.headline in OPEN_HEADLINES)[:limit]


def purchase_dates_in(file: CustomerFile, limit: int) -> tuple[PurchaseDates, ...]:
    """Return the days of the latest orders; no query.

    An order has arrived when its last parcel to the customer has; a return does not count.
    """
    return tuple(
        PurchaseDates(reference=order.reference, placed_on=placed_on(order), delivered_on=_arrived_on(order))
        for order in file.orders[:limit]
    )


def delivered_since(file: CustomerFile, moment: datetime) -> int:
    """Return how many orders had a parcel delivered since `moment`; no query."""
    return sum(
        any(
            parcel.status == Status.DELIVERED and parcel.status_at and parcel.status_at >= moment
            for parcel in outbound(order)
        )
        for order in file.orders
    )


def ending_warranties_in(file: CustomerFile, *, within: timedelta) -> tuple[WarrantyView, ...]:
    """Return the warranties that end within that time, those that end first in front; three queries at most.

    None for a guest. An appliance that was handed on to somebody else is theirs.
    """
    if not file.user.is_authenticated:
        return ()
    today = shop_today()
    return tuple(
        view
        for view in warranties_among(file.orders, file.user, terms_at_hand())
        if view.ends_on and today <= view.ends_on <= today + within
    )


def tier_in(file: CustomerFile) -> TierView | None:
    """Return the level of the customer; None if the file does not hold all that counts, or the shop has no levels."""
    return tier_from(file.orders) if file.user.is_authenticated and file.is_whole else None


def _arrived_on(order: Order) -> date | None:
    parcels = outbound(order)
    arrived_at = [parcel.status_at for parcel in parcels if parcel.status == Status.DELIVERED and parcel.status_at]
    if not arrived_at or len(arrived_at) < len(parcels):
        return None
    return timezone.localdate(max(arrived_at), SHOP_ZONE)
