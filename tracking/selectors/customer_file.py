"""What boxes and facts about one customer are made of: their newest orders, read once for a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from personalization.facts import PurchaseDates
from tracking.aftersales.rewarding import PointsBalance
from tracking.aftersales.warranting import add_months
from tracking.managers import OPEN_HEADLINES, PARCELS
from tracking.models import Direction, LedgerAccount, Order, Warranty
from tracking.rule_inputs import placed_on, shop_today, terms_at_hand
from tracking.selectors.balances import PointsStatement, TierView, points_of, tier_from
from tracking.selectors.orders import MAX_OPEN_ORDERS, OrderSummary, summarise
from tracking.selectors.warranties import WarrantyView, warranties_among, warranty_rows
from tracking.services.ledger import purses_of_user
from tracking.statuses import Status
from tracking.zones import SHOP_ZONE

# What a household orders in many years. Whoever orders more gets the same answers about these, and no level (it would be
# counted too low); the pages behind the boxes read everything.
NEWEST = 100
# Long enough ahead to have a fault looked at while it costs nothing, short enough that it is news.
WARRANTY_ENDS_WITHIN = timedelta(days=60)
# More than all repairs of one appliance have ever taken.
LONGEST_REPAIRS = timedelta(days=365)


@dataclass(frozen=True)
class Holdings:
    """How many rows there are, counted beside what the account chose (tracking/visitor_facts.py): what is not is not asked for.

    purses        with points or credit, of guest accounts that were merged too
    appliances    that were handed to the account, or registered by it
    own_files     of appliances in its own orders, which have one when their number is known or somebody claimed on them
    """

    orders: int = 0
    purses: int = 0
    appliances: int = 0
    own_files: int = 0


@dataclass(frozen=True)
class CustomerFile:
    """The newest orders of a customer, latest first; `is_whole` unless there are more."""

    user: AbstractBaseUser | AnonymousUser
    orders: tuple[Order, ...] = ()
    is_whole: bool = True
    holdings: Holdings = Holdings()
    # Warranties of these orders, and those handed to the customer; None: not read yet.
    warranties: tuple[Warranty, ...] | None = None


def purses_kept_for(user: AbstractBaseUser) -> QuerySet[LedgerAccount]:
    """Return the purses of the account, for whoever counts them; asks nothing."""
    return purses_of_user(user)


def orders_kept_for(user: AbstractBaseUser) -> QuerySet[Order]:
    """Return the orders of the account, for whoever counts them; asks nothing."""
    return Order.objects.owned_by(user)


def appliances_handed_to(user: AbstractBaseUser) -> QuerySet[Warranty]:
    """Return the appliances that the account registered or was handed, for whoever counts them; asks nothing."""
    return Warranty.objects.filter(holder_id=user.pk)


def files_of_own_appliances(user: AbstractBaseUser) -> QuerySet[Warranty]:
    """Return what is kept of appliances in the account's own orders, for whoever counts it; asks nothing."""
    return Warranty.objects.filter(order_line__order__customer_id=user.pk)


def customer_file(user: AbstractBaseUser | AnonymousUser, holdings: Holdings) -> CustomerFile:
    """Return the file of `user`: one query, none for whoever never ordered.

    Lines and parcels are read by those who need them, for the orders that they need: three queries more, once for each
    order, whatever their number.
    """
    if not (holdings.orders and user.is_authenticated):
        return CustomerFile(user, holdings=holdings)
    orders = tuple(_with_arrival(Order.objects.owned_by(user))[: NEWEST + 1])
    return CustomerFile(user, orders[:NEWEST], len(orders) <= NEWEST, holdings)


def customer_files(user_ids: Sequence[int]) -> dict[int, CustomerFile]:
    """Return the files of those of these accounts that have any order or warranty, all read: eight queries.

    For counts over many accounts; the files do not say whether there are points.
    """
    orders: dict[int, list[Order]] = defaultdict(list)
    found = _with_arrival(Order.objects.filter(customer__in=user_ids)).order_by("-placed_at", "-pk")
    for order in _with_parcels(list(found)):
        if order.customer_id is not None:
            orders[order.customer_id].append(order)
    owners = {order.pk: user_id for user_id, theirs in orders.items() for order in theirs}
    warranties: dict[int, dict[int, Warranty]] = defaultdict(dict)
    for row in warranty_rows(orders=owners.keys(), holders=user_ids):
        line = row.order_line
        for user_id in (owners.get(line.order_id) if line else None, row.holder_id):
            if user_id is not None:
                warranties[user_id][row.pk] = row
    users = get_user_model().objects.in_bulk(orders.keys() | (warranties.keys() & set(user_ids)))
    return {
        user_id: CustomerFile(
            user,
            tuple(orders[user_id][:NEWEST]),
            is_whole=len(orders[user_id]) <= NEWEST,
            holdings=_holdings_in(orders[user_id], list(warranties[user_id].values()), user_id),
            warranties=tuple(warranties[user_id].values()),
        )
        for user_id, user in users.items()
    }


