"""Appliances and their warranties, as their holder sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q
from django.utils.functional import Promise

from tracking.aftersales.cases import OPEN_CLAIMS
from tracking.aftersales.returning import PartTerm, Terms
from tracking.aftersales.states import ClaimStatus, RegistrationStatus
from tracking.aftersales.warranting import Cover, Period, warranty_period
from tracking.models import Order, OrderLine, Warranty, WarrantyClaim, WarrantyRegistration
from tracking.presentation import Label
from tracking.rule_inputs import TermsBook, placed_on, shop_today, terms_at_hand, wanted_quantity
from tracking.warranty_periods import days_in_repair, unit_delivered_on

Text = str | Promise

# As many orders as a household has in the years that a warranty lasts; the newest count.
ORDERS_READ = 200
_TONES = {Cover.RUNNING: "ok", Cover.ENDS_SOON: "warn"}


@dataclass(frozen=True)
class PartView:
    """A part with a warranty of its own."""

    name: str
    ends_on: date | None
    is_covered: bool


@dataclass(frozen=True)
class ClaimView:
    """One claim; `status` with the kind of its badge."""

    number: str
    status: Label
    fault: str
    opened_at: datetime
    is_open: bool


@dataclass(frozen=True)
class WarrantyView:
    """One appliance under warranty.

    line_id, unit   what `services.warranty_of_line` takes; None for one that was bought elsewhere
    warranty_id     what `services.open_claim` takes; None until a row is needed
    order_reference and order_number are empty when the order is somebody else's (bought second-hand)
    """

    title: str
    product_code: str
    serial_number: str
    cover: Label
    starts_on: date | None
    ends_on: date | None
    days_left: int | None
    parts: tuple[PartView, ...]
    claims: tuple[ClaimView, ...]
    order_reference: str
    order_number: str
    line_id: int | None
    unit: int
    warranty_id: int | None

    @property
    def can_claim(self) -> bool:
        return self.cover.value in (Cover.RUNNING, Cover.ENDS_SOON)


@dataclass(frozen=True)
class RegistrationView:
    """An appliance that the account says it has."""

    serial_number: str
    product_code: str
    status: Label
    registered_at: datetime


def warranties_of(user: AbstractBaseUser | AnonymousUser) -> tuple[WarrantyView, ...]:
    """Return every warranty that `user` holds, those that end first in front; at most twelve queries.

    From the user's orders, without what was handed on to somebody else, and what was handed to the user. Cancelled and
    returned pieces have none.
    """
    if not getattr(user, "is_authenticated", False):
        return ()
    orders = list(Order.objects.owned_by(user).with_parcels()[:ORDERS_READ])
    return warranties_among(orders, user, terms_at_hand())


def warranties_among(
    orders: Sequence[Order],
    user: AbstractBaseUser | AnonymousUser,
    book: TermsBook,
    rows: Sequence[Warranty] | None = None,
) -> tuple[WarrantyView, ...]:
    """Return the warranties from `orders` of `user`, whose parcels are read, and what was handed to the user.

    Three queries at most, none for `rows` that are read, four more for what was handed over with an order.
    """
    order_ids = {order.pk for order in orders}
    rows = warranty_rows(orders=order_ids, holders=[user.pk]) if rows is None else rows
    own_rows = {
        (row.order_line_id, row.unit): row for row in rows if row.order_line and row.order_line.order_id in order_ids
    }
    handed = [row for row in rows if row.holder_id == user.pk and (row.order_line_id, row.unit) not in own_rows]
    views = [
        _own_view(order, line, unit, own_rows.get((line.pk, unit)), terms)
        for order in orders
        for line in order.lines.all()
        if (terms := book.of_line(line, placed_on(order))) and terms.warranty_months
        for unit in range(1, wanted_quantity(line) - line.returned_quantity + 1)
        if _is_held(own_rows.get((line.pk, unit)), user)
    ]
    sold_in = Order.objects.with_parcels().in_bulk({row.order_line.order_id for row in handed if row.order_line})
    views += [_handed_view(row, book, sold_in) for row in handed]
    return tuple(sorted(views, key=lambda view: (view.ends_on is None, view.ends_on or date.max, view.title)))


def registrations_of(user: AbstractBaseUser | AnonymousUser) -> tuple[RegistrationView, ...]:
    """Return what the account has registered and nobody has confirmed; one query, alike for real and made-up numbers."""
    if not getattr(user, "is_authenticated", False):
        return ()
    registered = WarrantyRegistration.objects.filter(user=user)  # type: ignore[misc]  # signed in: a user
    waiting = registered.exclude(status=RegistrationStatus.CONFIRMED)
    return tuple(
        RegistrationView(
            row.serial_number,
            row.product_code,
            Label(row.status, RegistrationStatus(row.status).label, "warn" if row.status == "pending" else "neutral"),
            row.registered_at,
        )
        for row in waiting
    )


def warranty_rows(*, orders: Collection[int], holders: Collection[int | None]) -> list[Warranty]:
    """Return what is kept about warranties of these orders, and of what was handed to these accounts; three queries."""
    return list(
        Warranty.objects.filter(Q(order_line__order__in=orders) | Q(holder__in=holders))
        .select_related("order_line__order")
        .prefetch_related(Prefetch("claims", WarrantyClaim.objects.prefetch_related("events")))
    )


def _is_held(row: Warranty | None, user: AbstractBaseUser | AnonymousUser) -> bool:
    return row is None or row.holder_id is None or row.holder_id == user.pk


def _own_view(order: Order, line: OrderLine, unit: int, row: Warranty | None, terms: Terms) -> WarrantyView:
    starts_on = unit_delivered_on(order, line, unit)
    period = warranty_period(starts_on, terms.warranty_months, repair_days=days_in_repair(row) if row else 0)
    return _view(row, period, terms.parts, line.title, line.product_code, order, line.pk, unit)


def _handed_view(row: Warranty, book: TermsBook, sold_in: Mapping[int, Order]) -> WarrantyView:
    line, starts_on, months = row.order_line, row.starts_on, row.months or 0
    parts: tuple[PartTerm, ...] = ()
    if line is not None:
        order = sold_in[line.order_id]
        starts_on = unit_delivered_on(order, line, row.unit)
        if terms := book.of_line(line, placed_on(order)):
            months, parts = terms.warranty_months, terms.parts
    period = warranty_period(starts_on, months, repair_days=days_in_repair(row))
    return _view(row, period, parts, row.title, row.product_code, None, row.order_line_id, row.unit)


def _view(
    row: Warranty | None,
    period: Period,
    parts: Iterable[PartTerm],
    title: str,
    product_code: str,
    order: Order | None,
    line_id: int | None,
    unit: int,
) -> WarrantyView:
    today = shop_today()
    cover = period.cover(today)
    return WarrantyView(
        title=title,
        product_code=product_code,
        serial_number=row.serial_number if row else "",
        cover=Label(cover.value, cover.label, _TONES.get(cover, "neutral")),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        days_left=(period.ends_on - today).days if period.ends_on and period.ends_on >= today else None,
        parts=tuple(_part(part, period, today) for part in parts),
        claims=tuple(_claim(claim) for claim in row.claims.all()) if row else (),
        order_reference=order.reference if order else "",
        order_number=order.external_number if order else "",
        line_id=line_id,
        unit=unit,
        warranty_id=row.pk if row else None,
    )


def _part(part: PartTerm, period: Period, today: date) -> PartView:
    ends_on = warranty_period(period.starts_on, part.months).ends_on
    return PartView(part.name, ends_on, ends_on is not None and today <= ends_on)


def _claim(claim: WarrantyClaim) -> ClaimView:
    status = ClaimStatus(claim.status)
    is_open = status in OPEN_CLAIMS
    badge = "warn" if is_open else "bad" if status == ClaimStatus.REFUSED else "ok"
    return ClaimView(claim.number, Label(status.value, status.label, badge), claim.fault, claim.opened_at, is_open)
