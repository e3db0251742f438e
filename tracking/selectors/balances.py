"""Points, credit and level of membership: every unit readable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise

from personalization.registry import Choice
from portal.lib.languages import active_language
from portal.lib.money import format_amount
from portal.lib.snapshots import Snapshot
from tracking.aftersales.returning import paid_amounts
from tracking.aftersales.rewarding import (
    PointsBalance,
    Purchase,
    Tier,
    TierStanding,
    points_balance,
    tier_standing,
)
from tracking.aftersales.states import LedgerKind
from tracking.models import POINTS, LedgerEntry, LoyaltyTier, Order
from tracking.rule_inputs import deliveries_by_line, line_amount, shop_today, wanted_quantity
from tracking.services.ledger import lot_value, lots_in, purses_of_user

Text = str | Promise

ENTRIES_PER_PAGE = 20
# A level is kept for a year and goes down a step a year: so many years can still matter.
YEARS_THAT_COUNT = 5


@dataclass(frozen=True)
class LotView:
    """Points that were awarded together and are not used up."""

    left: int
    awarded: int
    usable_from: date
    expires_on: date
    is_waiting: bool
    text: str


@dataclass(frozen=True)
class EntryView:
    """One line of a statement; `amount` is a text with its sign, `is_gain` says which way."""

    occurred_at: datetime
    kind: Text
    text: str
    amount: str
    is_gain: bool
    order_reference: str
    expires_on: date | None


@dataclass(frozen=True)
class PointsStatement:
    """How many points somebody has, and why; `credit` are amounts with their currency."""

    balance: PointsBalance
    lots: tuple[LotView, ...]
    credit: tuple[str, ...]


@dataclass(frozen=True)
class TierView:
    """The level of membership in the reader's words."""

    code: str
    name: str
    benefits: str
    bought: str
    kept_until: date | None
    next_name: str
    next_benefits: str
    missing: str
    # How much of the way to the next level is done, in percent.
    progress: int


def points_of(user: AbstractBaseUser | AnonymousUser) -> PointsStatement:
    """Return the points and the credit of the account, guest accounts it has merged included; two queries at most.

    The balance is the sum of the live lots, whether what has expired was booked out yet or not.
    """
    purses = list(purses_of_user(user))
    today = shop_today()
    live = lots_in([purse for purse in purses if purse.unit == POINTS], since=today)
    lots = [lot for lot in live if lot_value(lot).left > 0]
    values = [lot_value(lot) for lot in lots]
    return PointsStatement(
        points_balance(values, today),
        tuple(
            LotView(
                value.left, lot.points, lot.usable_from, lot.expires_on, value.is_waiting(today), lot.transaction.text
            )
            for lot, value in zip(lots, values, strict=True)
        ),
        tuple(format_amount(purse.balance, purse.unit) for purse in purses if purse.unit != POINTS and purse.balance),
    )


def ledger_page(user: AbstractBaseUser | AnonymousUser, page: str | int) -> Page:
    """Return one page of the account's movements, latest first, as EntryView; four queries at most."""
    entries = LedgerEntry.objects.filter(account__in=purses_of_user(user))
    ordered = entries.select_related("transaction", "account", "lot").order_by("-transaction__occurred_at", "-pk")
    result = Paginator(ordered, ENTRIES_PER_PAGE).get_page(page)
    result.object_list = [_entry(entry) for entry in result.object_list]  # type: ignore[misc]  # a page of views
    return result


def tier_of(user: AbstractBaseUser | AnonymousUser) -> TierView | None:
    """Return the level of the customer and what the next one takes; None while the shop has no levels. Five queries."""
    if not getattr(user, "is_authenticated", False):
        return None
    since = timezone.now() - timedelta(days=366 * YEARS_THAT_COUNT)
    return tier_from(Order.objects.owned_by(user).filter(placed_at__gte=since).with_parcels())


def tier_from(orders: Iterable[Order]) -> TierView | None:
    """Return the level that a customer's orders of YEARS_THAT_COUNT make, read with their parcels.

    None while the shop has no levels. Cost: no query of its own when warm (see Snapshot), else one.
    """
    rows = tiers_snapshot.get()
    if not rows:
        return None
    return _tier_view(tier_standing([_tier(row) for row in rows], _purchases(orders), shop_today()))


def tier_choices(language: str) -> list[Choice]:
    """Return the levels as something to choose from, the lowest first. Cost: none when warm."""
    return [
        Choice(row.code, row.name_vi if language == "vi" else row.name_en or row.name_vi)
        for row in tiers_snapshot.get()
    ]


def signed_text(amount: int, unit: str) -> str:
    """Return "+1.408" for points, "−50.000 ₫" for credit: `amount` in whole points or minor units of the currency `unit`."""
    size = number_format(abs(amount), force_grouping=True) if unit == POINTS else format_amount(abs(amount), unit)
    return f"{'+' if amount > 0 else '−'}{size}"


def _entry(entry: LedgerEntry) -> EntryView:
    head = entry.transaction
    return EntryView(
        occurred_at=head.occurred_at,
        kind=LedgerKind(head.kind).label,
        text=head.text,
        amount=signed_text(entry.amount, entry.account.unit),
        is_gain=entry.amount > 0,
        order_reference=head.order_reference,
        expires_on=entry.lot.expires_on if entry.lot and entry.amount > 0 else None,
    )


def _purchases(orders: Iterable[Order]) -> list[Purchase]:
    """Return what arrived, line by line, after discount and without what went back."""
    purchases = []
    for order in orders:
        if order.currency != "VND":
            continue
        lines = list(order.lines.all())
        paid = paid_amounts([line_amount(line) for line in lines], order.discount_amount)
        deliveries = deliveries_by_line(order)
        for line, amount in zip(lines, paid, strict=True):
            back = line.returned_quantity
            for delivery in deliveries[line.pk]:
                kept = max(delivery.quantity - back, 0)
                back = max(back - delivery.quantity, 0)
                purchases.append(Purchase(delivery.on, amount * kept // max(wanted_quantity(line), 1)))
    return purchases


def _tier(row: LoyaltyTier) -> Tier:
    is_vietnamese = active_language() == "vi"
    return Tier(
        row.code,
        row.name_vi if is_vietnamese else row.name_en or row.name_vi,
        row.threshold_amount,
        row.benefits_vi if is_vietnamese else row.benefits_en or row.benefits_vi,
    )


def _tier_view(standing: TierStanding) -> TierView | None:
    if standing.tier is None:
        return None
    upper = standing.next_tier
    done = standing.bought_amount * 100 // upper.threshold_amount if upper and upper.threshold_amount else 100
    return TierView(
        code=standing.tier.code,
        name=standing.tier.name,
        benefits=standing.tier.benefits,
        bought=format_amount(standing.bought_amount, "VND"),
        kept_until=standing.kept_until,
        next_name=upper.name if upper else "",
        next_benefits=upper.benefits if upper else "",
        missing=format_amount(standing.missing_amount, "VND") if upper else "",
        progress=min(done, 100),
    )


tiers_snapshot = Snapshot("membership-levels", lambda: tuple(LoyaltyTier.objects.all()))