def open_orders_in(file: CustomerFile) -> tuple[OrderSummary, ...]:
    """Return the orders that are still to come, latest first; three queries, none if there are none."""
    coming = _coming(file)
    if coming:
        # What the warranties look into is read along: the boxes of one page ask once.
        _with_parcels([*coming, *_may_end_soon(file)])
    return tuple(summarise(order) for order in coming)


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
    arrivals = (order.last_arrival_at for order in file.orders)  # type: ignore[attr-defined]  # annotated
    return sum(arrived_at is not None and arrived_at >= moment for arrived_at in arrivals)


def ending_warranties_in(file: CustomerFile) -> tuple[WarrantyView, ...]:
    """Return the warranties that end within WARRANTY_ENDS_WITHIN, those that end first in front.

    None for a guest. An appliance that was handed on to somebody else is theirs. Seven queries at most, none for whoever
    has nothing that could end.
    """
    candidates = _may_end_soon(file)
    if not (candidates or file.holdings.appliances):
        return ()
    _with_parcels([*_coming(file), *candidates])
    today = shop_today()
    rows = file.warranties if file.holdings.appliances or file.holdings.own_files else ()
    return tuple(
        view
        for view in warranties_among(candidates, file.user, terms_at_hand(), rows=rows)
        if view.ends_on and today <= view.ends_on <= today + WARRANTY_ENDS_WITHIN
    )


def tier_in(file: CustomerFile) -> TierView | None:
    """Return the level of the customer; None if the file does not hold all that counts, or the shop has no levels."""
    return tier_from(_with_parcels(file.orders)) if file.user.is_authenticated and file.is_whole else None


def points_in(file: CustomerFile) -> PointsStatement:
    """Return the points and the credit of the customer; two queries at most, none without a purse."""
    return points_of(file.user) if file.holdings.purses else PointsStatement(PointsBalance(), (), ())


def _with_arrival(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With how many `parcels` go to the customer, `arrived_parcels` of them, and `last_arrival_at`."""
    outbound = Q(shipments__direction=Direction.OUTBOUND)
    arrived = outbound & Q(shipments__status=Status.DELIVERED)
    return orders.annotate(
        parcels=Count("shipments", filter=outbound),
        arrived_parcels=Count("shipments", filter=arrived),
        last_arrival_at=Max("shipments__status_at", filter=arrived),
    )


def _coming(file: CustomerFile) -> list[Order]:
    return [order for order in file.orders if order.headline in OPEN_HEADLINES][:MAX_OPEN_ORDERS]


def _may_end_soon(file: CustomerFile) -> list[Order]:
    today, lengths = shop_today(), terms_at_hand().warranty_lengths()
    # What has no file was never repaired.
    repairs = LONGEST_REPAIRS if file.holdings.own_files else timedelta()
    return [order for order in file.orders if _may_end(order, lengths, today, repairs)]


def _with_parcels(orders: Sequence[Order]) -> Sequence[Order]:
    """Return the same orders, their lines and parcels read; those of which they are read cost nothing."""
    prefetch_related_objects(list(dict.fromkeys(orders)), *PARCELS)
    return orders


def _arrived_on(order: Order) -> date | None:
    if not order.parcels or order.arrived_parcels < order.parcels or order.last_arrival_at is None:  # type: ignore[attr-defined]  # annotated
        return None
    return timezone.localdate(order.last_arrival_at, SHOP_ZONE)  # type: ignore[attr-defined]  # annotated


def _may_end(order: Order, lengths: Collection[int], today: date, repairs: timedelta) -> bool:
    """Say whether a warranty of one of these lengths could end soon, before anybody looks at the lines.

    Parts of an order may have come before its last parcel, and repairs make a warranty longer.
    """
    arrived_at = order.last_arrival_at  # type: ignore[attr-defined]  # annotated
    if arrived_at is None:
        return False
    first, last = placed_on(order), timezone.localdate(arrived_at, SHOP_ZONE) + repairs
    until = today + WARRANTY_ENDS_WITHIN
    return any(add_months(first, months) <= until and add_months(last, months) >= today for months in lengths)


def _holdings_in(orders: Sequence[Order], warranties: Sequence[Warranty], user_id: int) -> Holdings:
    handed = sum(row.holder_id == user_id for row in warranties)
    return Holdings(orders=len(orders), appliances=handed, own_files=len(warranties))
