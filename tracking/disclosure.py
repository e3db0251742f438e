"""Who sees what of an order: the one table that pages, API and tests read.

On a Vietnamese parcel the order number and the phone number stand on the label, so knowing both proves little:
LOOKUP shows how far the order is and nothing about person, place or price. LINK is for a link that we sent to the
mailbox; OWNER is a signed-in customer. A field that the table does not name is shown to nobody.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Tier(IntEnum):
    """How much somebody has proved; a higher tier sees everything that a lower one sees."""

    LOOKUP = 0
    LINK = 1
    OWNER = 2


# "Class.field" of tracking/presentation.py and the selectors → the lowest tier that sees it.
DISCLOSURE: dict[str, Tier] = {
    "OrderView.tier": Tier.LOOKUP,
    "OrderView.reference": Tier.LOOKUP,
    "OrderView.headline": Tier.LOOKUP,
    "OrderView.sentence": Tier.LOOKUP,
    "OrderView.placed_at": Tier.LOOKUP,
    "OrderView.expected": Tier.LOOKUP,
    "OrderView.delay": Tier.LOOKUP,
    "OrderView.parcel_count": Tier.LOOKUP,
    "OrderView.parcels": Tier.LOOKUP,
    "OrderView.history": Tier.LOOKUP,
    "OrderView.subject": Tier.LOOKUP,
    "OrderView.external_number": Tier.LINK,
    "OrderView.delivered_pieces": Tier.LINK,
    "OrderView.lines": Tier.LINK,
    "OrderView.cod_amount": Tier.LINK,
    "OrderView.recipient_area": Tier.LINK,
    "OrderView.recipient_name": Tier.OWNER,
    "OrderView.recipient_address": Tier.OWNER,
    "OrderView.contact_email": Tier.OWNER,
    "OrderView.contact_phone": Tier.OWNER,
    "OrderView.shipping_amount": Tier.OWNER,
    "OrderView.discount_amount": Tier.OWNER,
    "OrderView.total_amount": Tier.OWNER,
    "LineView.title": Tier.LINK,
    "LineView.product_code": Tier.LINK,
    "LineView.quantity": Tier.LINK,
    "LineView.cancelled_quantity": Tier.LINK,
    "LineView.progress": Tier.LINK,
    "LineView.waiting": Tier.LINK,
    "LineView.unit_price": Tier.OWNER,
    "LineView.amount": Tier.OWNER,
    "ParcelView.number": Tier.LOOKUP,
    "ParcelView.is_return": Tier.LOOKUP,
    "ParcelView.carrier": Tier.LOOKUP,
    "ParcelView.status": Tier.LOOKUP,
    "ParcelView.expected": Tier.LOOKUP,
    "ParcelView.delay": Tier.LOOKUP,
    "ParcelView.next_step": Tier.LOOKUP,
    "ParcelView.milestones": Tier.LOOKUP,
    "ParcelView.timeline": Tier.LOOKUP,
    "ParcelView.silent_days": Tier.LOOKUP,
    "ParcelView.contents": Tier.LINK,
    "ParcelView.tracking_number": Tier.LINK,
    "ParcelView.carrier_url": Tier.LINK,
    "EntryView.label": Tier.LOOKUP,
    "EntryView.tone": Tier.LOOKUP,
    "EntryView.occurred_at": Tier.LOOKUP,
    "EntryView.is_day_only": Tier.LOOKUP,
    "EntryView.is_reported_late": Tier.LOOKUP,
    "EntryView.reason": Tier.LOOKUP,
    "EntryView.place": Tier.LINK,
    "EntryView.note": Tier.OWNER,
    "EntryView.source": Tier.LINK,
    "EntryView.raw_code": Tier.OWNER,
    "EntryView.raw_text": Tier.OWNER,
    "EntryView.received_by": Tier.OWNER,
    # tracking/selectors/returns.py
    "ReturnView.number": Tier.LINK,
    "ReturnView.order_reference": Tier.LINK,
    "ReturnView.order_number": Tier.LINK,
    "ReturnView.status": Tier.LINK,
    "ReturnView.requested_at": Tier.LINK,
    "ReturnView.remedy": Tier.LINK,
    "ReturnView.lines": Tier.LINK,
    "ReturnView.steps": Tier.LINK,
    "ReturnView.is_open": Tier.LINK,
    "ReturnView.can_withdraw": Tier.OWNER,
    "ReturnView.expected_refund": Tier.OWNER,
    "ReturnView.refund": Tier.OWNER,
    "ReturnView.comment": Tier.OWNER,
    "ReturnView.parcel_carrier": Tier.LINK,
    "ReturnView.parcel_status": Tier.LINK,
    "ReturnView.parcel_number": Tier.LINK,
    "ReturnView.parcel_url": Tier.LINK,
    "ReturnLineView.title": Tier.LINK,
    "ReturnLineView.quantity": Tier.LINK,
    "ReturnLineView.reason": Tier.OWNER,
    "ReturnLineView.condition": Tier.OWNER,
    "ReturnLineView.fee": Tier.OWNER,
    "ReturnStepView.label": Tier.LINK,
    "ReturnStepView.occurred_at": Tier.LINK,
    "ReturnStepView.note": Tier.OWNER,
}

V = TypeVar("V", bound="DataclassInstance")


def redact(view: V, tier: Tier) -> V:
    """Return `view` with every field that `tier` may not see put back to its empty default, in depth.

    `view` has to be buildable without arguments: the value built so is where the defaults come from.
    """
    empty = type(view)()
    changes: dict[str, object] = {}
    for field in fields(view):
        allowed_from = DISCLOSURE.get(f"{type(view).__name__}.{field.name}")
        if allowed_from is None or tier < allowed_from:
            changes[field.name] = getattr(empty, field.name)
            continue
        value = getattr(view, field.name)
        if isinstance(value, tuple) and value and is_dataclass(value[0]) and _is_listed(value[0]):
            changes[field.name] = tuple(redact(item, tier) for item in value)
    return replace(view, **changes)


def _is_listed(value: object) -> bool:
    """Say whether the table speaks about this class; small values such as a label go with the field that holds them."""
    return any(name.startswith(f"{type(value).__name__}.") for name in DISCLOSURE)
