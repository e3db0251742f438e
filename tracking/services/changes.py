"""What customers change before dispatch: cancelling the order, another delivery address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from portal.lib.languages import active_language
from portal.lib.letters import services as letters
from portal.lib.text import clean_line
from tracking.aftersales.changing import ChangeInputs, ChangeOffer, address_offer, cancel_offer
from tracking.aftersales.states import LedgerKind
from tracking.models import POINTS, AddressChange, LedgerEntry, Order, OrderEvent
from tracking.provinces import province_of
from tracking.rule_inputs import change_inputs
from tracking.services.ledger import give_back_points
from tracking.services.state import refresh_state
from tracking.statuses import OrderEventKind

SOURCE = "customer"
CHANGED_LETTER = "tracking.order_changed"
MAX_ADDRESS = 300


class ChangeRefused(ValueError):
    """The order can no longer be changed; `offer.sentence` says why in the reader's language."""

    def __init__(self, offer: ChangeOffer):
        super().__init__(offer.sentence)
        self.offer = offer


@dataclass(frozen=True)
class ChangeResult:
    """What became of a change; `is_new` is False when it had been made before."""

    reference: str
    is_new: bool


@transaction.atomic
def cancel_order(*, reference: str) -> ChangeResult:
    """Cancel an order that has not left, for a caller that has checked the customer; repeating it changes nothing.

    The shop's system reads the event; should it pack all the same, the parcel's own news win and the headline says so.
    Points that were used for it come back at once. Errors: ChangeRefused; Order.DoesNotExist.
    """
    order = _lock(reference)
    key = f"cancel:{order.reference}"
    if OrderEvent.objects.filter(source=SOURCE, natural_key=key).exists():
        return ChangeResult(order.reference, is_new=False)
    offer = cancel_offer(inputs_with_points(order), timezone.now())
    if not offer.is_allowed:
        raise ChangeRefused(offer)
    _add_event(order, OrderEventKind.CANCELLED, key)
    for redeemed in redeemed_for(order.reference):
        give_back_points(key=redeemed)
    refresh_state(order_ids=[order.pk])
    _tell_mailbox(order, "cancelled", key)
    return ChangeResult(order.reference, is_new=True)


@transaction.atomic
def change_address(*, reference: str, address: str) -> ChangeResult:
    """Send the order to another address; the last change before dispatch counts.

    Until the shop's system reports another address than the old one, the new one stands. Errors: ChangeRefused, also
    for an empty address; Order.DoesNotExist.
    """
    order = _lock(reference)
    new_address = clean_line(address)[:MAX_ADDRESS]
    if new_address == order.recipient_address:
        return ChangeResult(order.reference, is_new=False)
    offer = address_offer(change_inputs(order), timezone.now())
    if not offer.is_allowed or not new_address:
        raise ChangeRefused(offer)
    change, is_new = AddressChange.objects.get_or_create(
        order=order,
        settled_at=None,
        defaults={
            "old_address": order.recipient_address,
            "new_address": new_address,
            "changed_at": timezone.now(),
        },
    )
    if not is_new:
        change.new_address, change.changed_at = new_address, timezone.now()
        change.save(update_fields=["new_address", "changed_at"])
    order.recipient_address, order.recipient_province = new_address, province_of(new_address)
    order.save(update_fields=["recipient_address", "recipient_province", "updated_at"])
    # The address itself stays out of the history, which is never erased piece by piece.
    key = f"address:{uuid4().hex}"
    _add_event(order, OrderEventKind.ADDRESS_CHANGED, key)
    refresh_state(order_ids=[order.pk])
    _tell_mailbox(order, "address", key)
    return ChangeResult(order.reference, is_new=True)


def inputs_with_points(order: Order) -> ChangeInputs:
    """Return what decides about changes of `order`, with the points used for it; two queries."""
    used = LedgerEntry.objects.filter(
        transaction__order_reference=order.reference,
        transaction__kind=LedgerKind.REDEEM,
        account__unit=POINTS,
        account__owner__isnull=False,
    ).aggregate(points=Sum("amount"))["points"]
    return change_inputs(order, redeemed_points=-(used or 0))


def redeemed_for(reference: str) -> list[str]:
    """Return the keys of the movements that used points for this order; one query."""
    found = LedgerEntry.objects.filter(
        transaction__order_reference=reference, transaction__kind=LedgerKind.REDEEM, account__owner__isnull=False
    )
    return sorted(set(found.values_list("transaction__natural_key", flat=True)))


def _lock(reference: str) -> Order:
    pk = Order.objects.select_for_update().values_list("pk", flat=True).get(reference=reference)
    return Order.objects.with_history().get(pk=pk)


def _tell_mailbox(order: Order, change: str, key: str) -> None:
    """Tell the order's own mailbox what was changed in its name, so that a thief is noticed before the parcel leaves."""
    if order.contact_email:
        letters.post(
            letters.NewLetter(
                kind=CHANGED_LETTER,
                key=f"{CHANGED_LETTER}:{order.pk}:{key}",
                recipient=order.contact_email,
                language=active_language(),
                details={"order": order.pk, "change": change},
            )
        )


def _add_event(order: Order, kind: OrderEventKind, key: str) -> None:
    now = timezone.now()
    OrderEvent.objects.create(order=order, source=SOURCE, natural_key=key, kind=kind, occurred_at=now, received_at=now)
