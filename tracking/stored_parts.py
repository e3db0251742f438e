"""What tracking keeps about a customer, for their download and for erasure."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.registry import StoredEntry, StoredPart, register_stored_part
from tracking import services
from tracking.models import (
    ContactPoint,
    LedgerEntry,
    Order,
    OrderSubscription,
    ReturnRequest,
    WarrantyClaim,
    WarrantyRegistration,
)
from tracking.selectors.balances import signed_text


def orders_of(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return the customer's orders with articles, contact and parcels. Four queries."""
    orders = Order.objects.filter(customer_id=user.pk).with_parcels()
    return [
        StoredEntry(
            text=_("Order %(number)s of %(day)s") % {"number": order.external_number, "day": _day(order.placed_at)},
            data={
                "reference": order.reference,
                "number": order.external_number,
                "placed_at": order.placed_at.isoformat(),
                "state": order.headline,
                "contact_email": order.contact_email,
                "contact_phone": order.contact_phone,
                "recipient_name": order.recipient_name,
                "recipient_address": order.recipient_address,
                "currency": order.currency,
                "lines": [
                    {"title": line.title, "quantity": line.quantity, "unit_price": line.unit_price}
                    for line in order.lines.all()
                ],
                "parcels": [
                    {"carrier": one.carrier, "tracking_number": one.tracking_number, "status": one.status}
                    for one in order.shipments.all()
                ],
            },
        )
        for order in orders
    ]


def after_sales_of(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return returns, warranty claims and registered appliances. Three queries."""
    returns = ReturnRequest.objects.filter(order__customer_id=user.pk)
    claims = WarrantyClaim.objects.filter(opened_by_id=user.pk)
    appliances = WarrantyRegistration.objects.filter(user_id=user.pk)
    return [
        *(
            StoredEntry(
                _("Return %(number)s of %(day)s") % {"number": one.number, "day": _day(one.requested_at)},
                {"kind": "return", "number": one.number, "at": one.requested_at.isoformat(), "status": one.status,
                 "text": one.comment},
            )
            for one in returns
        ),
        *(
            StoredEntry(
                _("Warranty claim %(number)s of %(day)s") % {"number": one.number, "day": _day(one.opened_at)},
                {"kind": "claim", "number": one.number, "at": one.opened_at.isoformat(), "status": one.status,
                 "text": one.fault},
            )
            for one in claims
        ),
        *(
            StoredEntry(
                _("Registered appliance %(number)s") % {"number": one.serial_number},
                {"kind": "appliance", "number": one.serial_number, "at": one.registered_at.isoformat(),
                 "status": one.status, "text": one.product_code},
            )
            for one in appliances
        ),
    ]  # fmt: skip


def account_of(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return proved contacts, followed orders, points and credit. Three queries."""
    contacts = ContactPoint.objects.filter(account__user_id=user.pk)
    followed = OrderSubscription.objects.filter(order__customer_id=user.pk).select_related("order")
    entries = LedgerEntry.objects.filter(account__owner__user_id=user.pk).select_related("transaction", "account")
    return [
        *(StoredEntry(one.value, {"kind": "contact", "value": one.value, "at": one.created_at.isoformat()})
          for one in contacts),
        *(StoredEntry(
            _("%(email)s hears of order %(number)s") % {"email": one.email, "number": one.order.external_number},
            {"kind": "subscription", "value": one.email, "at": one.created_at.isoformat()})
          for one in followed),
        *(StoredEntry(f"{one.transaction.get_kind_display()}: {signed_text(one.amount, one.account.unit)}",
                      {"kind": "ledger", "value": one.amount, "at": one.transaction.occurred_at.isoformat()})
          for one in entries),
    ]  # fmt: skip


def erase_all(user: AbstractBaseUser) -> int:
    """Take the person out of all of it at once."""
    return services.erase_customer(user=user)


def _with_the_orders(user: AbstractBaseUser) -> int:
    """Go in the same stroke as the orders."""
    return 0


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")


def register() -> None:
    """Offer the parts; called once at start-up."""
    register_stored_part(
        StoredPart(
            "tracking.orders",
            title=gettext_lazy("Orders"),
            entries=orders_of,
            erase=erase_all,
            goes_with_account=True,
            what_stays=gettext_lazy(
                "Number, articles, amounts and days of each order, without name, contact or street: the law has the shop keep its books for ten years."
            ),
        )
    )
    register_stored_part(
        StoredPart(
            "tracking.after_sales",
            title=gettext_lazy("Returns and warranties"),
            entries=after_sales_of,
            erase=_with_the_orders,
            goes_with_account=True,
            what_stays=gettext_lazy(
                "That an article came back or was repaired, without whose it was; and our own record of who of the staff decided it."
            ),
        )
    )
    register_stored_part(
        StoredPart(
            "tracking.account",
            title=gettext_lazy("Contacts, followed orders, points and credit"),
            entries=account_of,
            erase=_with_the_orders,
            goes_with_account=True,
            what_stays=gettext_lazy("Bare sums of points and credit, which belong to nobody any more."),
        )
    )
