"""The one vocabulary of statuses: their names, their order, their legal moves and their words.

The values are public strings: they are stored, exported and matched by other systems, so a value is never
renamed. Carriers' own codes are translated into this list in `tracking/carriers/`.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """What happened to a parcel, whoever carries it."""

    PRE_TRANSIT = "pre_transit", _("Being prepared")
    PICKUP_FAILED = "pickup_failed", _("The carrier could not collect it")
    PICKED_UP = "picked_up", _("Handed to the carrier")
    IN_TRANSIT = "in_transit", _("On the way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    READY_FOR_PICKUP = "ready_for_pickup", _("Ready for you to collect")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery attempt failed")
    DELIVERED_REPORTED = "delivered_reported", _("Reported as delivered")
    DELIVERED = "delivered", _("Delivered")
    AWAITING_RETURN = "awaiting_return", _("Waiting to be sent back")
    RETURNING = "returning", _("On the way back to the shop")
    RETURNED = "returned", _("Returned to the shop")
    CANCELLED = "cancelled", pgettext_lazy("parcel", "Cancelled")
    LOST = "lost", _("Lost")
    DAMAGED = "damaged", _("Damaged")
    EXCEPTION = "exception", _("There is a problem")
    UNKNOWN = "unknown", _("Status not recognised")


class Flag(models.TextChoices):
    """What is true of a parcel beside its status."""

    DELAYED = "delayed", _("delayed")
    PARTIAL = "partial", _("delivered in part")
    COD_COLLECTED = "cod_collected", _("cash collected")
    COD_SETTLED = "cod_settled", _("cash settled")


class Reason(models.TextChoices):
    """Who or what a delay or a problem is owed to."""

    CARRIER = "carrier", _("the carrier is behind schedule")
    SELLER = "seller", _("we needed longer to prepare the parcel")
    RECIPIENT = "recipient", _("the recipient could not be reached")
    CUSTOMS = "customs", _("customs clearance takes longer")
    WEATHER = "weather", _("bad weather on the route")
    OTHER = "other", _("another reason")


class OrderHeadline(models.TextChoices):
    """What an order as a whole is doing; a function of its lines and parcels."""

    PLACED = "placed", _("Placed")
    PROCESSING = "processing", _("Being prepared")
    PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("On the way")
    PARTLY_DELIVERED = "partly_delivered", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")
    ACTION_NEEDED = "action_needed", _("Needs your attention")
    RETURN_IN_PROGRESS = "return_in_progress", _("Being returned")
    CLOSED = "closed", pgettext_lazy("order", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")


class OrderEventKind(models.TextChoices):
    """What the shop reports about an order, apart from its parcels."""

    PLACED = "placed", _("Order placed")
    CONFIRMED = "confirmed", _("Order confirmed")
    PAID = "paid", _("Payment received")
    CANCELLED = "cancelled", _("Order cancelled")
    REFUNDED = "refunded", _("Money refunded")
    RESOLVED = "resolved", _("Problem solved")
    ADDRESS_CHANGED = "address_changed", _("Delivery address changed")
    RETURN_REQUESTED = "return_requested", _("Return requested")
    RETURN_APPROVED = "return_approved", _("Return approved")
    RETURN_REJECTED = "return_rejected", _("Return rejected")
    RETURN_WITHDRAWN = "return_withdrawn", _("Return withdrawn")
    RETURN_RECEIVED = "return_received", _("Returned articles received")
    RETURN_REFUNDED = "return_refunded", _("Money for the return refunded")
    RETURN_EXCHANGED = "return_exchanged", _("Replacement sent")
    NOTE = "note", _("Note from the shop")


# A closed parcel opens only through a correction event or a new reverse shipment.
CLOSED = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.LOST, Status.DAMAGED})

_MOVING = frozenset({Status.PICKED_UP, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY})
_TROUBLE = frozenset({Status.ATTEMPT_FAILED, Status.READY_FOR_PICKUP, Status.EXCEPTION})
_ENDS = frozenset({Status.DELIVERED_REPORTED, Status.DELIVERED, Status.LOST, Status.DAMAGED})
_BACK = frozenset({Status.AWAITING_RETURN, Status.RETURNING, Status.RETURNED})
_FORWARD = _MOVING | _TROUBLE | _ENDS | _BACK

# A carrier may skip steps (a lost message, a hub that does not scan), so every forward jump is legal; what is
# not: opening a closed parcel, un-handing a parcel that is on its way, cancelling it on the road.
LEGAL_MOVES: dict[Status, frozenset[Status]] = {
    Status.UNKNOWN: frozenset(Status),
    Status.PRE_TRANSIT: _FORWARD | {Status.PICKUP_FAILED, Status.CANCELLED},
    Status.PICKUP_FAILED: _FORWARD | {Status.PRE_TRANSIT, Status.CANCELLED},
    Status.PICKED_UP: _FORWARD,
    Status.IN_TRANSIT: _FORWARD - {Status.PICKED_UP},
    Status.OUT_FOR_DELIVERY: _FORWARD - {Status.PICKED_UP},
    Status.READY_FOR_PICKUP: _FORWARD - {Status.PICKED_UP},
    Status.ATTEMPT_FAILED: _FORWARD - {Status.PICKED_UP},
    Status.EXCEPTION: _FORWARD,
    Status.DELIVERED_REPORTED: frozenset({Status.DELIVERED, Status.ATTEMPT_FAILED, Status.EXCEPTION}),
    # GHN lets a parcel that waits for its return be delivered once more.
    Status.AWAITING_RETURN: frozenset(
        {Status.RETURNING, Status.RETURNED, Status.OUT_FOR_DELIVERY, Status.EXCEPTION, Status.LOST, Status.DAMAGED}
    ),
    Status.RETURNING: frozenset({Status.RETURNED, Status.EXCEPTION, Status.LOST, Status.DAMAGED}),
    **{status: frozenset() for status in CLOSED},
}


def may_move(current: Status, new: Status) -> bool:
    """Say whether a parcel in `current` may be reported as `new`; a repetition is always legal."""
    return new == current or new in LEGAL_MOVES[current]


# What a customer can do about it; shown beside the status.
NEXT_STEPS: dict[str, str | Promise] = {
    Status.PICKUP_FAILED: _("You need not do anything: the carrier will come to us again."),
    Status.READY_FOR_PICKUP: _("Collect it at the counter that the carrier told you about, with an identity document."),
    Status.ATTEMPT_FAILED: _(
        "Keep your phone at hand: the carrier calls before the next attempt. Tell us if the time or address does not suit."
    ),
    Status.AWAITING_RETURN: _("Tell us today if you still want it: the carrier can then deliver once more."),
    Status.LOST: _("Contact us: we send a replacement or pay your money back."),
    Status.DAMAGED: _("Contact us: we send a replacement or pay your money back."),
    Status.EXCEPTION: _("We are clearing it up with the carrier. Contact us if you have heard something from them."),
    Status.DELIVERED_REPORTED: _("Contact us if it has not reached you."),
}

# The kind of badge that stands for a status: ok, warn, bad or neutral.
TONES: dict[str, str] = {
    Status.DELIVERED: "ok",
    Status.DELIVERED_REPORTED: "ok",
    Status.READY_FOR_PICKUP: "warn",
    Status.ATTEMPT_FAILED: "warn",
    Status.AWAITING_RETURN: "warn",
    Status.PICKUP_FAILED: "warn",
    Status.EXCEPTION: "bad",
    Status.LOST: "bad",
    Status.DAMAGED: "bad",
    OrderHeadline.PARTLY_DELIVERED: "ok",
    OrderHeadline.ACTION_NEEDED: "warn",
    OrderHeadline.RETURN_IN_PROGRESS: "warn",
}


def tone(value: str) -> str:
    """Return the kind of badge for a status or headline."""
    return TONES.get(value, "neutral")


# The steps of the progress bar, and the statuses that have reached each of them.
MILESTONES: tuple[tuple[str | Promise, frozenset[Status]], ...] = (
    (_("Prepared"), frozenset(Status) - {Status.CANCELLED, Status.UNKNOWN}),
    (_("Handed over"), _FORWARD),
    (_("On the way"), _FORWARD - {Status.PICKED_UP}),
    (_("Delivered"), frozenset({Status.DELIVERED, Status.DELIVERED_REPORTED})),
)
