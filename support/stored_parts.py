"""What support keeps about a customer, for their download and for erasure."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from personalization.registry import StoredEntry, StoredPart, register_stored_part
from support import services
from support.models import Ticket


def tickets_of(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return the customer's questions with what was said; notes of the staff to each other are not the customer's."""
    tickets = Ticket.objects.of_customer(user).prefetch_related("messages")
    return [
        StoredEntry(
            text=f"{ticket.reference}: {ticket.subject}",
            data={
                "reference": ticket.reference,
                "subject": ticket.subject,
                "name": ticket.name,
                "email": ticket.email,
                "phone": ticket.phone,
                "order_reference": ticket.order_reference,
                "created_at": ticket.created_at.isoformat(),
                "messages": [
                    {"by": said.author_kind, "at": said.created_at.isoformat(), "text": said.body}
                    for said in ticket.messages.all()
                    if not said.is_internal
                ],
            },
        )
        for ticket in tickets
    ]


def erase(user: AbstractBaseUser) -> int:
    """Delete them."""
    return services.erase_tickets(user=user)


def register() -> None:
    """Offer the part; called once at start-up."""
    register_stored_part(
        StoredPart("support.tickets", title=_("Questions"), entries=tickets_of, erase=erase, goes_with_account=True)
    )
