"""The situations that orders can be in, who is in them, and how many came into each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from personalization.registry import Choice
from personalization.situations import Situation
from tracking.models import Direction, Order, TrackingEvent
from tracking.presentation import order_sentence
from tracking.situations import ORDER_STATES, situations_of, states_of
from tracking.statuses import Flag, Reason, Status

# Of so many latest orders those are looked for that are as an article describes.
LATEST_ORDERS = 20


@dataclass(frozen=True)
class OrderInSituation:
    """An order of the reader's that is as an article describes: its number and the one sentence about it."""

    reference: str
    sentence: str


def state_choices() -> list[Choice]:
    """Return the states an article can be about, in the order of an order's life."""
    before, after = ORDER_STATES[:2], ORDER_STATES[2:]
    known = [status for status in Status if status != Status.UNKNOWN]
    states = [(state.value, state.label) for state in (*before, *known, *after)]
    states.insert(len(before), (Flag.DELAYED.value, str(Flag.DELAYED.label).capitalize()))
    return [Choice(code, label) for code, label in states]


def reason_choices() -> list[Choice]:
    """Return the reasons that carriers and the shop give."""
    return [Choice(reason.value, reason.label) for reason in Reason]


def orders_in(
    user: AbstractBaseUser | AnonymousUser, situations: Iterable[Situation], *, limit: int = 3
) -> list[OrderInSituation]:
    """Return the latest orders of `user` that are in one of the situations. Cost: four queries; one without orders."""
    wanted = list(situations)
    orders = Order.objects.owned_by(user).with_parcels().order_by("-placed_at", "-pk")[:LATEST_ORDERS]
    return [
        OrderInSituation(order.reference, order_sentence(order))
        for order in orders
        if any(one.covers(situation) for situation in situations_of(order) for one in wanted)
    ][:limit]


def orders_reaching(since: datetime) -> dict[Situation, int]:
    """Return how many orders came into each situation since then, by what carriers and the shop reported.

    Cost: two queries that read every event since; memory grows with the different pairs of order and situation.
    """
    reached: dict[Situation, set[int]] = defaultdict(set)
    events = TrackingEvent.objects.filter(received_at__gte=since, shipment__direction=Direction.OUTBOUND)
    rows = events.values_list(
        "status", "reason", "flags", "shipment__order_id", "shipment__lines__order_line__product_code"
    )
    for status, reason, flags, order_id, code in rows.iterator():
        for state in states_of(status, flags):
            reached[Situation(state, reason, code or "")].add(order_id)
    orders = Order.objects.filter(headline__in=ORDER_STATES, updated_at__gte=since)
    for headline, order_id, code in orders.values_list("headline", "pk", "lines__product_code").iterator():
        reached[Situation(headline, "", code or "")].add(order_id)
    return {situation: len(order_ids) for situation, order_ids in reached.items()}
