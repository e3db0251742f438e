"""The smallest valid orders; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from tracking.models import Order
from tracking.services import (
    EventPayload,
    LinePayload,
    OrderEventPayload,
    OrderPayload,
    ShipmentPayload,
    claim_orders,
    ingest_orders,
)

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # 12:00 in Viet Nam, a Friday
_numbers = count(1)
_parcels = count(1)


def event_payload(status=None, *, at=NOON, **fields) -> EventPayload:
    return EventPayload(occurred_at=at, status=status, **fields)


def line_payload(key="1", *, quantity=1, **fields) -> LinePayload:
    return LinePayload(
        **{"key": key, "title": "Nồi chiên NM-F6", "quantity": quantity, "unit_price": 2_190_000, **fields}
    )


def shipment_payload(*statuses, key="p1", carrier="ghn", **fields) -> ShipmentPayload:
    """A parcel that was reported in `statuses`, an hour apart from noon on."""
    parcel = next(_parcels)
    events = tuple(
        event_payload(status, at=NOON + timedelta(hours=hour), event_id=f"{parcel}-{hour}")
        for hour, status in enumerate(statuses)
    )
    return ShipmentPayload(**{"key": key, "carrier": carrier, "events": events, **fields})


def order_payload(number=None, **fields) -> OrderPayload:
    return OrderPayload(
        **{
            "external_number": number or f"T-{next(_numbers)}",
            "placed_at": NOON,
            "contact_email": "an@example.com",
            "lines": (line_payload(),),
            **fields,
        }
    )


def order_event_payload(kind, *, at=NOON, **fields) -> OrderEventPayload:
    return OrderEventPayload(kind=kind, occurred_at=at, **fields)


def make_order(*, customer=None, source="shop", **fields) -> Order:
    """Store one order through the door; `customer` becomes its owner by a verified address."""
    if customer is not None:
        fields["contact_email"] = customer.email
    payload = order_payload(**fields)
    result = ingest_orders([payload], source=source)
    assert result.items[0].outcome != "rejected", result.items[0]
    if customer is not None:
        claim_orders(user=customer)
    return Order.objects.get(source=source, external_number=payload.external_number)
