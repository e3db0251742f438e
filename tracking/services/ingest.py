"""Orders from outside: one door for files, API and demo; idempotent, in bulk, with an answer for every item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from portal.lib.text import fold
from tracking.bulk import overwrite
from tracking.models import Order, OrderLine, Shipment, ShipmentLine, SourceRank
from tracking.payloads import OrderPayload, ShipmentPayload
from tracking.provinces import province_of
from tracking.references import make_reference, normalise_number
from tracking.services.addresses import standing_addresses
from tracking.services.claiming import verified_owners
from tracking.services.erasing import blank_person
from tracking.services.events import build_event, build_order_event, store_events, store_order_events
from tracking.services.fulfilling import fulfillment_ids, write_fulfillments
from tracking.services.serials import serials_of, taken_serials, write_serials
from tracking.services.state import refresh_state

# SQLite's parameter limit and a transaction that other writers can wait for.
MAX_BATCH = 500

_ORDER_COLUMNS = (
    "placed_at", "contact_email", "contact_phone", "recipient_name", "recipient_address", "currency", "shipping_amount",
    "discount_amount", "cod_amount", "promised_from", "promised_until", "changes_until",
)  # fmt: skip
_DERIVED_COLUMNS = ("name_key", "recipient_province", "has_holds", "payload_digest", "customer", "updated_at")
_LINE_COLUMNS = ("position", "product_code", "sku", "title", "quantity", "cancelled_quantity", "unit_price")
_SHIPMENT_COLUMNS = ("position", "carrier", "tracking_number", "direction")
_STORED_SHIPMENT_COLUMNS = (*_SHIPMENT_COLUMNS, "fulfillment")


@dataclass(frozen=True)
class ItemResult:
    """What became of one order: "created", "updated", "unchanged" or "rejected", then with field and reason."""

    external_number: str
    outcome: str
    reference: str = ""
    field: str = ""
    reason: str = ""


@dataclass(frozen=True)
class IngestResult:
    """What became of a batch, item by item in the order given."""

    items: tuple[ItemResult, ...]

    def count(self, outcome: str) -> int:
        return sum(item.outcome == outcome for item in self.items)


class BatchTooLarge(ValueError):
    """More orders than one transaction should hold; send them in batches."""


@transaction.atomic
def ingest_orders(
    payloads: Sequence[OrderPayload], *, source: str, rank: SourceRank = SourceRank.SELLER
) -> IngestResult:
    """Create or update orders with their lines, parcels and events; return what became of each.

    An order is known by (source, external number). Sent again it is updated, or left alone when nothing changed;
    its events are only ever added. A faulty item is rejected with its field and reason, the others are stored.
    Units   amounts in minor units of the order's currency; times with zone.
    Cost    a constant number of queries for a batch of at most MAX_BATCH orders, in one transaction.
    Errors  BatchTooLarge.
    """
    if len(payloads) > MAX_BATCH:
        raise BatchTooLarge(f"{len(payloads)} orders in one batch; at most {MAX_BATCH}")
    rejected = _rejections(payloads, source)
    accepted = [payload for index, payload in enumerate(payloads) if index not in rejected]
    existing = _existing_orders(accepted, source)
    digests = {number: order.payload_digest for number, order in existing.items()}

    orders = _write_orders(accepted, existing, source)
    changed = [payload for payload in accepted if digests.get(payload.external_number) != payload.digest()]
    _write_lines(changed, orders)
    write_fulfillments(changed, orders)
    _write_shipments(changed, orders)
    write_serials(changed, orders)
    with_news = _write_events(accepted, orders, source, rank)
    refresh_state(order_ids={orders[payload.external_number].pk for payload in changed} | with_news)

    changed_numbers = {payload.external_number for payload in changed}
    return IngestResult(
        tuple(
            rejected[index]
            if index in rejected
            else ItemResult(
                payload.external_number,
                _outcome(payload.external_number, digests, changed_numbers, orders, with_news),
                orders[payload.external_number].reference,
            )
            for index, payload in enumerate(payloads)
        )
    )


def _outcome(
    number: str, digests: dict[str, str], changed: set[str], orders: dict[str, Order], with_news: set[int]
) -> str:
    if number not in digests:
        return "created"
    return "updated" if number in changed or orders[number].pk in with_news else "unchanged"


def _rejections(payloads: Sequence[OrderPayload], source: str) -> dict[int, ItemResult]:
    """Return the items, by index, that the database or the rest of the batch contradicts; two queries."""
    numbers = {shipment.tracking_number for payload in payloads for shipment in payload.shipments} - {""}
    taken = {
        (carrier, number): (order_source, external)
        for carrier, number, order_source, external in Shipment.objects.filter(tracking_number__in=numbers).values_list(
            "carrier", "tracking_number", "order__source", "order__external_number"
        )
    }
    fixed = {payload.reference: payload.external_number for payload in payloads if payload.reference}
    references = {
        reference: (order_source, external)
        for reference, order_source, external in Order.objects.filter(reference__in=fixed).values_list(
            "reference", "source", "external_number"
        )
    }
    serials = taken_serials(payloads)
    rejected: dict[int, ItemResult] = {}
    seen: set[str] = set()
    for index, payload in enumerate(payloads):
        number = payload.external_number
        me = (source, number)
        if number in seen:
            rejected[index] = _rejection(number, "external_number", "the batch holds this order twice")
        elif payload.reference and references.get(payload.reference, me) != me:
            rejected[index] = _rejection(number, "reference", "another order has this reference")
        else:
            for shipment in payload.shipments:
                key = (shipment.carrier, shipment.tracking_number)
                if shipment.tracking_number and taken.setdefault(key, me) != me:
                    rejected[index] = _rejection(number, "tracking_number", "another order has this tracking number")
            for serial in serials_of(payload):
                if serials.setdefault(serial, me) != me:
                    rejected[index] = _rejection(number, "serial_numbers", "another order has this serial number")
        seen.add(number)
    return rejected


def _rejection(number: str, field: str, reason: str) -> ItemResult:
    return ItemResult(number, "rejected", field=field, reason=reason)


def _existing_orders(payloads: Sequence[OrderPayload], source: str) -> dict[str, Order]:
    found = Order.objects.filter(source=source, external_number__in=[payload.external_number for payload in payloads])
    return {order.external_number: order for order in found}


def _write_orders(payloads: Sequence[OrderPayload], existing: dict[str, Order], source: str) -> dict[str, Order]:
    owners = verified_owners({payload.contact_email for payload in payloads} - {""})
    addresses = standing_addresses(payloads, existing)
    references = _new_references(payloads, existing)
    new, old = [], []
    for payload in payloads:
        order = existing.get(payload.external_number)
        if order is None:
            order = Order(
                source=source,
                external_number=payload.external_number,
                number_key=normalise_number(payload.external_number),
                reference=references[payload.external_number],
            )
            new.append(order)
        elif order.payload_digest != payload.digest():
            old.append(order)
        else:
            continue
        for name in _ORDER_COLUMNS:
            setattr(order, name, getattr(payload, name))
        order.recipient_address = addresses.get(payload.external_number, payload.recipient_address)
        if order.erased_at:
            blank_person(order)
        order.name_key = fold(order.recipient_name)[:150]
        order.recipient_province = province_of(order.recipient_address)
        order.has_holds = any(fulfillment.hold_reason for fulfillment in payload.fulfillments)
        order.payload_digest = payload.digest()
        # An order keeps its owner, even when the shop corrects a misspelt address later.
        order.customer_id = order.customer_id or owners.get(order.contact_email)
    Order.objects.bulk_create(new)
    overwrite(Order, old, (*_ORDER_COLUMNS, *_DERIVED_COLUMNS))
    return {**existing, **{order.external_number: order for order in new}}


def _new_references(payloads: Sequence[OrderPayload], existing: dict[str, Order]) -> dict[str, str]:
    """Return a fresh reference for each new order; with 45 random bits a collision is a curiosity, yet handled."""
    wanted = [payload for payload in payloads if payload.external_number not in existing]
    chosen = {payload.external_number: payload.reference or make_reference() for payload in wanted}
    taken = set(Order.objects.filter(reference__in=chosen.values()).values_list("reference", flat=True))
    for number, reference in chosen.items():
        while reference in taken:
            reference = make_reference()
        taken.add(reference)
        chosen[number] = reference
    return chosen


def _write_lines(payloads: Sequence[OrderPayload], orders: dict[str, Order]) -> None:
    known = {
        (line.order_id, line.line_key): line
        for line in OrderLine.objects.filter(order__in=[orders[payload.external_number] for payload in payloads])
    }
    new: list[OrderLine] = []
    old: list[OrderLine] = []
    for payload in payloads:
        order = orders[payload.external_number]
        for position, line_payload in enumerate(payload.lines, start=1):
            line = known.pop((order.pk, line_payload.key), None)
            if line is None:
                line = OrderLine(order=order, line_key=line_payload.key)
                new.append(line)
            else:
                old.append(line)
            line.position = position
            for name in _LINE_COLUMNS[1:]:
                setattr(line, name, getattr(line_payload, name))
    OrderLine.objects.filter(pk__in=[line.pk for line in known.values()]).delete()
    OrderLine.objects.bulk_create(new, batch_size=500)
    overwrite(OrderLine, old, _LINE_COLUMNS)


def _write_shipments(payloads: Sequence[OrderPayload], orders: dict[str, Order]) -> None:
    """Create and update parcels and their contents. A parcel that is no longer sent stays: it has a history."""
    order_ids = [orders[payload.external_number].pk for payload in payloads]
    known = {
        (shipment.order_id, shipment.shipment_key): shipment
        for shipment in Shipment.objects.filter(order__in=order_ids)
    }
    fulfillments = fulfillment_ids(order_ids)
    new, old = [], []
    for payload in payloads:
        order = orders[payload.external_number]
        for position, parcel in enumerate(payload.shipments, start=1):
            shipment = known.get((order.pk, parcel.key))
            if shipment is None:
                shipment = known[order.pk, parcel.key] = Shipment(order=order, shipment_key=parcel.key)
                new.append(shipment)
            else:
                old.append(shipment)
            shipment.position = position
            shipment.fulfillment_id = fulfillments.get((order.pk, parcel.fulfillment))
            for name in _SHIPMENT_COLUMNS[1:]:
                setattr(shipment, name, getattr(parcel, name))
    Shipment.objects.bulk_create(new, batch_size=500)
    overwrite(Shipment, old, _STORED_SHIPMENT_COLUMNS)
    _write_contents(payloads, orders, known, order_ids)


def _write_contents(
    payloads: Sequence[OrderPayload],
    orders: dict[str, Order],
    shipments: dict[tuple[int, str], Shipment],
    order_ids: list[int],
) -> None:
    lines = {(line.order_id, line.line_key): line for line in OrderLine.objects.filter(order__in=order_ids)}
    rows = []
    for payload in payloads:
        order = orders[payload.external_number]
        for parcel in payload.shipments:
            rows += [
                ShipmentLine(
                    shipment=shipments[order.pk, parcel.key], order_line=lines[order.pk, key], quantity=quantity
                )
                for key, quantity in _contents(payload, parcel).items()
            ]
    # The parcels of returns are not the seller's to describe.
    ShipmentLine.objects.filter(shipment__order__in=order_ids, shipment__return_request=None).delete()
    ShipmentLine.objects.bulk_create(rows, batch_size=500)


def _contents(payload: OrderPayload, parcel: ShipmentPayload) -> dict[str, int]:
    if parcel.contents or len(payload.shipments) > 1:
        return parcel.contents
    return {
        line.key: line.quantity - line.cancelled_quantity
        for line in payload.lines
        if line.quantity > line.cancelled_quantity
    }


def _write_events(
    payloads: Sequence[OrderPayload], orders: dict[str, Order], source: str, rank: SourceRank
) -> set[int]:
    """Store the events that are new and return the ids of the orders that have any."""
    order_rows = [
        build_order_event(event, orders[payload.external_number], source=source)
        for payload in payloads
        for event in payload.events
    ]
    shipments = {
        (shipment.order_id, shipment.shipment_key): shipment
        for shipment in Shipment.objects.filter(order__in=[orders[payload.external_number].pk for payload in payloads])
    }
    parcel_rows = [
        build_event(event, shipments[orders[payload.external_number].pk, parcel.key], source=source, rank=rank)
        for payload in payloads
        for parcel in payload.shipments
        for event in parcel.events
    ]
    new_order_keys, new_parcel_keys = store_order_events(order_rows), store_events(parcel_rows)
    return {row.order_id for row in order_rows if row.natural_key in new_order_keys} | {
        row.shipment.order_id for row in parcel_rows if row.natural_key in new_parcel_keys
    }
