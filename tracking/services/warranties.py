"""Appliances: registered by serial number without telling who owns what, claimed on with a proof."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.lib.text import clean_line
from tracking.aftersales.cases import CLAIM_MOVES, fold_claim
from tracking.aftersales.states import ClaimStatus, RegistrationStatus
from tracking.aftersales.warranting import Cover
from tracking.folding import OrderReport
from tracking.models import ClaimEvent, OrderLine, Warranty, WarrantyClaim, WarrantyRegistration
from tracking.rule_inputs import TermsBook, placed_on, shop_today, wanted_quantity
from tracking.services.auditing import note_act
from tracking.services.returns import NUMBER_TRIES, MoveNotAllowed, new_digits
from tracking.services.serials import serial_key
from tracking.warranty_periods import period_of

MAX_SERIAL = 40
MAX_FAULT = 1000
# More than any household has; a bound on rows that anybody with an account can make.
MAX_REGISTRATIONS = 50


class TooManyRegistrations(ValueError):
    """The account has MAX_REGISTRATIONS appliances; take one away first."""


class NotCovered(ValueError):
    """The appliance is not under warranty today; `cover` says whether it has not begun or is over."""

    def __init__(self, cover: Cover):
        super().__init__(cover)
        self.cover = cover


@transaction.atomic
def register_product(*, user: AbstractBaseUser, product_code: str, serial_number: str) -> None:
    """Note that `user` has this appliance. The answer is nothing, whether the number exists, is free or is taken.

    What the user bought here is confirmed at once, which tells them only what their own order says; anything else
    waits for a proof, also a number that nobody ever sold. Repeating it changes nothing; the same queries in each case.
    Errors  TooManyRegistrations; ValueError for an empty number. Neither depends on the number.
    """
    key = serial_key(serial_number)
    if not key:
        raise ValueError("no serial number")
    if WarrantyRegistration.objects.filter(user_id=user.pk).exclude(serial_key=key).count() >= MAX_REGISTRATIONS:
        raise TooManyRegistrations(user.pk)
    sold = Warranty.objects.filter(serial_key=key, order_line__order__customer_id=user.pk).first()
    WarrantyRegistration.objects.get_or_create(
        user_id=user.pk,
        serial_key=key,
        defaults={
            "product_code": clean_line(product_code)[:MAX_SERIAL],
            "serial_number": clean_line(serial_number)[:MAX_SERIAL],
            "status": RegistrationStatus.CONFIRMED if sold else RegistrationStatus.PENDING,
            "warranty": sold,
            "registered_at": timezone.now(),
            "decided_at": timezone.now() if sold else None,
        },
    )


@transaction.atomic
def unregister_product(*, user: AbstractBaseUser, serial_number: str) -> None:
    """Take a registration away again; a warranty that was handed over goes back to the customer of its order."""
    found = WarrantyRegistration.objects.filter(user_id=user.pk, serial_key=serial_key(serial_number))
    Warranty.objects.filter(registrations__in=found, holder_id=user.pk).update(holder=None)
    found.delete()


@transaction.atomic
def confirm_registration(*, registration_id: int, actor: object, proof: str) -> WarrantyRegistration:
    """Hand the warranty of a registered number to whoever registered it; `proof` says what the staff has seen.

    The remaining warranty follows the appliance. Errors: MoveNotAllowed when no such appliance was ever sold here.
    """
    registration = WarrantyRegistration.objects.select_for_update().get(pk=registration_id)
    warranty = Warranty.objects.filter(serial_key=registration.serial_key).first()
    if warranty is None:
        raise MoveNotAllowed("no appliance with this serial number was sold here")
    Warranty.objects.filter(pk=warranty.pk).update(holder_id=registration.user_id)
    return _decide(registration, RegistrationStatus.CONFIRMED, warranty, actor, proof)


@transaction.atomic
def refuse_registration(*, registration_id: int, actor: object, reason: str) -> WarrantyRegistration:
    """Say that the proof does not convince; who holds the warranty does not change."""
    registration = WarrantyRegistration.objects.select_for_update().get(pk=registration_id)
    return _decide(registration, RegistrationStatus.REFUSED, None, actor, reason)


@transaction.atomic
def warranty_of_line(*, order_line_id: int, unit: int = 1) -> Warranty:
    """Return the row of the `unit`-th piece of an order line, made when there is none; for what has no serial number.

    Errors: OrderLine.DoesNotExist; ValueError for a piece that was not ordered or has no warranty.
    """
    line = OrderLine.objects.select_related("order").get(pk=order_line_id)
    terms = TermsBook.for_lines([line]).of_line(line, placed_on(line.order))
    if not 1 <= unit <= wanted_quantity(line) or terms is None or not terms.warranty_months:
        raise ValueError(f"no warranty for piece {unit} of line {order_line_id}")
    return Warranty.objects.get_or_create(
        order_line=line,
        unit=unit,
        defaults={"product_code": line.product_code, "title": line.title},
    )[0]


@transaction.atomic
def open_claim(*, warranty_id: int, user: AbstractBaseUser | None, fault: str, request_key: str) -> WarrantyClaim:
    """Report a fault under warranty, for a caller that has checked the holder; the same key makes one claim.

    Errors: NotCovered; Warranty.DoesNotExist; ValueError without a fault.
    """
    warranty = Warranty.objects.select_for_update().get(pk=warranty_id)
    known = warranty.claims.filter(request_key=request_key).first()
    if known:
        return known
    text = clean_line(fault)[:MAX_FAULT]
    if not text:
        raise ValueError("no fault")
    cover = period_of(warranty).cover(shop_today())
    if cover in (Cover.NOT_STARTED, Cover.OVER):
        raise NotCovered(cover)
    claim = WarrantyClaim(
        warranty=warranty,
        request_key=request_key,
        opened_by_id=user.pk if user else None,
        fault=text,
        opened_at=timezone.now(),
    )
    _save_with_number(claim)
    _add_event(claim, ClaimStatus.OPENED, "")
    return claim


@transaction.atomic
def move_claim(*, number: str, status: ClaimStatus, actor: object, text: str = "") -> WarrantyClaim:
    """Note the next step of a claim; the same step again changes nothing. Errors: MoveNotAllowed."""
    claim = WarrantyClaim.objects.select_for_update().get(number=number)
    if claim.status == status:
        return claim
    if status not in CLAIM_MOVES[ClaimStatus(claim.status)]:
        raise MoveNotAllowed(f"{number} is {claim.status}, not {status}")
    _add_event(claim, status, text)
    note_act(actor=actor, action=f"claim.{status}", subject=f"claim:{number}", reason=text)
    claim.status = claim_status(claim)
    claim.save(update_fields=["status"])
    return claim


def claim_status(claim: WarrantyClaim) -> ClaimStatus:
    """Return what the events of `claim` add up to; one query unless they are prefetched."""
    return fold_claim(
        OrderReport(event.natural_key, "", event.status, event.occurred_at, event.corrects_key)
        for event in claim.events.all()
    ).status


def _decide(
    registration: WarrantyRegistration,
    status: RegistrationStatus,
    warranty: Warranty | None,
    actor: object,
    reason: str,
) -> WarrantyRegistration:
    registration.status, registration.warranty, registration.decided_at = status, warranty, timezone.now()
    registration.save(update_fields=["status", "warranty", "decided_at"])
    note_act(actor=actor, action=f"registration.{status}", subject=f"registration:{registration.pk}", reason=reason)
    return registration


def _add_event(claim: WarrantyClaim, status: ClaimStatus, text: str) -> None:
    now = timezone.now()
    ClaimEvent.objects.create(
        claim=claim,
        natural_key=f"{claim.number}:{status}",
        status=status,
        occurred_at=now,
        text=clean_line(text)[:500],
        received_at=now,
    )


def _save_with_number(claim: WarrantyClaim) -> None:
    for attempt in range(NUMBER_TRIES):
        claim.number = f"BH-{new_digits(attempt)}"
        try:
            with transaction.atomic():
                claim.save()
        except IntegrityError:
            if attempt == NUMBER_TRIES - 1:
                raise
        else:
            return
