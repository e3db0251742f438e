"""The cached state of orders and parcels, made from events and from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from tracking.bulk import overwrite
from tracking.folding import (
    FOLD_VERSION,
    LineQuantities,
    OrderReport,
    ParcelState,
    Report,
    ShipmentState,
    fold_order,
    fold_shipment,
)
from tracking.models import Direction, Order, OrderEvent, Shipment, TrackingEvent
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

    Cost: six reads and at most two writes, whatever the number of orders; callers pass at most a few hundred.
    """
    changed_orders: list[Order] = []
    changed_shipments: list[Shipment] = []
    for order in Order.objects.filter(pk__in=list(order_ids)).with_history():
        shipments = _refold(order)
        changed_shipments += shipments
        if shipments or _refold_headline(order):
            changed_orders.append(order)
    overwrite(Shipment, changed_shipments, _SHIPMENT_COLUMNS)
    overwrite(Order, changed_orders, ("headline", "state_digest"))
    return len(changed_orders)


def stale_orders() -> Iterator[Difference]:
    """Yield the orders whose cache differs from their events; writes nothing, memory bounded."""
    for order in Order.objects.with_history().order_by("pk").iterator(chunk_size=500):
        if _refold(order) or _refold_headline(order):
            yield Difference(order.pk, order.reference)


def shipment_state(events: Iterable[TrackingEvent]) -> ShipmentState:
    """Return the state of the parcel that has these events; needs no query."""
    return fold_shipment(_report(event) for event in events)


def order_report(event: OrderEvent) -> OrderReport:
    """Return what the fold reads from an order event."""
    return OrderReport(event.natural_key, event.source, event.kind, event.occurred_at, event.corrects_key)


def _refold(order: Order) -> list[Shipment]:
    """Set the cached columns of the order's parcels in memory; return the parcels that changed."""
    changed = []
    for shipment in order.shipments.all():
        state = shipment_state(shipment.events.all())
        # The columns are compared too: a digest alone would not notice a cache that was edited by hand.
        if shipment.state_digest != state.digest or _cached(shipment) != _columns(state):
            for name, value in _columns(state).items():
                setattr(shipment, name, value)
            shipment.state_digest = state.digest
            changed.append(shipment)
    # The headline follows the parcels, so it is set in the same go.
    if changed:
        _refold_headline(order)
    return changed


def _refold_headline(order: Order) -> bool:
    shipments = list(order.shipments.all())
    parcels = [
        ParcelState(str(shipment.pk), Status(shipment.status), shipment.direction == Direction.RETURN)
        for shipment in shipments
    ]
    headline = fold_order(line_quantities(order), parcels, [order_report(event) for event in order.events.all()])
    digest = _order_digest(headline, shipments)
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
        LineQuantities(line.quantity - line.cancelled_quantity, by_line.get(line.pk, {})) for line in order.lines.all()
    ]


def _report(event: TrackingEvent) -> Report:
    return Report(
        key=event.natural_key,
        source=event.source,
        source_rank=event.source_rank,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
        status=event.status,
        flags=tuple(event.flags),
        reason=event.reason,
        estimated_from=event.estimated_from,
        estimated_until=event.estimated_until,
        corrects_key=event.corrects_key,
        is_ahead_of_clock=event.is_ahead_of_clock,
    )


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


def _order_digest(headline: OrderHeadline, shipments: list[Shipment]) -> str:
    parts = (FOLD_VERSION, headline.value, sorted(shipment.state_digest for shipment in shipments))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
