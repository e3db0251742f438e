"""What the pieces of an order that have not left are waiting for."""

from __future__ import annotations

from tracking.aftersales.states import HoldReason
from tracking.managers import WAITING_HEADLINES
from tracking.models import Order, OrderLine
from tracking.statuses import Status
from tracking.wording import waiting_sentence


def waiting_text(order: Order, line: OrderLine) -> str:
    """Return "1 waiting because it is not in stock yet", as far as the shop has said; empty otherwise.

    `order` comes from `selectors.order_with_history`, which has read the fulfillments where they matter.
    """
    if not order.has_holds or order.headline not in WAITING_HEADLINES:
        return ""
    gone = {shipment.fulfillment_id for shipment in order.shipments.all() if shipment.status != Status.PRE_TRANSIT}
    held = [content for content in line.fulfillment_lines.all() if content.fulfillment_id not in gone]
    held = [content for content in held if content.fulfillment.hold_reason]
    if not held:
        return ""
    first = held[0].fulfillment
    count = sum(content.quantity for content in held)
    return waiting_sentence(count, HoldReason(first.hold_reason).label, first.planned_on)
