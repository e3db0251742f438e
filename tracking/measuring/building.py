"""Orders by the hundred thousand, written in bulk: the test bed, not the door."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from tracking.models import (
    Order,
    OrderEvent,
    OrderLine,
    Shipment,
    ShipmentLine,
    SourceRank,
    TimeConfidence,
    TrackingEvent,
)
from tracking.references import make_reference
from tracking.statuses import OrderEventKind, Status

SOURCE = "bench"
BATCH = 1000
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
PROVINCES = ("Hà Nội", "Đà Nẵng", "TP. Hồ Chí Minh", "Cần Thơ", "Đồng Nai")
CARRIERS = ("ghn", "ghtk", "viettel_post")
# The journey that repeats until an order has its events; the last one closes some parcels.
MOVES = (Status.PICKED_UP, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED, Status.IN_TRANSIT)


@dataclass(frozen=True)
class BuiltOrder:
    """What a reader types to find it."""

    pk: int
    reference: str
    number: str
    email: str


def build(orders: int, events_each: int, *, on_progress: Callable[[int], None]) -> None:
    """Write `orders` orders of `events_each` events each, with empty caches; a transaction for each thousand."""
    chance = random.Random(5)  # noqa: S311  the same bed every time
    for first in range(0, orders, BATCH):
        with transaction.atomic():
            _write(range(first, min(first + BATCH, orders)), events_each, chance)
        on_progress(min(first + BATCH, orders))


def sample(count: int) -> list[BuiltOrder]:
    """Return `count` orders spread over the whole bed."""
    total = Order.objects.filter(source=SOURCE).count()
    step = max(total // count, 1)
    numbers = [_number(at) for at in range(0, total, step)][:count]
    rows = Order.objects.filter(source=SOURCE, external_number__in=numbers)
    return [BuiltOrder(row.pk, row.reference, row.external_number, row.contact_email) for row in rows]


def _number(at: int) -> str:
    return f"B-{at:07}"


def _write(numbers: range, events_each: int, chance: random.Random) -> None:
    orders = Order.objects.bulk_create([_order(at, chance) for at in numbers], batch_size=BATCH)
    lines = OrderLine.objects.bulk_create(
        [
            OrderLine(order=order, line_key="1", position=1, title="Nồi chiên", quantity=1, unit_price=1_890_000)
            for order in orders
        ],
        batch_size=BATCH,
    )
    shipments = Shipment.objects.bulk_create(
        [
            Shipment(
                order=order,
                shipment_key="1",
                position=1,
                carrier=CARRIERS[order.pk % len(CARRIERS)],
                tracking_number=f"T{order.pk}",
            )
            for order in orders
        ],
        batch_size=BATCH,
    )
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=one, order_line=line, quantity=1) for one, line in zip(shipments, lines, strict=True)],
        batch_size=BATCH,
    )
    OrderEvent.objects.bulk_create([_placed(order) for order in orders], batch_size=BATCH)
    TrackingEvent.objects.bulk_create(
        [event for shipment in shipments for event in _events(shipment, events_each, chance)], batch_size=BATCH
    )


def _order(at: int, chance: random.Random) -> Order:
    province = PROVINCES[at % len(PROVINCES)]
    return Order(
        source=SOURCE,
        external_number=_number(at),
        number_key=f"B{at:07}",
        reference=make_reference(chance.getrandbits(45)),
        placed_at=STARTED + timedelta(minutes=at % 400_000),
        contact_email=f"k{at}@example.com",
        contact_phone=f"+8491{at:07}",
        recipient_address=f"{at} Phố Mây, {province}",
        recipient_province=province,
        promised_until=(STARTED + timedelta(minutes=at % 400_000, days=4)).date(),
    )


def _placed(order: Order) -> OrderEvent:
    return OrderEvent(
        order=order,
        source=SOURCE,
        natural_key=f"{order.pk}",
        kind=OrderEventKind.PLACED,
        occurred_at=order.placed_at,
        received_at=order.placed_at,
    )


def _events(shipment: Shipment, count: int, chance: random.Random) -> Iterator[TrackingEvent]:
    placed_at = shipment.order.placed_at
    for at in range(count):
        is_last = at == count - 1
        status = Status.DELIVERED if is_last and chance.random() < 0.8 else MOVES[at % len(MOVES)]
        moment = placed_at + timedelta(hours=4 * (at + 1) + chance.random())
        yield TrackingEvent(
            shipment=shipment,
            source=SOURCE,
            source_rank=SourceRank.CARRIER_WEBHOOK,
            natural_key=f"{shipment.pk}-{at}",
            occurred_at=moment,
            time_confidence=TimeConfidence.EXPLICIT_OFFSET,
            status=status,
            place="Kho Bình Nguyên",
            raw_code=status.value,
            raw_text="Đang luân chuyển",
            received_at=moment,
        )
