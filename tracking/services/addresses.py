"""Which address stands while the shop's system does not know of a change yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from tracking.models import AddressChange, Order
from tracking.payloads import OrderPayload


def standing_addresses(payloads: Sequence[OrderPayload], existing: Mapping[str, Order]) -> dict[str, str]:
    """Return the addresses, by seller's number, that stand although the seller reports others.

    A seller who goes on reporting the old address has not read the change; one who reports a third knows better, and
    either way of taking note settles the change. Cost: one query, and one when something is settled.
    """
    numbers = {order.pk: number for number, order in existing.items()}
    reported = {payload.external_number: payload.recipient_address for payload in payloads}
    standing, settled = {}, []
    for change in AddressChange.objects.filter(order__in=numbers, settled_at=None):
        number = numbers[change.order_id]
        if reported[number] == change.old_address:
            standing[number] = change.new_address
        else:
            settled.append(change.pk)
    if settled:
        AddressChange.objects.filter(pk__in=settled).update(settled_at=timezone.now())
    return standing
