"""The peer of the order page: django-oscar's anonymous order view, in a process and an environment of its own.

Run by `tracking.measuring.oscar` with the Python that has Oscar; imports nothing of the portal. Reads one line of JSON (the file of
orders, who looks which order up), answers with one line: versions, sizes, and milliseconds of processor time.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - the models exist after setup
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.dateparse import parse_datetime  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

BATCH = 1000
Order = get_model("order", "Order")
Line = get_model("order", "Line")
ShippingAddress = get_model("order", "ShippingAddress")
ShippingEvent = get_model("order", "ShippingEvent")
ShippingEventQuantity = get_model("order", "ShippingEventQuantity")
ShippingEventType = get_model("order", "ShippingEventType")
Country = get_model("address", "Country")

# One client, as for the portal's own pages: a new one loads all middlewares anew.
_client = Client()


def main() -> None:
    task = json.loads(sys.stdin.readline())
    call_command("migrate", verbosity=0)
    Country.objects.create(iso_3166_1_a2="VN", printable_name="Việt Nam", name="VIỆT NAM", is_shipping_country=True)
    with Path(task["orders"]).open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                _write(batch)
    lookups = [_milliseconds(partial(_look_up, *who)) for who in task["lookups"]]
    pages, queries = _measure_pages(task["pages"])
    answer = {
        "oscar": version("django-oscar"),
        "django": django.get_version(),
        "orders": Order.objects.count(),
        "events": ShippingEvent.objects.count(),
        "lookups": lookups,
        "pages": pages,
        "queries": queries,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


def _measure_pages(visitors: Sequence[tuple[str, str]]) -> tuple[list[float], int]:
    """Return the pace of the order view for guests who have looked their orders up, and the queries of the slowest."""
    times, most = [], 0
    for number, email in visitors:
        address = _look_up(number, email)
        times.append(_milliseconds(partial(_page, address, number)))
        with CaptureQueriesContext(connection) as captured:
            _page(address, number)
        most = max(most, len(captured))
    return times, most


def _look_up(number: str, email: str) -> str:
    """Find the order as somebody who has never been here, with the address of Oscar's letter; return its page's."""
    _client.cookies.clear()
    signed = Order(number=number).verification_hash()
    response = _client.post(reverse("customer:anon-order-form", args=[number, signed]), {"email": email})
    if response.status_code != 302:
        raise AssertionError(f"Oscar's look-up of {number} answered {response.status_code}")
    return str(response["Location"])


def _page(address: str, number: str) -> None:
    response = _client.get(address)
    if response.status_code != 200 or number not in response.content.decode():
        raise AssertionError(f"Oscar's page of {number} answered {response.status_code}")


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


def _write(rows: Sequence[dict[str, Any]]) -> None:
    addresses = ShippingAddress.objects.bulk_create(
        [
            ShippingAddress(line1=row["address"], line4=row["province"], phone_number=row["phone"], country_id="VN")
            for row in rows
        ]
    )
    orders = Order.objects.bulk_create(
        [_order(row, address) for row, address in zip(rows, addresses, strict=True)],
    )
    lines = Line.objects.bulk_create([_line(row, order) for row, order in zip(rows, orders, strict=True)])
    kinds = _kinds({name for row in rows for name in _names(row["events"])})
    events = ShippingEvent.objects.bulk_create(
        [
            ShippingEvent(order=order, event_type=kinds[name])
            for row, order in zip(rows, orders, strict=True)
            for name in _names(row["events"])
        ]
    )
    line_of = {line.order_id: line for line in lines}
    ShippingEventQuantity.objects.bulk_create(
        [
            ShippingEventQuantity(event=event, line=line_of[event.order_id], quantity=line_of[event.order_id].quantity)
            for event in events
        ]
    )


def _names(statuses: Sequence[str]) -> Iterator[str]:
    """Yield a kind for each event: Oscar lets an item pass through each kind once, so a second attempt is its own."""
    seen: Counter[str] = Counter()
    for status in statuses:
        seen[status] += 1
        yield f"{status} {seen[status]}"


def _kinds(names: set[str]) -> dict[str, Any]:
    return {name: ShippingEventType.objects.get_or_create(name=name)[0] for name in sorted(names)}


def _order(row: dict[str, Any], address: Any) -> Any:
    total = Decimal(row["price"]) * row["quantity"]
    return Order(
        number=row["number"],
        guest_email=row["email"],
        shipping_address=address,
        total_incl_tax=total,
        total_excl_tax=total,
        status="Shipped",
        date_placed=parse_datetime(row["placed_at"]),
    )


def _line(row: dict[str, Any], order: Any) -> Any:
    return Line(
        order=order,
        title=row["title"],
        partner_sku="1",
        quantity=row["quantity"],
        unit_price_incl_tax=Decimal(row["price"]),
        unit_price_excl_tax=Decimal(row["price"]),
        line_price_incl_tax=order.total_incl_tax,
        line_price_excl_tax=order.total_incl_tax,
        line_price_before_discounts_incl_tax=order.total_incl_tax,
        line_price_before_discounts_excl_tax=order.total_incl_tax,
        num_allocated=0,
    )


main()
