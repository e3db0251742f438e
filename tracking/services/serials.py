"""The serial numbers of what was sold, from which warranties hang."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracking.models import Order, OrderLine, Warranty
from tracking.payloads import LinePayload, OrderPayload
from tracking.references import normalise_number

Seller = tuple[str, str]


def serial_key(serial_number: str) -> str:
    """Return a serial number as it is compared: upper case, without spaces and dashes."""
    return normalise_number(serial_number)[:40]


def serials_of(payload: OrderPayload) -> Iterator[str]:
    """Yield the serial numbers that an order reports, as they are compared."""
    return (serial_key(serial) for line in payload.lines for serial in line.serial_numbers)


def taken_serials(payloads: Sequence[OrderPayload]) -> dict[str, Seller]:
    """Return whose the reported numbers are already: (source, seller's number) by serial; one query, or none."""
    wanted = {serial for payload in payloads for serial in serials_of(payload)}
    if not wanted:
        return {}
    found = Warranty.objects.filter(serial_key__in=wanted).values_list(
        "serial_key", "order_line__order__source", "order_line__order__external_number"
    )
    return {key: (source or "", number or "") for key, source, number in found}


def write_serials(payloads: Sequence[OrderPayload], orders: Mapping[str, Order]) -> None:
    """Give each reported piece its warranty; a number that was corrected changes, claims stay with the piece.

    Four queries at most, none for orders without serial numbers.
    """
    reported: dict[tuple[int, str], LinePayload] = {
        (orders[payload.external_number].pk, line.key): line
        for payload in payloads
        for line in payload.lines
        if line.serial_numbers
    }
    if not reported:
        return
    lines = [
        line
        for line in OrderLine.objects.filter(order__in={pk for pk, _ in reported})
        if (line.order_id, line.line_key) in reported
    ]
    known = {(row.order_line_id, row.unit): row for row in Warranty.objects.filter(order_line__in=lines)}
    new, old = [], []
    for line in lines:
        for unit, serial in enumerate(reported[line.order_id, line.line_key].serial_numbers, start=1):
            row = known.get((line.pk, unit))
            if row is None:
                row = Warranty(order_line=line, unit=unit)
                new.append(row)
            else:
                old.append(row)
            row.product_code, row.title = line.product_code, line.title
            row.serial_number, row.serial_key = serial, serial_key(serial)
    Warranty.objects.bulk_create(new, batch_size=500)
    Warranty.objects.bulk_update(old, ["product_code", "title", "serial_number", "serial_key"], batch_size=500)
