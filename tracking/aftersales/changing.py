"""Cancelling an order and changing its address before it leaves: whether, until when, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.money import format_amount
from tracking.statuses import Status

# The shop still has the parcel in its hands.
NOT_LEFT = frozenset({Status.PRE_TRANSIT, Status.PICKUP_FAILED, Status.CANCELLED})


class Obstacle(TextChoices):
    """Why an order can no longer be changed by its customer."""

    NONE = "", gettext_lazy("can be changed")
    CANCELLED = "cancelled", gettext_lazy("is cancelled already")
    HAS_LEFT = "has_left", gettext_lazy("has left the shop")
    TOO_LATE = "too_late", gettext_lazy("is being packed")


@dataclass(frozen=True)
class ChangeInputs:
    """What the rules need to know of an order; amounts in minor units."""

    parcel_statuses: tuple[Status, ...]
    is_cancelled: bool
    is_paid: bool
    changes_until: datetime | None
    currency: str
    total_amount: int
    cod_amount: int
    redeemed_points: int = 0


@dataclass(frozen=True)
class ChangeOffer:
    """Whether a change is possible now.

    sentence      why not; empty when it is possible
    deadline      the last moment, for a countdown; None: until the carrier has the parcel
    consequences  what will happen, said before the click
    """

    obstacle: Obstacle
    sentence: str
    deadline: datetime | None
    consequences: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.obstacle == Obstacle.NONE


def cancel_offer(inputs: ChangeInputs, now: datetime) -> ChangeOffer:
    """Return whether the order may be cancelled at `now`, and what happens to money and points then; pure."""
    obstacle = _obstacle(inputs, now)
    consequences = () if obstacle != Obstacle.NONE else _consequences(inputs)
    return ChangeOffer(obstacle, _cancel_sentence(obstacle), inputs.changes_until, consequences)


def address_offer(inputs: ChangeInputs, now: datetime) -> ChangeOffer:
    """Return whether the delivery address may be changed at `now`; pure."""
    obstacle = _obstacle(inputs, now)
    return ChangeOffer(obstacle, _address_sentence(obstacle), inputs.changes_until)


def _obstacle(inputs: ChangeInputs, now: datetime) -> Obstacle:
    if inputs.is_cancelled:
        return Obstacle.CANCELLED
    # What has left decides before the clock: a deadline in the future means little once the carrier has come early.
    if any(status not in NOT_LEFT for status in inputs.parcel_statuses):
        return Obstacle.HAS_LEFT
    if inputs.changes_until is not None and now >= inputs.changes_until:
        return Obstacle.TOO_LATE
    return Obstacle.NONE


def _consequences(inputs: ChangeInputs) -> tuple[str, ...]:
    sentences = []
    paid = inputs.total_amount - inputs.cod_amount
    if inputs.is_paid and paid > 0:
        amount = format_amount(paid, inputs.currency)
        sentences.append(_("We pay %(amount)s back the way you paid.") % {"amount": amount})
    if inputs.cod_amount:
        amount = format_amount(inputs.cod_amount, inputs.currency)
        sentences.append(
            _("You have nothing to pay: if somebody still asks for %(amount)s, refuse.") % {"amount": amount}
        )
    if not sentences:
        sentences.append(_("We have not received a payment for this order, so there is nothing to pay back."))
    if inputs.redeemed_points:
        sentences.append(
            _("The %(points)s points that you used come back to your account.")
            % {"points": number_format(inputs.redeemed_points, force_grouping=True)}
        )
    return tuple(sentences)


def _cancel_sentence(obstacle: Obstacle) -> str:
    return {
        Obstacle.NONE: "",
        Obstacle.CANCELLED: _("This order is cancelled already."),
        Obstacle.HAS_LEFT: _("A parcel has left the shop. Refuse it at the door, or send it back once it has arrived."),
        Obstacle.TOO_LATE: _("We are packing this order and cannot stop it any more. You can send it back."),
    }[obstacle]


def _address_sentence(obstacle: Obstacle) -> str:
    return {
        Obstacle.NONE: "",
        Obstacle.CANCELLED: _("This order is cancelled, so its address does not matter any more."),
        Obstacle.HAS_LEFT: _("A parcel has left the shop with the old address. Call the carrier, or contact us."),
        Obstacle.TOO_LATE: _("We are packing this order, so the label is printed. Contact us if the address is wrong."),
    }[obstacle]
