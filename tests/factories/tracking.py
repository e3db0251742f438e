"""The smallest valid orders; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from tracking.aftersales.returning import Choice
from tracking.aftersales.states import Condition, Remedy, ReturnReason
from tracking.models import Order, ProductTerms, ReturnRequest
from tracking.services import (
    EventPayload,
    LinePayload,
    OrderEventPayload,
    OrderPayload,
    ShipmentPayload,
    award_points,
    claim_orders,
    ingest_orders,
    request_return,
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


# --- After the sale ------------------------------------------------------------------------------


def make_terms(code="", **fields) -> ProductTerms:
    """The rules of the demo shop: 15 days, ten percent when opened, a year of warranty."""
    rules = {"return_days": 15, "opened_fee_percent": 10, "warranty_months": 12, **fields}
    return ProductTerms.objects.create(article_code=code, **rules)


def make_delivered_order(*, delivered_at=NOON, customer=None, **fields) -> Order:
    """An order whose only parcel arrived at `delivered_at`."""
    parcel = next(_parcels)
    event = event_payload("delivered", at=delivered_at, event_id=f"delivered-{parcel}")
    shipment = ShipmentPayload(key="p1", carrier="ghn", events=(event,))
    placed_at = delivered_at - timedelta(days=3)
    return make_order(customer=customer, **{"placed_at": placed_at, "shipments": [shipment], **fields})


def return_choice(order, *, line=0, quantity=1, reason="changed_mind", condition="unopened") -> Choice:
    line_id = order.lines.all()[line].pk
    return Choice(line_id, quantity, ReturnReason(reason), Condition(condition))


def make_return(order, *choices, request_key="r1", remedy="refund", user=None) -> ReturnRequest:
    return request_return(
        reference=order.reference,
        choices=choices or [return_choice(order)],
        remedy=Remedy(remedy),
        request_key=request_key,
        user=user,
    )


def award(owner, points, *, expires_on, usable_from=None, key=None, **fields):
    """Points that can be used from long ago on, unless the test says when."""
    return award_points(
        owner=owner,
        points=points,
        usable_from=usable_from or expires_on - timedelta(days=365),
        expires_on=expires_on,
        key=key or f"award-{next(_numbers)}",
        **fields,
    )
