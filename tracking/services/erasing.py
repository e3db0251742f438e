"""Taking away orders with their history, or the person out of them."""

from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from portal.lib.letters import services as letters
from tracking.append_only import history_unlocked
from tracking.models import (
    AccessGrant,
    AddressChange,
    CalendarFeed,
    ClaimEvent,
    Order,
    OrderClaim,
    OrderEvent,
    OrderSubscription,
    ReturnRequest,
    TrackingEvent,
    Warranty,
    WarrantyClaim,
    WarrantyRegistration,
)
from tracking.services.accounts import forget_customer

PERSON_COLUMNS = ("contact_email", "contact_phone", "recipient_name", "recipient_address")


def erase_orders(*, source: str) -> int:
    """Delete every order of `source` with its history and return how many there were.

    For a demo that moves its dates or a trial import that went wrong; everyday corrections are events. Events go
    by plain SQL, because their models refuse on purpose.
    """
    with history_unlocked(connection):
        orders = Order.objects.filter(source=source)
        claims = WarrantyClaim.objects.filter(warranty__order_line__order__in=orders)
        ClaimEvent._base_manager.filter(claim__in=claims)._raw_delete(connection.alias)
        claims.delete()
        for model, link in ((TrackingEvent, "shipment__order__in"), (OrderEvent, "order__in")):
            model._base_manager.filter(**{link: orders})._raw_delete(connection.alias)
        return orders.delete()[1].get(Order._meta.label, 0)


def blank_person(order: Order) -> None:
    """Empty what says in `order` who and where its customer is; stores nothing."""
    for column in PERSON_COLUMNS:
        setattr(order, column, "")


@transaction.atomic
def erase_customer(*, user: AbstractBaseUser) -> int:
    """Take the person out of everything this app keeps about `user`; return how many orders that were.

    What stays, without name, contact, street or words: numbers, articles, amounts, days, states and the province, because
    the shop's books have to show every sale for ten years (Accounting Law 88/2015/QH13, article 41, and decree
    174/2016/NĐ-CP, article 13). Carriers' free texts go with the rest, since they name people.
    """
    orders = Order.objects.filter(customer_id=user.pk)
    order_ids = list(orders.values_list("pk", flat=True))
    for email in set(orders.exclude(contact_email="").values_list("contact_email", flat=True)):
        letters.erase_recipient(recipient=email)
    held = Warranty.objects.filter(holder_id=user.pk)
    erase_people_of(order_ids, warranty_ids=list(held.values_list("pk", flat=True)))
    OrderClaim.objects.filter(user_id=user.pk).delete()
    WarrantyRegistration.objects.filter(user_id=user.pk).delete()
    held.update(holder=None)
    forget_customer(user=user)
    return len(order_ids)


def erase_people_of(order_ids: list[int], *, warranty_ids: Sequence[int] = ()) -> None:
    """Take the person out of these orders and what hangs on them, and out of the claims of these warranties.

    Inside a transaction of the caller.
    """
    for model in (AccessGrant, AddressChange, CalendarFeed, OrderClaim, OrderSubscription):
        model._base_manager.filter(order__in=order_ids).delete()
    ReturnRequest.objects.filter(order__in=order_ids).update(comment="", requested_by=None)
    concerned = Warranty.objects.filter(Q(order_line__order__in=order_ids) | Q(pk__in=warranty_ids))
    claims = WarrantyClaim.objects.filter(warranty__in=concerned.values("pk"))
    claim_ids = list(claims.values_list("pk", flat=True))
    claims.update(fault="", opened_by=None)
    with history_unlocked(connection):
        news = TrackingEvent._base_manager.filter(shipment__order__in=order_ids)
        news.update(raw_text="", received_by="", place="")
        OrderEvent._base_manager.filter(order__in=order_ids).update(text="")
        ClaimEvent._base_manager.filter(claim__in=claim_ids).update(text="")
    Order.objects.filter(pk__in=order_ids).update(
        **dict.fromkeys(PERSON_COLUMNS, ""), name_key="", payload_digest="", customer=None, erased_at=timezone.now()
    )
