"""What tracking accepts from outside: the types that files, the API and the demo all build.

Every text is cleaned on the way in (composed Unicode, no control or direction-changing characters, trimmed),
every amount is a whole number of minor units, every time carries its zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from portal.lib.text import clean_line
from tracking.aftersales.states import HoldReason
from tracking.contacts import normalise_email, normalise_phone
from tracking.models import Direction, TimeConfidence
from tracking.references import normalise_reference
from tracking.statuses import OrderEventKind, Reason, Status

MAX_LINES = 200
MAX_SHIPMENTS = 50
MAX_EVENTS_PER_SHIPMENT = 500
# Ten digits of đồng: a hundred times the dearest order; above it somebody mixed up the columns.
MAX_AMOUNT = 9_999_999_999
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def _clean(value: object) -> object:
    """Return a text as clean_line does; anything else unchanged, so that its type is what is complained about."""
    return clean_line(value) if isinstance(value, str) else value


def _email(value: str) -> str:
    if value and normalise_email(value) is None:
        raise ValueError("not an e-mail address")
    return normalise_email(value) or ""


def _phone(value: str) -> str:
    if value and normalise_phone(value) is None:
        raise ValueError("not a phone number")
    return normalise_phone(value) or ""


def _reference(value: str) -> str:
    if value and normalise_reference(value) is None:
        raise ValueError("not an order reference: its check character does not fit")
    return normalise_reference(value) or ""


def _not_ancient(value: datetime) -> datetime:
    if value < EARLIEST:
        raise ValueError("before the year 2000")
    return value


Clean = BeforeValidator(_clean)
Key = Annotated[str, Clean, StringConstraints(min_length=1, max_length=64)]
OptionalKey = Annotated[str, Clean, StringConstraints(max_length=64)]
Code = Annotated[str, Clean, StringConstraints(max_length=40)]
Title = Annotated[str, Clean, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, Clean, StringConstraints(max_length=150)]
Address = Annotated[str, Clean, StringConstraints(max_length=300)]
Place = Annotated[str, Clean, StringConstraints(max_length=120)]
FreeText = Annotated[str, Clean, StringConstraints(max_length=500)]
Email = Annotated[str, Clean, StringConstraints(max_length=254), AfterValidator(_email)]
Phone = Annotated[str, Clean, StringConstraints(max_length=32), AfterValidator(_phone)]
Serial = Annotated[str, Clean, StringConstraints(min_length=1, max_length=40)]
Reference = Annotated[str, Clean, StringConstraints(max_length=20), AfterValidator(_reference)]
Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT)]
Quantity = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Time = Annotated[AwareDatetime, AfterValidator(_not_ancient)]


class Payload(BaseModel):
    """Frozen, and strict about names: a misspelt field is an error, not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LinePayload(Payload):
    """One article; `key` names the line within its order and stays the same when the order is sent again."""

    key: Key
    title: Title
    quantity: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    unit_price: Amount
    product_code: Code = ""
    sku: OptionalKey = ""
    cancelled_quantity: Quantity = 0
    serial_numbers: tuple[Serial, ...] = Field(default=(), max_length=MAX_LINES)

    @model_validator(mode="after")
    def _hangs_together(self) -> LinePayload:
        if self.cancelled_quantity > self.quantity:
            raise ValueError("more cancelled than ordered")
        if len(self.serial_numbers) > self.quantity:
            raise ValueError("more serial numbers than pieces")
        return self


