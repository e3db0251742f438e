"""Is this courier real? The whole of what a caller claims, held against the order; pure.

Somebody rings, names the amount, an account or the number on the label, and asks for money. Everything a reader could
learn from the answer stands on their page already (what is to be paid, which parcel is out), and which part of a wrong
claim was wrong is never said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tracking.models import Direction, Order
from tracking.statuses import Status

# Couriers read the last digits out; fewer than four are a lucky guess.
FEWEST_DIGITS = 4
# A courier rings on the day of delivery, and again after an attempt.
_AT_THE_DOOR = frozenset({Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED})
_NOT_IN_A_NUMBER = re.compile(r"[^0-9a-z]")


class Answer(StrEnum):
    """What the order says to a claim."""

    GENUINE = "genuine"
    # Nothing is wrong, but whoever has seen a bill or a label could have said as much.
    UNPROVED = "unproved"
    FALSE = "false"


@dataclass(frozen=True)
class Claim:
    """What the caller said: an amount in minor units, an account to pay into, the end of the number on the label."""

    amount: int | None = None
    account: str = ""
    waybill: str = ""


@dataclass(frozen=True)
class Door:
    """What is at the door: the numbers of the parcels that are being delivered, and what is to be paid for them."""

    cod_amount: int
    waybills: tuple[str, ...]


def door_of(order: Order) -> Door:
    """Return what couriers may ring about now; `order` comes with its parcels, no query."""
    numbers = (
        shipment.tracking_number
        for shipment in order.shipments.all()
        if shipment.direction == Direction.OUTBOUND and shipment.status in _AT_THE_DOOR
    )
    return Door(order.cod_amount, tuple(map(_plain, numbers)))


def judge(claim: Claim, door: Door) -> Answer:
    """Return what the order says to the whole claim.

    GENUINE needs the end of the number of a parcel that is at the door, and nothing that is wrong. An account is always
    wrong: the shop never has anybody pay into one. Without a number nothing is proved: name, price and telephone
    number of an order are what swindlers buy.
    """
    number = _plain(claim.waybill)
    is_known = len(number) >= FEWEST_DIGITS and any(waybill.endswith(number) for waybill in door.waybills)
    is_wrong = (
        not door.waybills
        or bool(claim.account)
        or (claim.amount is not None and claim.amount != door.cod_amount)
        or (bool(number) and not is_known)
    )
    if is_wrong:
        return Answer.FALSE
    return Answer.GENUINE if is_known else Answer.UNPROVED


def _plain(number: str) -> str:
    """Return a number as it is compared: lower case, without spaces and dashes."""
    return _NOT_IN_A_NUMBER.sub("", number.lower())
