"""What a reader may do with an order now: shown beside it, decided again by the services when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from tracking.aftersales.changing import address_offer, cancel_offer
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.rule_inputs import change_inputs, deliveries_by_line
from tracking.statuses import Status

# While a parcel is at somebody's door, or about to be, people ring and claim to be its courier.
CALLED_ABOUT = frozenset(
    {Status.PICKED_UP, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP, Status.ATTEMPT_FAILED}
)


@dataclass(frozen=True)
class OrderActions:
    """Which buttons an order page shows.

    changes_until  the last moment for cancelling or another address; None: until the carrier has the parcel
    reorder_url    the shop's own page for the same articles; empty when the operator named none
    """

    can_cancel: bool = False
    can_change_address: bool = False
    changes_until: datetime | None = None
    can_return: bool = False
    can_check_courier: bool = False
    reorder_url: str = ""

    @property
    def any(self) -> bool:
        return self.can_cancel or self.can_change_address or self.can_return or bool(self.reorder_url)


def actions_of(order: Order, tier: Tier) -> OrderActions:
    """Return what a reader of `tier` may do with `order`, which comes from `order_with_history`; no query."""
    if tier < Tier.LINK:
        return OrderActions()
    statuses = {shipment.status for shipment in order.shipments.all()}
    can_check_courier = bool(statuses & CALLED_ABOUT)
    if tier < Tier.OWNER:
        return OrderActions(can_check_courier=can_check_courier)
    now = timezone.now()
    inputs = change_inputs(order)
    address = address_offer(inputs, now)
    return OrderActions(
        can_cancel=cancel_offer(inputs, now).is_allowed,
        can_change_address=address.is_allowed,
        changes_until=address.deadline if address.is_allowed else None,
        can_return=any(deliveries_by_line(order).values()),
        can_check_courier=can_check_courier,
        reorder_url=_reorder_url(order),
    )


def _reorder_url(order: Order) -> str:
    """Return the shop's address with the articles in it, each code quoted so that it stays one value."""
    codes = [code for line in order.lines.all() if (code := line.sku or line.product_code)]
    if not settings.REORDER_URL or not codes:
        return ""
    return settings.REORDER_URL.replace("{codes}", ",".join(quote(code, safe="") for code in codes))