class EventPayload(Payload):
    """One report about a parcel; `received_by` is who took it, for the proof of delivery.

    Without `status` the carrier's `code` is looked up in its table, or in the one that `vocabulary` names when a
    service reports for the carrier ("aftership"). `event_id` is the source's own id; without it
    the event is known by carrier, tracking number, code, raw time and place. `corrects` names the event_id that
    this one cancels.
    """

    occurred_at: Time
    code: OptionalKey = ""
    vocabulary: Code = ""
    status: Status | None = None
    event_id: OptionalKey = ""
    text: FreeText = ""
    place: Place = ""
    reason: Reason | None = None
    raw_time: OptionalKey = ""
    time_confidence: TimeConfidence = TimeConfidence.EXPLICIT_OFFSET
    sequence: Quantity = 0
    estimated_from: date | None = None
    estimated_until: date | None = None
    corrects: OptionalKey = ""
    received_by: Name = ""

    def natural_key(self, carrier: str, tracking_number: str) -> str:
        """Return what makes this event the same event when it is sent again."""
        if self.event_id:
            return f"id:{self.event_id}"
        parts = (
            carrier,
            tracking_number,
            self.code or self.status or "",
            self.raw_time or self.occurred_at.astimezone(UTC).isoformat(),
            self.place,
        )
        return "hash:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def corrects_key(self) -> str:
        return f"id:{self.corrects}" if self.corrects else ""

    @property
    def utc_offset_minutes(self) -> int:
        offset = self.occurred_at.utcoffset() or timedelta(0)
        return int(offset.total_seconds() // 60)


class FulfillmentPayload(Payload):
    """Pieces that leave together; `hold_reason` says why they have not. `contents` maps line keys to quantities."""

    key: Key
    contents: dict[str, Annotated[int, Field(strict=True, ge=1, le=100_000)]] = Field(
        min_length=1, max_length=MAX_LINES
    )
    planned_on: date | None = None
    hold_reason: HoldReason | None = None


class ShipmentPayload(Payload):
    """One parcel. `contents` maps line keys to quantities; left out, a single parcel carries everything.

    `fulfillment` is the key of the fulfillment it belongs to, if the seller reports those.
    """

    key: Key
    fulfillment: OptionalKey = ""
    carrier: Code = ""
    tracking_number: OptionalKey = ""
    direction: Direction = Direction.OUTBOUND
    contents: dict[str, Annotated[int, Field(strict=True, ge=1, le=100_000)]] = Field(
        default_factory=dict, max_length=MAX_LINES
    )
    events: tuple[EventPayload, ...] = Field(default=(), max_length=MAX_EVENTS_PER_SHIPMENT)


class OrderEventPayload(Payload):
    """One report about the order as a whole, or about the return that `return_number` names."""

    kind: OrderEventKind
    occurred_at: Time
    event_id: OptionalKey = ""
    text: FreeText = ""
    corrects: OptionalKey = ""
    return_number: Annotated[str, Clean, StringConstraints(max_length=16)] = ""

    @model_validator(mode="after")
    def _names_its_return(self) -> OrderEventPayload:
        if self.kind.value.startswith("return_") and not self.return_number:
            raise ValueError("news of a return without its number")
        return self

    @property
    def subject_key(self) -> str:
        return f"return:{self.return_number}" if self.return_number else ""

    def natural_key(self, external_number: str) -> str:
        """Return what makes this event the same event when it is sent again."""
        if self.event_id:
            return f"id:{self.event_id}"
        parts = (external_number, self.subject_key, self.kind.value, self.occurred_at.astimezone(UTC).isoformat())
        return "hash:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def corrects_key(self) -> str:
        return f"id:{self.corrects}" if self.corrects else ""


class OrderPayload(Payload):
    """One order, whole: what is left out is taken to be absent, not unchanged. Events only ever add.

    `reference` fixes the public reference of a new order; left out, a random one is made (the usual case).
    """

    external_number: Key
    placed_at: Time
    lines: tuple[LinePayload, ...] = Field(min_length=1, max_length=MAX_LINES)
    contact_email: Email = ""
    contact_phone: Phone = ""
    recipient_name: Name = ""
    recipient_address: Address = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "VND"
    shipping_amount: Amount = 0
    discount_amount: Amount = 0
    cod_amount: Amount = 0
    promised_from: date | None = None
    promised_until: date | None = None
    changes_until: Time | None = None
    fulfillments: tuple[FulfillmentPayload, ...] = Field(default=(), max_length=MAX_SHIPMENTS)
    shipments: tuple[ShipmentPayload, ...] = Field(default=(), max_length=MAX_SHIPMENTS)
    events: tuple[OrderEventPayload, ...] = Field(default=(), max_length=MAX_EVENTS_PER_SHIPMENT)
    reference: Reference = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> OrderPayload:
        problem = next(self._problems(), None)
        if problem:
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if not self.contact_email and not self.contact_phone:
            yield "an e-mail address or a phone number is needed: without one nobody can look the order up"
        yield from self._repeated_keys()
        held = [shipment.contents for shipment in self.shipments] + [row.contents for row in self.fulfillments]
        unknown = {key for contents in held for key in contents} - {line.key for line in self.lines}
        if unknown:
            yield f"a shipment holds lines that the order does not have: {', '.join(sorted(unknown))}"
        fulfillments = {fulfillment.key for fulfillment in self.fulfillments}
        if {shipment.fulfillment for shipment in self.shipments} - {"", *fulfillments}:
            yield "a shipment belongs to a fulfillment that the order does not have"
        if self.promised_from and self.promised_until and self.promised_until < self.promised_from:
            yield "the promised range ends before it begins"

    def _repeated_keys(self) -> Iterator[str]:
        numbers = [(parcel.carrier, parcel.tracking_number) for parcel in self.shipments if parcel.tracking_number]
        keys: dict[str, Sequence[object]] = {
            "two lines have the same key": [line.key for line in self.lines],
            "two shipments have the same key": [shipment.key for shipment in self.shipments],
            "two shipments have the same tracking number": numbers,
            "two fulfillments have the same key": [fulfillment.key for fulfillment in self.fulfillments],
        }
        for problem, ours in keys.items():
            if len(set(ours)) != len(ours):
                yield problem

    def digest(self) -> str:
        """Return a fingerprint of everything but the events, to notice an order that did not change."""
        parts = self.model_dump_json(exclude={"events": True, "reference": True, "shipments": {"__all__": {"events"}}})
        return hashlib.sha256(parts.encode()).hexdigest()
