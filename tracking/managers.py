"""Who may see which orders, said once."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from tracking.statuses import OrderHeadline

# On their way or about to be: an order that a customer still waits for.
OPEN_HEADLINES = (
    OrderHeadline.PLACED,
    OrderHeadline.PROCESSING,
    OrderHeadline.PARTLY_SHIPPED,
    OrderHeadline.SHIPPED,
    OrderHeadline.PARTLY_DELIVERED,
    OrderHeadline.ACTION_NEEDED,
)
# Some pieces have not left, so that it is worth saying what they wait for.
WAITING_HEADLINES = (
    OrderHeadline.PLACED,
    OrderHeadline.PROCESSING,
    OrderHeadline.PARTLY_SHIPPED,
    OrderHeadline.PARTLY_DELIVERED,
    OrderHeadline.ACTION_NEEDED,
)


# What a list reads with its orders.
PARCELS = ("lines", "shipments", "shipments__lines")


class OrderQuerySet(models.QuerySet):
    """Chainable reads of orders."""

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> OrderQuerySet:
        """The orders of a signed-in customer; nobody owns the orders of a guest."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(customer=user)

    def open(self) -> OrderQuerySet:
        """Orders that a customer still waits for."""
        return self.filter(headline__in=OPEN_HEADLINES)

    def matching(self, *, reference: str, number_key: str, contact: str) -> OrderQuerySet:
        """Orders known by this reference or seller's number and by this e-mail address or phone number.

        One indexed query, the same whether the number or the contact is wrong. Empty columns never match.
        """
        is_it = Q(reference=reference) | Q(number_key=number_key)
        is_theirs = Q(contact_email=contact) | Q(contact_phone=contact)
        return self.filter(is_it, is_theirs).exclude(number_key="") if contact else self.none()

    def with_parcels(self) -> OrderQuerySet:
        """With lines and parcels, for a list: three queries more, whatever its length."""
        return self.prefetch_related(*PARCELS)

    def with_history(self) -> OrderQuerySet:
        """With everything an order page shows: five queries more."""
        return self.with_parcels().prefetch_related("shipments__events", "events")

    def with_returns(self) -> OrderQuerySet:
        """With returns and what is in them, for the rules about them: two queries more."""
        return self.prefetch_related("returns__lines")
