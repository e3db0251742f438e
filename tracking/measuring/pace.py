"""The measurements: look-up, order page, fold and rebuild."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import quantiles
from unittest import mock

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tracking.folding import Report, fold_shipment
from tracking.measuring.building import BuiltOrder
from tracking.models import Order
from tracking.services import refresh_state, stale_orders
from tracking.statuses import Status

LOOKUP_DOOR = "tracking.views.orders.selectors.access_order_by_reference"
FOLD_ROUNDS = 200


@dataclass(frozen=True)
class Spread:
    """Milliseconds of processor time of one kind of request; `queries` of its slowest."""

    p50: float
    p95: float
    queries: int = 0


@dataclass(frozen=True)
class FoldPace:
    """Folding `events` events of one parcel, in milliseconds of processor time, in a random order each time."""

    events: int
    p50: float
    p95: float


@dataclass(frozen=True)
class RebuildPace:
    """One pass over all events: how many, in how many seconds of processor time, and what differed afterwards."""

    events: int
    seconds: float
    differences: int

    @property
    def events_per_second(self) -> int:
        return round(self.events / self.seconds)


def measure_lookup(orders: Sequence[BuiltOrder]) -> tuple[Spread, Spread]:
    """Return the pace of finding orders by number and contact, and by primary key through the same view stack.

    The second replaces the look-up's one query by a read by primary key; form, limits, session, middlewares and answer
    are the same. The two take turns, so that a busy machine is busy for both.
    """
    keys = {order.number.replace("-", ""): order.pk for order in orders}

    def by_key(*, number: str, contact: str) -> Order:
        return Order.objects.get(pk=keys[number.replace("-", "")])

    ours, peer = [], []
    for order in orders:
        ours.append(_milliseconds(partial(_look_up, order)))
        with mock.patch(LOOKUP_DOOR, by_key):
            peer.append(_milliseconds(partial(_look_up, order)))
    with CaptureQueriesContext(connection) as captured:
        _look_up(orders[0])
    return spread_of(ours, len(captured)), spread_of(peer, len(captured))


def measure_page(orders: Sequence[BuiltOrder]) -> Spread:
    """Return the pace of the order page for a guest who has looked it up; `queries` are those about the order."""
    times, most = [], 0
    for order in orders:
        client = _look_up(order)
        address = reverse("order_detail", args=[order.reference])
        times.append(_milliseconds(partial(client.get, address)))
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        most = max(most, sum('FROM "tracking_' in query["sql"] for query in captured.captured_queries))
    return spread_of(times, most)


def measure_fold(events: int) -> FoldPace:
    """Return the pace of folding one parcel of `events` events in a random order of arrival."""
    chance = random.Random(7)  # noqa: S311
    started = datetime(2026, 1, 1, tzinfo=UTC)
    moving = [Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED]
    reports = [
        Report(f"e{at}", "ghn", 40, 0, started + timedelta(minutes=at), chance.choice(moving)) for at in range(events)
    ]
    expected = fold_shipment(reports).digest
    times = []
    for _ in range(FOLD_ROUNDS):
        chance.shuffle(reports)
        times.append(_milliseconds(partial(fold_shipment, reports)))
        if fold_shipment(reports).digest != expected:
            raise AssertionError("the order of arrival changed the state")
    spread = spread_of(times)
    return FoldPace(events, spread.p50, spread.p95)


def measure_rebuild(events: int, *, chunk: int = 500) -> tuple[RebuildPace, RebuildPace]:
    """Renew the caches of all orders, then prove them; both passes read and fold every event."""
    ids = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    started = time.process_time()
    for first in range(0, len(ids), chunk):
        refresh_state(order_ids=ids[first : first + chunk])
    renewed = RebuildPace(events, time.process_time() - started, 0)
    started = time.process_time()
    differences = sum(1 for _ in stale_orders())
    return renewed, RebuildPace(events, time.process_time() - started, differences)


def spread_of(times: Sequence[float], queries: int = 0) -> Spread:
    """Return the spread of at least two times, in their unit."""
    cuts = quantiles(times, n=20, method="inclusive")
    return Spread(p50=cuts[9], p95=cuts[18], queries=queries)


# One client: a new one loads all middlewares anew, which no request of a running site does.
_client = Client()


def _look_up(order: BuiltOrder) -> Client:
    """Look the order up as somebody who has never been here."""
    client = _client
    client.cookies.clear()
    response = client.post(reverse("orders"), {"number": order.number, "contact": order.email})
    if response.status_code != 302:
        raise AssertionError(f"the look-up of {order.number} answered {response.status_code}; are RATE_LIMITS off?")
    return client


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000
