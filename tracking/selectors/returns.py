"""Returns and changes of an order: what is possible, what was asked for, where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from portal.lib.money import format_amount
from tracking.aftersales.cases import OPEN_RETURNS
from tracking.aftersales.changing import ChangeOffer, address_offer, cancel_offer
from tracking.aftersales.returning import Choice, LineEligibility, line_eligibility
from tracking.aftersales.states import Condition, Remedy, ReturnReason, ReturnStatus
from tracking.carriers import carrier_name, tracking_url
from tracking.disclosure import Tier, redact
from tracking.folding import standing_order_events
from tracking.models import Order, OrderEvent, ReturnLine, ReturnRequest
from tracking.presentation import Label
from tracking.reports import order_report
from tracking.rule_inputs import TermsBook, change_inputs, placed_on, shop_today, sold_lines
from tracking.services.changes import inputs_with_points
from tracking.services.returns import quote_return
from tracking.statuses import OrderEventKind, Status, tone

Text = str | Promise

RETURNS_SHOWN = 50
NO_LABEL = Label()
_TONES = {
    ReturnStatus.APPROVED: "ok",
    ReturnStatus.REFUNDED: "ok",
    ReturnStatus.EXCHANGED: "ok",
    ReturnStatus.REJECTED: "bad",
}


@dataclass(frozen=True)
class ChangeOffers:
    """What of an order its customer may still change."""

    cancel: ChangeOffer
    address: ChangeOffer


@dataclass(frozen=True)
class ReturnOption:
    """One line of an order and whether it may go back; `eligibility.sentence` is for the reader."""

    line_id: int
    title: str
    product_code: str
    quantity: int
    eligibility: LineEligibility


@dataclass(frozen=True)
class ReturnLineView:
    """One article of a return."""

    title: str = ""
    quantity: int = 0
    reason: Text = ""
    condition: Text = ""
    fee: str = ""


@dataclass(frozen=True)
class ReturnStepView:
    """Something that happened to a return."""

    label: Text = ""
    occurred_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class ReturnView:
    """One return as its customer sees it; amounts are texts, steps begin with the latest."""

    number: str = ""
    order_reference: str = ""
    order_number: str = ""
    status: Label = NO_LABEL
    requested_at: datetime | None = None
    remedy: Text = ""
    lines: tuple[ReturnLineView, ...] = ()
    steps: tuple[ReturnStepView, ...] = ()
    is_open: bool = False
    can_withdraw: bool = False
    expected_refund: str = ""
    refund: str = ""
    comment: str = ""
    parcel_carrier: str = ""
    parcel_status: Label = NO_LABEL
    parcel_number: str = ""
    parcel_url: str = ""


def change_offers(order: Order) -> ChangeOffers:
    """Return what may be changed now; `order` comes from `order_with_history`. One query."""
    now = timezone.now()
    return ChangeOffers(cancel_offer(inputs_with_points(order), now), address_offer(change_inputs(order), now))


def return_options(reference: str) -> tuple[ReturnOption, ...]:
    """Return every line of an order with its verdict, for a caller that has checked the reader. Ten queries."""
    order = Order.objects.with_parcels().with_returns().filter(reference=reference).first()
    if order is None:
        return ()
    lines = {line.pk: line for line in order.lines.all()}
    book = TermsBook.for_lines(lines.values())
    today, day = shop_today(), placed_on(order)
    return tuple(
        ReturnOption(
            sold.line_id,
            sold.title,
            lines[sold.line_id].product_code,
            sold.wanted,
            line_eligibility(sold, book.of_line(lines[sold.line_id], day), today),
        )
        for sold in sold_lines(order)
    )


def return_worth(reference: str, choices: Sequence[Choice]) -> int:
    """Return what the customer gets back for `choices`, in minor units; eleven queries. Errors: ReturnRefused."""
    order = Order.objects.with_history().with_returns().get(reference=reference)
    return sum(line.refund_amount for line in quote_return(order, choices))


def returns_of_order(reference: str, tier: Tier) -> tuple[ReturnView, ...]:
    """Return the returns of an order as a reader of `tier` sees them, latest first; four queries."""
    return _views(ReturnRequest.objects.filter(order__reference=reference), tier)


def returns_of(user: AbstractBaseUser | AnonymousUser, limit: int = RETURNS_SHOWN) -> tuple[ReturnView, ...]:
    """Return the returns of the customer's orders, latest first; four queries."""
    return _views(ReturnRequest.objects.filter(order__in=Order.objects.owned_by(user)), Tier.OWNER, limit)


def count_open_returns(user: AbstractBaseUser | AnonymousUser) -> int:
    """Return how many returns of the customer are not settled; one query."""
    return ReturnRequest.objects.filter(order__in=Order.objects.owned_by(user), status__in=OPEN_RETURNS).count()


def _views(requests: QuerySet[ReturnRequest], tier: Tier, limit: int = RETURNS_SHOWN) -> tuple[ReturnView, ...]:
    found = list(requests.select_related("order", "shipment").prefetch_related("lines__order_line")[:limit])
    steps: dict[str, list[OrderEvent]] = {}
    subjects = [request.subject_key for request in found]
    for event in OrderEvent.objects.filter(order__in={request.order_id for request in found}, subject_key__in=subjects):
        steps.setdefault(event.subject_key, []).append(event)
    return tuple(redact(_view(request, steps.get(request.subject_key, [])), tier) for request in found)


def _view(request: ReturnRequest, events: list[OrderEvent]) -> ReturnView:
    currency, status, parcel = request.order.currency, ReturnStatus(request.status), request.shipment
    return ReturnView(
        number=request.number,
        order_reference=request.order.reference,
        order_number=request.order.external_number,
        status=Label(status.value, status.label, _TONES.get(status, "warn" if status in OPEN_RETURNS else "neutral")),
        requested_at=request.requested_at,
        remedy=Remedy(request.remedy).label,
        lines=tuple(_line(line, currency) for line in request.lines.all()),
        steps=_steps(events),
        is_open=status in OPEN_RETURNS,
        can_withdraw=status in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED),
        expected_refund=format_amount(request.expected_refund_amount, currency),
        refund="" if request.refund_amount is None else format_amount(request.refund_amount, currency),
        comment=request.comment,
        parcel_carrier=carrier_name(parcel.carrier) if parcel else "",
        parcel_status=Label(parcel.status, Status(parcel.status).label, tone(parcel.status)) if parcel else NO_LABEL,
        parcel_number=parcel.tracking_number if parcel else "",
        parcel_url=tracking_url(parcel.carrier, parcel.tracking_number) if parcel else "",
    )


def _line(line: ReturnLine, currency: str) -> ReturnLineView:
    return ReturnLineView(
        title=line.order_line.title,
        quantity=line.quantity,
        reason=ReturnReason(line.reason).label,
        condition=Condition(line.condition).label,
        fee=format_amount(line.fee_amount, currency) if line.fee_amount else "",
    )


def _steps(events: list[OrderEvent]) -> tuple[ReturnStepView, ...]:
    by_key = {(event.source, event.natural_key): event for event in events}
    standing = standing_order_events(order_report(event) for event in events)
    return tuple(
        ReturnStepView(OrderEventKind(event.kind).label, event.occurred_at, event.text)
        for event in (by_key[report.source, report.key] for report in reversed(standing))
    )
