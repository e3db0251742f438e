"""Customers and the contacts they have proved."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from tracking.aftersales.states import ContactKind
from tracking.contacts import normalise_contact
from tracking.models import ContactPoint, CustomerAccount


class NoContact(ValueError):
    """The text is neither an e-mail address nor a phone number."""


def account_of_user(*, user: AbstractBaseUser) -> CustomerAccount:
    """Return the customer account of a signed-in person, made when there is none."""
    return CustomerAccount.objects.get_or_create(user_id=user.pk)[0]


@transaction.atomic
def account_of_contact(*, contact: str) -> CustomerAccount:
    """Return the account that owns what happens to this contact: whoever proved it, or a guest's own.

    Points are awarded by phone number before anybody signs up; the guest account is merged when it is proved.
    Errors: NoContact.
    """
    kind, value = _parse(contact)
    points = ContactPoint.objects.filter(kind=kind, value=value).select_related("account__merged_into")
    proved = points.exclude(verified_at=None).first()
    if proved:
        return proved.account.merged_into or proved.account
    guest = points.filter(account__user=None, account__merged_into=None).order_by("pk").first()
    if guest:
        return guest.account
    account = CustomerAccount.objects.create()
    ContactPoint.objects.create(account=account, kind=kind, value=value)
    return account


@transaction.atomic
def prove_contact(*, user: AbstractBaseUser, contact: str, at: datetime | None = None) -> ContactPoint:
    """Note that `user` has shown that `contact` is theirs; guest accounts of it are merged. Repeatable.

    A contact is proved by one person at a time: the latest proof takes it over, as phone numbers change hands, while
    points that the former owner had stay with them. Errors: NoContact.
    """
    kind, value = _parse(contact)
    account = account_of_user(user=user)
    others = ContactPoint.objects.filter(kind=kind, value=value).exclude(account=account)
    others.exclude(verified_at=None).update(verified_at=None)
    guests = CustomerAccount.objects.filter(contact_points__in=others, user=None, merged_into=None)
    CustomerAccount.objects.filter(pk__in=list(guests.values_list("pk", flat=True))).update(merged_into=account)
    point, _ = ContactPoint.objects.get_or_create(account=account, kind=kind, value=value)
    if point.verified_at is None:
        point.verified_at = at or timezone.now()
        point.save(update_fields=["verified_at"])
    return point


@transaction.atomic
def forget_customer(*, user: AbstractBaseUser) -> None:
    """Take every name out of what stays when a person is erased: contacts go, the ledger keeps bare numbers."""
    for account in CustomerAccount.objects.filter(user_id=user.pk):
        ContactPoint.objects.filter(account=account).delete()
        ContactPoint.objects.filter(account__merged_into=account).delete()
        CustomerAccount.objects.filter(pk=account.pk).update(user=None)


def _parse(contact: str) -> tuple[ContactKind, str]:
    value = normalise_contact(contact)
    if value is None:
        raise NoContact(contact)
    return (ContactKind.EMAIL if "@" in value else ContactKind.PHONE), value
