"""The cached state of orders and parcels, made from events and from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from tracking.aftersales.cases import RECEIVED_RETURNS, fold_return
from tracking.aftersales.states import ReturnStatus
from tracking.bulk import overwrite
from tracking.folding import (
    FOLD_VERSION,
    LineQuantities,
    OrderReport,
    ParcelState,
    ShipmentState,
    fold_order,
    fold_shipment,
)
from tracking.models import Direction, Order, OrderLine, ReturnRequest, Shipment, TrackingEvent
from tracking.reports import order_report, parcel_report
from tracking.statuses import OrderHeadline, Status

_SHIPMENT_COLUMNS = (
    "status", "flags", "reason", "status_at", "last_event_at", "estimated_from", "estimated_until", "failed_attempts",
    "state_digest",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """An order whose cache does not say what its events add up to."""

    order_id: int
    reference: str


@transaction.atomic
def refresh_state(*, order_ids: Iterable[int]) -> int:
    """Fold the events of these orders again and store what changed; return how many orders changed.

    Cost: eight reads and at most four writes, whatever the number of orders; callers pass at most a few hundred.
    """
    changes = _Changes()
    for order in Order.objects.filter(pk__in=list(order_ids)).with_history().with_returns():
        changes.refold(order)
    overwrite(Shipment, changes.shipments, _SHIPMENT_COLUMNS)
    overwrite(ReturnRequest, changes.returns, ("status",))
    overwrite(OrderLine, changes.lines, ("returned_quantity",))
    overwrite(Order, changes.headlines, ("headline", "state_digest"))
    return len(changes.orders)


def stale_orders() -> Iterator[Difference]:
    """Yield the orders whose cache differs from their events; writes nothing, memory bounded."""
    for order in Order.objects.with_history().with_returns().order_by("pk").iterator(chunk_size=500):
        if _Changes().refold(order):
            yield Difference(order.pk, order.reference)


def shipment_state(events: Iterable[TrackingEvent]) -> ShipmentState:
    """Return the state of the parcel that has these events; needs no query."""
    return fold_shipment(map(parcel_report, events))


@dataclass
class _Changes:
    """The rows whose cached columns were found wrong and set right in memory."""

    orders: set[int] = field(default_factory=set)
    headlines: list[Order] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[ReturnRequest] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)

    def refold(self, order: Order) -> bool:
        """Compare the caches of `order` with its events; say whether any differed."""
        reports = [order_report(event) for event in order.events.all()]
        shipments = [shipment for shipment in order.shipments.all() if _refold_shipment(shipment)]
        returns = [request for request in order.returns.all() if _refold_return(request, reports)]
        lines = [line for line in order.lines.all() if _refold_line(line, order)]
        # The headline follows from the others, so it comes last.
        has_changed = _refold_headline(order, reports)
        self.shipments += shipments
        self.returns += returns
        self.lines += lines
        if has_changed:
            self.headlines.append(order)
        if has_changed or shipments or returns or lines:
            self.orders.add(order.pk)
            return True
        return False


def _refold_shipment(shipment: Shipment) -> bool:
    state = shipment_state(shipment.events.all())
    # The columns are compared too: a digest alone would not notice a cache that was edited by hand.
    if shipment.state_digest == state.digest and _cached(shipment) == _columns(state):
        return False
    for name, value in _columns(state).items():
        setattr(shipment, name, value)
    shipment.state_digest = state.digest
    return True


def _refold_return(request: ReturnRequest, reports: Iterable[OrderReport]) -> bool:
    status = fold_return(report for report in reports if report.subject_key == request.subject_key).status
    is_stale = request.status != status
    request.status = status
    return is_stale


def _refold_line(line: OrderLine, order: Order) -> bool:
    returned = sum(
        content.quantity
        for request in order.returns.all()
        if request.status in RECEIVED_RETURNS
        for content in request.lines.all()
        if content.order_line_id == line.pk
    )
    is_stale = line.returned_quantity != returned
    line.returned_quantity = returned
    return is_stale


def _refold_headline(order: Order, reports: Iterable[OrderReport]) -> bool:
    shipments = list(order.shipments.all())
    parcels = [
        ParcelState(str(shipment.pk), Status(shipment.status), shipment.direction == Direction.RETURN)
        for shipment in shipments
    ]
    returns = [ReturnStatus(request.status) for request in order.returns.all()]
    headline = fold_order(line_quantities(order), parcels, reports, returns)
    digest = _order_digest(headline, shipments, returns)
    if (order.headline, order.state_digest) == (headline, digest):
        return False
    order.headline, order.state_digest = headline, digest
    return True


def line_quantities(order: Order) -> list[LineQuantities]:
    """Return how the order's pieces are spread over its outbound parcels; needs a prefetched order.

    A seller who does not say what is in which of several parcels still has parcels: each then counts as one piece.
    """
    outbound = [shipment for shipment in order.shipments.all() if shipment.direction == Direction.OUTBOUND]
    if outbound and not any(shipment.lines.all() for shipment in outbound):
        return [LineQuantities(1, {str(shipment.pk): 1}) for shipment in outbound]
    by_line: dict[int, dict[str, int]] = {}
    for shipment in outbound:
        for line in shipment.lines.all():
            by_line.setdefault(line.order_line_id, {})[str(shipment.pk)] = line.quantity
    return [
        LineQuantities(line.quantity - line.cancelled_quantity, by_line.get(line.pk, {}), line.returned_quantity)
        for line in order.lines.all()
    ]


def _columns(state: ShipmentState) -> dict[str, object]:
    return {
        "status": state.status.value,
        "flags": sorted(state.flags),
        "reason": state.reason,
        "status_at": state.status_at,
        "last_event_at": state.last_event_at,
        "estimated_from": state.estimated_from,
        "estimated_until": state.estimated_until,
        "failed_attempts": state.failed_attempts,
    }


def _cached(shipment: Shipment) -> dict[str, object]:
    return {name: getattr(shipment, name) for name in _SHIPMENT_COLUMNS if name != "state_digest"}


def _order_digest(headline: OrderHeadline, shipments: list[Shipment], returns: list[ReturnStatus]) -> str:
    digests = sorted(shipment.state_digest for shipment in shipments)
    parts = (FOLD_VERSION, headline.value, digests, sorted(status.value for status in returns))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
