"""Events as the fold reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tracking.folding import OrderReport, Report
from tracking.models import OrderEvent, TrackingEvent

# The columns in the order of Report's and OrderReport's fields; flags are a list in the database.
_BEFORE_FLAGS = ("natural_key", "source", "source_rank", "sequence", "occurred_at", "status")
_AFTER_FLAGS = ("reason", "estimated_from", "estimated_until", "corrects_key", "is_ahead_of_clock")
_ORDER_COLUMNS = ("natural_key", "source", "kind", "occurred_at", "corrects_key", "subject_key")


def parcel_report(event: TrackingEvent) -> Report:
    """Return what the fold reads from an event of a parcel."""
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


def order_report(event: OrderEvent) -> OrderReport:
    """Return what the fold reads from an event of an order."""
    return OrderReport(
        event.natural_key, event.source, event.kind, event.occurred_at, event.corrects_key, event.subject_key
    )


def parcel_reports_of(order_ids: Iterable[int]) -> Mapping[int, list[Report]]:
    """Return what was reported about the parcels of these orders, by parcel; one query, no model instances."""
    rows = TrackingEvent.objects.filter(shipment__order__in=order_ids).order_by()
    found: defaultdict[int, list[Report]] = defaultdict(list)
    for shipment_id, flags, *values in rows.values_list("shipment_id", "flags", *_BEFORE_FLAGS, *_AFTER_FLAGS):
        found[shipment_id].append(Report._make((*values[:6], tuple(flags), *values[6:])))
    return found


def order_reports_of(order_ids: Iterable[int]) -> Mapping[int, list[OrderReport]]:
    """Return what was reported about these orders as a whole, by order; one query, no model instances."""
    found: defaultdict[int, list[OrderReport]] = defaultdict(list)
    rows = OrderEvent.objects.filter(order__in=order_ids).order_by()
    for order_id, *values in rows.values_list("order_id", *_ORDER_COLUMNS):
        found[order_id].append(OrderReport._make(values))
    return found
