"""Sixty-one orders of the demo shop, one or more in every state a parcel can be in.

Everybody here is invented: addresses of e-mail end in example.com, phone numbers begin with 010, a range that
Viet Nam does not assign. The plots are in `order_plots.py`; this file casts them with people, products and days.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.demo.order_plots import ARRIVED, CAST, Hold, Parcel, Plot, Step
from portal.demo.people import DEMO_ACCOUNTS, DEMO_EMAIL_DOMAIN
from tracking import selectors
from tracking.services import (
    EventPayload,
    FulfillmentPayload,
    HoldReason,
    LinePayload,
    OrderEventKind,
    OrderEventPayload,
    OrderPayload,
    Reason,
    ShipmentPayload,
    erase_orders,
    ingest_orders,
    send_link,
)

SOURCE = "demo"
FIRST_NUMBER = 10_001
# The same references on every installation, so that a note about the demo stays true.
SEED = 20_260


@dataclass(frozen=True)
class SampleOrder:
    """What a guest may type on the look-up page to see it work."""

    number: str
    email: str


SAMPLE_ORDER = SampleOrder(number="NM-10001", email="an.nguyen@example.com")


@dataclass(frozen=True)
class Person:
    """Who ordered: an account of the demo, or a guest."""

    name: str
    email: str
    address: str


KHACH = Person("Nguyễn Thu An", f"khach@{DEMO_EMAIL_DOMAIN}", "18 Phố Mây Chiều, Phường Trăng Non, Hà Nội")
KHACH_2 = Person("Trần Minh Bình", f"khach2@{DEMO_EMAIL_DOMAIN}", "7 Đường Gió Nam, Phường Nắng Mai, TP. Hồ Chí Minh")
SAMPLE_GUEST = Person("Nguyễn Hoài An", SAMPLE_ORDER.email, "42 Ngõ Sương Sớm, Phường Cỏ May, Đà Nẵng")
GUEST_NAMES = [
    "Lê Thị Ngọc Bích", "Phạm Văn Cường", "Hoàng Mỹ Duyên", "Vũ Đức Giang", "Đặng Thu Hằng", "Bùi Quang Huy",
    "Đỗ Khánh Linh", "Hồ Tuấn Kiệt", "Ngô Phương Mai", "Dương Bảo Nam", "Lý Hồng Nhung", "Võ Tấn Phát",
    "Trịnh Như Quỳnh", "Đinh Công Sơn", "Mai Thanh Tâm", "Lương Ánh Tuyết", "Tạ Gia Uy", "Cao Tường Vi",
]  # fmt: skip
# The appliances that the demo accounts say they own, by customer, product and days since the order.
SERIALS = {(account.email, code, days + 3): serial for account in DEMO_ACCOUNTS for code, serial, days in account.owned}
STREETS = ["Phố Hoa Gạo", "Đường Bến Lau", "Ngõ Giếng Đá", "Đường Đồi Thông", "Phố Cầu Vồng", "Hẻm Lá Me"]
PLACES = ["Phường Trăng Non, Hà Nội", "Phường Nắng Mai, TP. Hồ Chí Minh", "Phường Cỏ May, Đà Nẵng",
          "Xã Suối Trong, Đồng Nai", "Phường Sông Lặng, Cần Thơ", "Xã Đồi Chè, Thái Nguyên"]  # fmt: skip

# Product code → title and price in đồng, the prices that the demo's articles name.
CATALOGUE = {
    "NM-W85": ("Máy giặt cửa trước Mây W85, 8,5 kg", 8_990_000),
    "NM-T100": ("Máy giặt cửa trên Mây T100, 10 kg", 7_490_000),
    "NM-R9": ("Máy lọc nước RO Mây R9", 6_290_000),
    "NM-L210": ("Máy in laser Mây L210", 3_290_000),
    "NM-J330": ("Máy in phun màu Mây J330", 3_890_000),
    "NM-A12": ("Điều hòa inverter Mây A12, 12.000 BTU", 9_490_000),
    "NM-F6": ("Nồi chiên không dầu Mây F6, 6 lít", 1_890_000),
    "NM-S7": ("Robot hút bụi Mây S7", 7_990_000),
}
EXTRAS = {
    "NM-W85": ("Bột vệ sinh lồng giặt, 3 gói", 149_000),
    "NM-R9": ("Bộ lõi lọc số 1, 2, 3 cho R9", 265_000),
    "NM-L210": ("Hộp mực L210 chính hãng", 590_000),
    "NM-F6": ("Giấy lót nồi chiên, 100 tờ", 89_000),
    "NM-S7": ("Bộ chổi và khăn lau S7", 420_000),
}


@transaction.atomic
def load(refresh: bool) -> None:
    """Make the demo orders unless they are there; `refresh` makes them anew with dates relative to today."""
    if refresh:
        erase_orders(source=SOURCE)
    if not selectors.count_orders_from(SOURCE):
        with _without_alarm():
            result = ingest_orders(list(_payloads(_story_time(timezone.now()))), source=SOURCE)
        faulty = [item for item in result.items if item.outcome != "created"]
        if faulty:
            raise ValueError(f"the demo contradicts itself: {faulty[0]}")
        _send_sample_link()


def _send_sample_link() -> None:
    """Put a letter with a link to the sample order among the mail files, for whoever tries the site."""
    sample = selectors.access_order_by_reference(number=SAMPLE_ORDER.number, contact=SAMPLE_ORDER.email)
    if sample is not None:
        send_link(order=sample, language=settings.LANGUAGE_CODE)


@contextmanager
def _without_alarm() -> Iterator[None]:
    """One story has a code that no table maps, to show what becomes of it; whoever starts the demo need not worry."""
    alarm = logging.getLogger("tracking.carriers")
    alarm.disabled = True
    try:
        yield
    finally:
        alarm.disabled = False


def _story_time(now: datetime) -> datetime:
    """Return the latest afternoon moment that is past: told from the night, parcels would arrive at three o'clock."""
    local = timezone.localtime(now)
    evening = local.replace(hour=20, minute=0, second=0, microsecond=0)
    if local.hour < 13:
        return evening - timedelta(days=1)
    return min(local, evening)


