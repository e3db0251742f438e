"""Which account an order belongs to: proof of the contact, nothing less; with notice to it, and undo."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.db import transaction
from django.utils import timezone

from portal.lib.languages import active_language
from portal.lib.letters import services as letters
from tracking.contacts import normalise_contact
from tracking.models import Order, OrderClaim

# The letter is kept in a mailbox; whoever reads it after this long asks the support.
UNDO_DAYS = 30
_SALT = "tracking.undo_claim"
CLAIMED_LETTER = "tracking.order_claimed"


class ClaimRefused(ValueError):
    """The contact is not the order's, or the order has an owner; the caller answers both alike."""


def verified_owners(emails: set[str]) -> dict[str, int]:
    """Return the account (its id) that has proved each of `emails`; one query.

    Only verified addresses count: otherwise whoever signs up with somebody's address would read their orders.
    """
    if not emails:
        return {}
    rows = EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user_id")
    return {email.lower(): user_id for email, user_id in rows}


@transaction.atomic
def claim_orders(*, user: AbstractBaseUser) -> int:
    """Give `user` the ownerless orders placed with an address they have proved; return how many. Repeatable.

    The account's own mailbox is the contact, so nobody else is to be told. An order whose claim was undone stays out.
    """
    emails = {
        email.lower() for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    }
    orders = Order.objects.filter(customer=None, contact_email__in=emails).exclude(contact_email="")
    undone = OrderClaim.objects.filter(user_id=user.pk).exclude(undone_at=None)
    return orders.exclude(pk__in=undone.values("order")).update(customer=user)


@transaction.atomic
def claim_order(*, user: AbstractBaseUser, reference: str, proved_contact: str) -> OrderClaim:
    """Give a guest's order to `user`, who has just proved its contact by link or code; the old contact gets a letter.

    Repeating it changes nothing and sends nothing. The letter has a link that undoes it (`undo_claim`).
    Errors: ClaimRefused, one for all causes; Order.DoesNotExist.
    """
    order = Order.objects.select_for_update().get(reference=reference)
    contact = normalise_contact(proved_contact) or ""
    known = order.claims.filter(user_id=user.pk, undone_at=None).first()
    if known and order.customer_id == user.pk:
        return known
    if order.customer_id is not None or contact not in (order.contact_email, order.contact_phone) or not contact:
        raise ClaimRefused(reference)
    claim = OrderClaim.objects.create(order=order, user_id=user.pk, contact=contact, claimed_at=timezone.now())
    Order.objects.filter(pk=order.pk).update(customer_id=user.pk)
    if order.contact_email:
        letters.post(
            letters.NewLetter(
                kind=CLAIMED_LETTER,
                key=f"{CLAIMED_LETTER}:{claim.pk}",
                recipient=order.contact_email,
                language=active_language(),
                details={"claim": claim.pk},
            )
        )
    return claim


def undo_token(claim: OrderClaim) -> str:
    """Return what the letter to the old contact carries; it opens nothing and only takes the claim back."""
    return signing.dumps(claim.pk, salt=_SALT)


def claim_to_undo(token: str) -> OrderClaim | None:
    """Return the claim that `token` may take back; None for a forged, old or used one. A read: GET may call it."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=UNDO_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return OrderClaim.objects.select_related("order").filter(pk=pk, undone_at=None).first()


@transaction.atomic
def undo_claim(*, token: str) -> bool:
    """Take the order away from the account again; it is a guest's as before. False when there is nothing to undo."""
    claim = claim_to_undo(token)
    if claim is None:
        return False
    OrderClaim.objects.filter(pk=claim.pk).update(undone_at=timezone.now())
    Order.objects.filter(pk=claim.order_id, customer_id=claim.user_id).update(customer=None)
    return True
