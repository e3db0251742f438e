"""Rows into orders: every row is checked, rows of one number become one payload, faults are named by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from tracking.contacts import normalise_email, normalise_phone
from tracking.importer.cells import (
    BadCell,
    amount_cell,
    day_cell,
    phone_cell,
    quantity_cell,
    required_cell,
    status_cell,
    text_cell,
    time_cell,
)
from tracking.importer.columns import Columns, header_key
from tracking.importer.reading import Cell, Row
from tracking.importer.report import RowError
from tracking.models import TimeConfidence
from tracking.payloads import EventPayload, OrderPayload, ShipmentPayload

CARRIER_WORDS = {
    "giao hang nhanh": "ghn",
    "giao hang tiet kiem": "ghtk",
    "viettel post": "viettel_post",
    "viettelpost": "viettel_post",
    "tu giao": "own_delivery",
    "tu giao hang": "own_delivery",
}

# Our column → the payload's field. These have to be the same in every row of an order; an empty cell below the first
# row repeats what stands there.
_LONGEST_NUMBER = 64
_ORDER_FIELDS = {
    "placed_at": "placed_at",
    "email": "contact_email",
    "phone": "contact_phone",
    "recipient": "recipient_name",
    "address": "recipient_address",
    "shipping_amount": "shipping_amount",
    "discount_amount": "discount_amount",
    "cod_amount": "cod_amount",
    "promised_from": "promised_from",
    "promised_until": "promised_until",
}


@dataclass
class _Draft:
    """An order while its rows are being gathered."""

    number: str
    lines: list[int] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    is_faulty: bool = False


@dataclass(frozen=True)
class CheckedOrders:
    """What may be written, with the line each order begins on, and what may not."""

    payloads: tuple[OrderPayload, ...]
    first_lines: tuple[int, ...]
    rejected: int
    errors: tuple[RowError, ...]


def check_rows(rows: Iterable[Row], columns: Columns, *, dots_are_thousands: bool) -> CheckedOrders:
    """Return the orders that all rows together make; writes nothing."""
    checker = _Checker(columns, dots_are_thousands)
    drafts: dict[str, _Draft] = {}
    for row in rows:
        checker.add(row, drafts)
    payloads, first_lines, rejected = [], [], 0
    for draft in drafts.values():
        payload = checker.build(draft)
        if payload is None:
            rejected += 1
            checker.name_the_held_back(draft)
        else:
            payloads.append(payload)
            first_lines.append(draft.lines[0])
    errors = sorted(checker.errors, key=lambda error: error.line)
    return CheckedOrders(tuple(payloads), tuple(first_lines), rejected, tuple(errors))


class _Checker:
    """Reads cells and remembers every fault."""

    def __init__(self, columns: Columns, dots_are_thousands: bool):
        self.columns = columns
        self.errors: list[RowError] = []

        def amount(cell: Cell) -> int:
            return amount_cell(cell, dots_are_thousands=dots_are_thousands)

        self.readers: dict[str, Callable[[Cell], object]] = {
            "placed_at": time_cell,
            "email": _email_cell,
            "phone": _phone_cell,
            "title": required_cell,
            "quantity": quantity_cell,
            "unit_price": amount,
            "shipping_amount": amount,
            "discount_amount": amount,
            "cod_amount": amount,
            "promised_from": day_cell,
            "promised_until": day_cell,
            "status_at": lambda cell: None if cell in (None, "") else time_cell(cell),
        }

    def add(self, row: Row, drafts: dict[str, _Draft]) -> None:
        """Read one row into the draft of its order."""
        if row.fault or any(cell not in (None, "") for cell in row.cells[self.columns.width :]):
            fault = row.fault or "more cells than the header has columns; check separators and quotation marks"
            self._fault(row.line, "", "row", "", fault)
            return
        cells = self.columns.pick(row.cells)
        number = self._number(row.line, cells["order_number"])
        if number is None:
            return
        draft = drafts.setdefault(number, _Draft(number))
        draft.lines.append(row.line)
        is_first = not draft.rows
        values = self._values(draft, row.line, cells, is_first=is_first)
        if values.get("status") and cells.get("status_at") in (None, ""):
            self._fault(row.line, number, "status_at", "", "a status without its time", "say since when it is so")
            draft.is_faulty = True
        draft.rows.append(values)
        if not is_first:
            self._compare(draft, row.line, values, cells)

    def _number(self, line: int, cell: Cell) -> str | None:
        """Return the order's number; None after naming what is wrong with it."""
        try:
            number = text_cell(cell)
        except BadCell as bad:
            self._fault(line, "", "order_number", str(cell), bad.reason, bad.hint)
            return None
        if not number or len(number) > _LONGEST_NUMBER:
            fault = f"missing or longer than {_LONGEST_NUMBER} characters"
            self._fault(line, number[:_LONGEST_NUMBER], "order_number", number, fault)
            return None
        return number

    def _values(self, draft: _Draft, line: int, cells: Mapping[str, Cell], *, is_first: bool) -> dict[str, object]:
        """Return what the cells of a row say; a further row may leave out what the first one said of the order."""
        values: dict[str, object] = {}
        for name, cell in cells.items():
            if not is_first and name in _ORDER_FIELDS and cell in (None, ""):
                continue
            try:
                values[name] = self.readers.get(name, text_cell)(cell)
            except BadCell as bad:
                self._fault(line, draft.number, name, str(cell), bad.reason, bad.hint)
                draft.is_faulty = True
        return values

    def build(self, draft: _Draft) -> OrderPayload | None:
        """Return the payload of a draft, or None after naming what is wrong with it."""
        if draft.is_faulty:
            return None
        first = draft.rows[0]
        try:
            return OrderPayload.model_validate(
                {
                    "external_number": draft.number,
                    **{ours: first[theirs] for theirs, ours in _ORDER_FIELDS.items() if first.get(theirs) is not None},
                    "lines": [_line(key, row) for key, row in enumerate(draft.rows, start=1)],
                    "shipments": self._shipments(draft),
                }
            )
        except ValidationError as error:
            for fault in error.errors():
                if fault["loc"] != ("lines",):
                    self._payload_fault(draft, fault)
        return None

    def name_the_held_back(self, draft: _Draft) -> None:
        """Say of each faultless row of a faulty order why it was not written."""
        faulty = {error.line for error in self.errors if error.order == draft.number}
        for line in draft.lines:
            if line not in faulty:
                self._fault(
                    line, draft.number, "order_number", draft.number, "held back: another row of this order is faulty"
                )

    def _compare(self, draft: _Draft, line: int, values: dict[str, object], cells: dict[str, Cell]) -> None:
        first = draft.rows[0]
        for name in _ORDER_FIELDS:
            if name in values and name in first and values[name] != first[name]:
                reason = f"differs from line {draft.lines[0]}, which belongs to the same order"
                self._fault(line, draft.number, name, str(cells[name]), reason, "leave it empty or write the same")
                draft.is_faulty = True

    def _shipments(self, draft: _Draft) -> list[ShipmentPayload]:
        contents: dict[tuple[str, str], dict[str, int]] = {}
        events: dict[tuple[str, str], dict[str, EventPayload]] = {}
        for key, row in enumerate(draft.rows, start=1):
            carrier, number = _carrier(str(row.get("carrier", ""))), str(row.get("tracking_number", ""))
            if not carrier and not number:
                continue
            contents.setdefault((carrier, number), {})[str(key)] = int(str(row["quantity"]))
            event = _event(row)
            if event is not None:
                events.setdefault((carrier, number), {})[event.natural_key(carrier, number)] = event
        return [
            ShipmentPayload(
                key=number or f"{carrier}-{at}",
                carrier=carrier,
                tracking_number=number,
                contents=held,
                events=tuple(events.get((carrier, number), {}).values()),
            )
            for at, ((carrier, number), held) in enumerate(contents.items(), start=1)
        ]

    def _payload_fault(self, draft: _Draft, fault: object) -> None:
        details = dict(fault)  # type: ignore[call-overload]  # pydantic types its errors as objects
        where = [str(part) for part in details["loc"]]
        # ("lines", 2, "title"): the third row of the order; anything else belongs to its first row.
        at = int(where[1]) if len(where) > 1 and where[0] == "lines" and where[1].isdigit() else 0
        value = details["input"] if isinstance(details["input"], (str, int)) else ""
        reason = str(details["msg"]).removeprefix("Value error, ")
        self._fault(draft.lines[at], draft.number, where[-1] if where else "order", str(value), reason)

    def _fault(self, line: int, order: str, name: str, value: str, reason: str, hint: str = "") -> None:
        self.errors.append(RowError(line, order, name, value[:200], reason, hint))


def _line(key: int, row: dict[str, object]) -> dict[str, object]:
    names = ("title", "quantity", "unit_price", "product_code", "sku")
    return {"key": str(key), **{name: row[name] for name in names if name in row}}


def _event(row: dict[str, object]) -> EventPayload | None:
    words, occurred_at = row.get("status"), row.get("status_at")
    if not isinstance(words, str) or not isinstance(occurred_at, datetime):
        return None
    return EventPayload(
        occurred_at=occurred_at,
        status=status_cell(words),
        code=words[:64],
        text=words[:500],
        raw_time=occurred_at.isoformat(),
        time_confidence=TimeConfidence.ASSUMED_ZONE,
    )


def _carrier(words: str) -> str:
    return CARRIER_WORDS.get(header_key(words), words.strip().lower().replace(" ", "_")[:40])


def _email_cell(cell: Cell) -> str:
    text = text_cell(cell)
    if text and normalise_email(text) is None:
        raise BadCell("not an e-mail address", "ten@example.com")
    return text


def _phone_cell(cell: Cell) -> str:
    text = phone_cell(cell)
    if text and normalise_phone(text) is None:
        raise BadCell("not a phone number", "0912345678 or +84912345678")
    return normalise_phone(text) or ""
