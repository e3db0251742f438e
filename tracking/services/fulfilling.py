"""What leaves together, as the seller reports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracking.bulk import overwrite
from tracking.models import Fulfillment, FulfillmentLine, Order, OrderLine
from tracking.payloads import OrderPayload

_COLUMNS = ("position", "planned_on", "hold_reason")


def write_fulfillments(payloads: Sequence[OrderPayload], orders: Mapping[str, Order]) -> None:
    """Store the fulfillments of these orders whole; what is no longer reported goes. Six queries at most."""
    order_ids = [orders[payload.external_number].pk for payload in payloads]
    known = {(row.order_id, row.fulfillment_key): row for row in Fulfillment.objects.filter(order__in=order_ids)}
    if not known and not any(payload.fulfillments for payload in payloads):
        return
    new, old = [], []
    rows: dict[tuple[int, str], Fulfillment] = {}
    for payload in payloads:
        order = orders[payload.external_number]
        for position, reported in enumerate(payload.fulfillments, start=1):
            row = known.pop((order.pk, reported.key), None)
            if row is None:
                row = Fulfillment(order=order, fulfillment_key=reported.key)
                new.append(row)
            else:
                old.append(row)
            row.position, row.planned_on, row.hold_reason = position, reported.planned_on, reported.hold_reason or ""
            rows[order.pk, reported.key] = row
    Fulfillment.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    Fulfillment.objects.bulk_create(new, batch_size=500)
    overwrite(Fulfillment, old, _COLUMNS)
    _write_contents(payloads, orders, rows, order_ids)


def fulfillment_ids(order_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the fulfillments of these orders by order and key; one query."""
    found = Fulfillment.objects.filter(order__in=order_ids).values_list("order_id", "fulfillment_key", "pk")
    return {(order_id, key): pk for order_id, key, pk in found}


def _write_contents(
    payloads: Sequence[OrderPayload],
    orders: Mapping[str, Order],
    rows: Mapping[tuple[int, str], Fulfillment],
    order_ids: Sequence[int],
) -> None:
    lines = {(line.order_id, line.line_key): line for line in OrderLine.objects.filter(order__in=order_ids)}
    FulfillmentLine.objects.filter(fulfillment__order__in=order_ids).delete()
    FulfillmentLine.objects.bulk_create(
        (
            FulfillmentLine(
                fulfillment=rows[orders[payload.external_number].pk, reported.key],
                order_line=lines[orders[payload.external_number].pk, key],
                quantity=quantity,
            )
            for payload in payloads
            for reported in payload.fulfillments
            for key, quantity in reported.contents.items()
        ),
        batch_size=500,
    )