def _payloads(now: datetime) -> Iterator[OrderPayload]:
    chance = random.Random(SEED)  # noqa: S311  a demo that is the same everywhere
    guests = _guests(chance)
    products = list(CATALOGUE)
    for index, (owner, plot, product) in enumerate(CAST):
        people = {"khach": KHACH, "khach2": KHACH_2, "sample": SAMPLE_GUEST}
        person = people.get(owner) or next(guests)
        code = product or products[chance.randrange(len(products))]
        yield _order(f"NM-{FIRST_NUMBER + index}", person, plot, code, now, chance)


def _guests(chance: random.Random) -> Iterator[Person]:
    while True:
        for name in GUEST_NAMES:
            address = f"{chance.randint(2, 98)} {chance.choice(STREETS)}, {chance.choice(PLACES)}"
            yield Person(name, f"khach{chance.randint(100, 999)}@example.com", address)


def _order(number: str, person: Person, plot: Plot, code: str, now: datetime, chance: random.Random) -> OrderPayload:
    minutes = timedelta(minutes=chance.randint(0, 50))
    placed_at = now - timedelta(hours=plot.placed_hours_ago) - minutes
    lines = _lines(code, plot.pieces, SERIALS.get((person.email, code, int(plot.placed_hours_ago // 24)), ""))
    total = sum(line.unit_price * line.quantity for line in lines)
    serial = int(number.removeprefix("NM-"))
    return OrderPayload(
        external_number=number,
        reference=_reference(chance),
        placed_at=placed_at,
        contact_email=person.email,
        contact_phone=f"0100 {serial // 1000:03} {serial % 1000:03}",
        recipient_name=person.name,
        recipient_address=person.address,
        shipping_amount=0 if total >= 1_000_000 else 40_000,
        cod_amount=total if plot.is_cash else 0,
        promised_from=_day(plot.promised_in_days - 2),
        promised_until=_day(plot.promised_in_days),
        changes_until=None
        if plot.changes_in_hours is None
        else timezone.now() + timedelta(hours=plot.changes_in_hours),
        fulfillments=tuple(_fulfillment(hold) for hold in plot.holds),
        lines=tuple(lines),
        shipments=tuple(
            _shipment(number, at, parcel, now, minutes, person.name) for at, parcel in enumerate(plot.parcels, start=1)
        ),
        events=tuple(_order_events(number, plot, now, placed_at)),
    )


def _reference(chance: random.Random) -> str:
    return selectors.reference_from_bits(chance.getrandbits(45))


def _lines(code: str, pieces: int, serial: str) -> list[LinePayload]:
    """The appliance, and for more than one piece its extra: "2 of 3 delivered" needs something to count."""
    title, price = CATALOGUE[code]
    serials = (serial,) if serial else ()
    lines = [
        LinePayload(
            key="1", product_code=code, sku=code, title=title, quantity=1, unit_price=price, serial_numbers=serials
        )
    ]
    if pieces > 1:
        title, price = EXTRAS.get(code, ("Ổ cắm chống giật Mây", 290_000))
        lines.append(
            LinePayload(
                key="2", product_code=code, sku=f"{code}-PK", title=title, quantity=pieces - 1, unit_price=price
            )
        )
    return lines


def _shipment(
    number: str, at: int, parcel: Parcel, now: datetime, minutes: timedelta, recipient: str
) -> ShipmentPayload:
    return ShipmentPayload(
        key=f"{number}-{at}",
        carrier=parcel.carrier,
        tracking_number=f"{parcel.carrier[:3].upper()}{number.removeprefix('NM-')}{at}",
        fulfillment=parcel.fulfillment,
        contents=parcel.contents,
        events=tuple(
            _event(f"{number}-{at}-{step_at}", step, now, minutes, recipient)
            for step_at, step in enumerate(parcel.steps, start=1)
        ),
    )


def _fulfillment(hold: Hold) -> FulfillmentPayload:
    return FulfillmentPayload(
        key=hold.key,
        contents=hold.contents,
        hold_reason=HoldReason(hold.reason) if hold.reason else None,
        planned_on=_day(hold.planned_in_days) if hold.reason else None,
    )


def _event(event_id: str, step: Step, now: datetime, minutes: timedelta, recipient: str) -> EventPayload:
    return EventPayload(
        event_id=event_id,
        occurred_at=timezone.localtime(now - timedelta(hours=step.hours_ago) - minutes),
        code=step.code,
        place=step.place,
        text=step.text,
        received_by=recipient if step.text == ARRIVED else "",
        reason=Reason(step.reason) if step.reason else None,
        corrects=f"{event_id.rpartition('-')[0]}-{step.corrects}" if step.corrects else "",
        estimated_from=_day(step.expected_in_days[0]) if step.expected_in_days else None,
        estimated_until=_day(step.expected_in_days[1]) if step.expected_in_days else None,
    )


def _order_events(number: str, plot: Plot, now: datetime, placed_at: datetime) -> Iterator[OrderEventPayload]:
    yield OrderEventPayload(event_id=f"{number}-placed", kind=OrderEventKind.PLACED, occurred_at=placed_at)
    for kind, hours_ago, text in plot.order_steps:
        occurred_at = now - timedelta(hours=hours_ago)
        yield OrderEventPayload(
            event_id=f"{number}-{kind}", kind=OrderEventKind(kind), occurred_at=occurred_at, text=text
        )


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
