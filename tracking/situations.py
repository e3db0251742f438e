"""What an order is like, in the words that other apps understand (personalization.situations). Nothing here runs a query."""

from __future__ import annotations

from django.utils import timezone

from personalization.facts import PurchaseDates
from personalization.situations import OrderSubject, Situation
from tracking.disclosure import Tier
from tracking.models import Direction, Order
from tracking.statuses import Flag, OrderHeadline, Status, tone
from tracking.zones import SHOP_ZONE

# What an order is like before it has a parcel, and when something goes back.
ORDER_STATES = (OrderHeadline.PLACED, OrderHeadline.PROCESSING, OrderHeadline.RETURN_IN_PROGRESS)
_GRAVEST_FIRST = ("bad", "warn", "neutral", "ok")


def order_subject(order: Order, tier: Tier) -> OrderSubject:
    """Return what other apps may know of an order that comes with its history prefetched.

    What was bought is told from the tier on that may read it: a box about a product would give it away.
    """
    placed_on = timezone.localdate(order.placed_at, SHOP_ZONE)
    found = situations_of(order)
    if tier < Tier.LINK:
        found = list(dict.fromkeys(Situation(one.state, one.reason) for one in found))
    return OrderSubject(PurchaseDates(order.reference, placed_on), tuple(found))


def situations_of(order: Order) -> list[Situation]:
    """Return the situations of an order, the gravest first; needs its lines, parcels and their lines prefetched."""
    products = {line.pk: line.product_code for line in order.lines.all()}
    found = []
    for shipment in order.shipments.all():
        if shipment.direction != Direction.OUTBOUND:
            continue
        codes = {products.get(content.order_line_id, "") for content in shipment.lines.all()} or {""}
        states = states_of(shipment.status, shipment.flags)
        found += [Situation(state, shipment.reason, code) for state in states for code in sorted(codes)]
    if order.headline in ORDER_STATES:
        found += [Situation(order.headline, "", code) for code in sorted(set(products.values()) or {""})]
    return sorted(dict.fromkeys(found), key=lambda situation: _GRAVEST_FIRST.index(tone(situation.state)))


def states_of(status: str, flags: list[str]) -> list[str]:
    """Return the states that a status and its flags stand for; one that we do not recognise stands for none."""
    states = [str(Flag.DELAYED.value)] if Flag.DELAYED in flags else []
    return [*states, status] if status and status != Status.UNKNOWN else states
