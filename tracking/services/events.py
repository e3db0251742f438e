"""News of parcels: accepted once, however often and in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tracking.carriers import Meaning, meaning_of
from tracking.models import Order, OrderEvent, Shipment, SourceRank, TrackingEvent
from tracking.payloads import EventPayload, OrderEventPayload
from tracking.services.state import refresh_state

# A sender's clock may run ahead by this much before we stop trusting the time (docs/operations.md asks for NTP).
CLOCK_TOLERANCE = timedelta(minutes=10)


E = TypeVar("E", TrackingEvent, OrderEvent)


@dataclass(frozen=True)
class ParcelEvent:
    """News of the parcel that `carrier` knows by `tracking_number`."""

    carrier: str
    tracking_number: str
    event: EventPayload


@dataclass(frozen=True)
class EventResult:
    """What became of one event: "accepted", "repeated" or "unknown_parcel"."""

    outcome: str


@transaction.atomic
def record_events(
    events: Sequence[ParcelEvent], *, source: str, rank: SourceRank = SourceRank.SELLER
) -> list[EventResult]:
    """Store news of parcels and return, in the same order, what became of each.

    Late, repeated and shuffled events are normal: the resulting state depends only on the set of events.
    Errors  none for an unknown parcel: it is reported in its result and the other events are stored.
    Cost    ten queries, whatever the number of events.
    """
    shipments = _shipments_by_number(events)
    rows: list[TrackingEvent | None] = []
    for item in events:
        shipment = shipments.get((item.carrier, item.tracking_number))
        rows.append(build_event(item.event, shipment, source=source, rank=rank) if shipment else None)
    new_keys = store_events([row for row in rows if row is not None])
    refresh_state(order_ids={row.shipment.order_id for row in rows if row is not None and row.natural_key in new_keys})
    return [_result(row, new_keys) for row in rows]


def build_event(payload: EventPayload, shipment: Shipment, *, source: str, rank: SourceRank) -> TrackingEvent:
    """Return the unsaved row for `payload`; the carrier's table translates a code that came without a status."""
    now = timezone.now()
    if payload.status is not None:
        meaning = Meaning(payload.status)
    elif payload.code:
        meaning = meaning_of(payload.vocabulary or shipment.carrier, payload.code)
    else:
        meaning = Meaning(None)
    return TrackingEvent(
        shipment=shipment,
        source=source,
        source_rank=rank,
        natural_key=payload.natural_key(shipment.carrier, _identity(shipment)),
        sequence=payload.sequence,
        occurred_at=payload.occurred_at,
        utc_offset_minutes=payload.utc_offset_minutes,
        time_confidence=payload.time_confidence,
        is_ahead_of_clock=payload.occurred_at > now + CLOCK_TOLERANCE,
        status=meaning.status or "",
        flags=[flag.value for flag in meaning.flags],
        reason=payload.reason or meaning.reason or "",
        place=payload.place,
        received_by=payload.received_by,
        estimated_from=payload.estimated_from,
        estimated_until=payload.estimated_until,
        raw_code=payload.code,
        raw_text=payload.text,
        raw_time=payload.raw_time,
        corrects_key=payload.corrects_key,
        received_at=now,
    )


def build_order_event(payload: OrderEventPayload, order: Order, *, source: str) -> OrderEvent:
    """Return the unsaved row for `payload`."""
    return OrderEvent(
        order=order,
        source=source,
        natural_key=payload.natural_key(order.external_number),
        kind=payload.kind,
        occurred_at=payload.occurred_at,
        subject_key=payload.subject_key,
        text=payload.text,
        corrects_key=payload.corrects_key,
        received_at=timezone.now(),
    )


def store_events(rows: Sequence[TrackingEvent]) -> set[str]:
    """Insert the rows that are not there yet and return the keys of the new ones; two queries."""
    known = TrackingEvent.objects.filter(_same_key(rows)).values_list("natural_key", flat=True) if rows else ()
    fresh = _fresh(rows, set(known))
    # Two senders may race with the same event: the unique constraint decides, quietly.
    TrackingEvent.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return {row.natural_key for row in fresh}


def store_order_events(rows: Sequence[OrderEvent]) -> set[str]:
    """Insert the rows that are not there yet and return the keys of the new ones; two queries."""
    known = OrderEvent.objects.filter(_same_key(rows)).values_list("natural_key", flat=True) if rows else ()
    fresh = _fresh(rows, set(known))
    OrderEvent.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return {row.natural_key for row in fresh}


def _same_key(rows: Sequence[TrackingEvent] | Sequence[OrderEvent]) -> Q:
    return Q(source__in={row.source for row in rows}, natural_key__in=[row.natural_key for row in rows])


def _fresh(rows: Sequence[E], known: set[str]) -> list[E]:
    unique = {row.natural_key: row for row in rows}
    return [row for key, row in unique.items() if key not in known]


def _shipments_by_number(events: Iterable[ParcelEvent]) -> dict[tuple[str, str], Shipment]:
    numbers = {item.tracking_number for item in events if item.tracking_number}
    found = Shipment.objects.filter(tracking_number__in=numbers).order_by("pk")
    return {(shipment.carrier, shipment.tracking_number): shipment for shipment in found}


def _identity(shipment: Shipment) -> str:
    """What tells this parcel's events from another's when neither has a tracking number."""
    return shipment.tracking_number or f"{shipment.order_id}/{shipment.shipment_key}"


def _result(row: TrackingEvent | None, new_keys: set[str]) -> EventResult:
    if row is None:
        return EventResult("unknown_parcel")
    return EventResult("accepted" if row.natural_key in new_keys else "repeated")
