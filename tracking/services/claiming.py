"""Which account an order belongs to: proof of the mailbox, nothing less."""

from allauth.account.models import EmailAddress
from django.db import transaction

from tracking.models import Order


def verified_owners(emails: set[str]) -> dict[str, int]:
    """Return the account (its id) that has proved each of `emails`; one query.

    Only verified addresses count: otherwise whoever signs up with somebody's address would read their orders.
    """
    if not emails:
        return {}
    rows = EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user_id")
    return {email.lower(): user_id for email, user_id in rows}


@transaction.atomic
def claim_orders(*, user: object) -> int:
    """Give `user` the ownerless orders placed with an address they have proved; return how many. Repeatable."""
    emails = {
        email.lower() for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    }
    return Order.objects.filter(customer=None, contact_email__in=emails).exclude(contact_email="").update(customer=user)
