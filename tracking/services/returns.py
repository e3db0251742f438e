"""Returns: asked for by the customer, decided and settled by the staff; every step an order event."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.lib.text import clean_line
from tracking.aftersales.cases import RETURN_MOVES
from tracking.aftersales.returning import Choice, QuotedLine, choice_problem, line_eligibility, quote
from tracking.aftersales.states import Remedy, ReturnStatus
from tracking.models import Direction, Order, OrderEvent, ReturnLine, ReturnRequest, Shipment, ShipmentLine
from tracking.payloads import MAX_AMOUNT
from tracking.rule_inputs import TermsBook, placed_on, shop_today, sold_lines
from tracking.services.auditing import note_act
from tracking.services.state import refresh_state

CUSTOMER, STAFF = "customer", "staff"
MAX_COMMENT = 1000
MAX_TEXT = 500
NUMBER_TRIES = 20


class ReturnRefused(ValueError):
    """The request breaks a rule; `problems` says for each line (0: the whole) why, in the reader's language."""

    def __init__(self, problems: Mapping[int, str]):
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class MoveNotAllowed(ValueError):
    """A case in this status does not move to that one; somebody else was faster, read it again."""


@transaction.atomic
def request_return(
    *,
    reference: str,
    choices: Sequence[Choice],
    remedy: Remedy,
    request_key: str,
    user: AbstractBaseUser | None = None,
    comment: str = "",
    at: datetime | None = None,
) -> ReturnRequest:
    """Ask for the return of pieces of an order, for a caller that has checked the asker; return the request.

    The same `request_key` again returns the same request, so a double click makes one. `at` is when it was asked, for
    what is taken over from elsewhere; left out, now. The steps below take it too.
    Cost    twelve reads, six writes, whatever the number of lines.
    Errors  ReturnRefused with a sentence for each line; Order.DoesNotExist.
    """
    order = _lock(reference)
    known = order.returns.filter(request_key=request_key).first()
    if known:
        return known
    quoted = quote_return(order, choices)
    request = ReturnRequest(
        order=order,
        request_key=request_key,
        remedy=remedy,
        requested_by_id=user.pk if user else None,
        requested_at=at or timezone.now(),
        comment=clean_line(comment)[:MAX_COMMENT],
        expected_refund_amount=sum(line.refund_amount for line in quoted),
    )
    _save_with_number(request)
    ReturnLine.objects.bulk_create(
        ReturnLine(
            request=request,
            order_line_id=line.choice.line_id,
            quantity=line.choice.quantity,
            reason=line.choice.reason,
            condition=line.choice.condition,
            fee_amount=line.fee_amount,
        )
        for line in quoted
    )
    _add_event(request, ReturnStatus.REQUESTED, source=CUSTOMER, at=at)
    refresh_state(order_ids=[order.pk])
    return request


def quote_return(order: Order, choices: Sequence[Choice]) -> list[QuotedLine]:
    """Return what comes back for `choices`; `order` comes with its history and returns. Errors: ReturnRefused."""
    if not choices or len({choice.line_id for choice in choices}) != len(choices):
        raise ReturnRefused({0: "choose each line once"})
    book = TermsBook.for_lines(order.lines.all())
    terms = {line.pk: book.of_line(line, placed_on(order)) for line in order.lines.all()}
    sold = {line.line_id: line for line in sold_lines(order)}
    problems, quoted = {}, []
    for choice in choices:
        line, rules = sold.get(choice.line_id), terms.get(choice.line_id)
        if line is None:
            raise ReturnRefused({0: "the order has no such line"})
        problem = choice_problem(choice, line_eligibility(line, rules, shop_today()), rules)
        if problem or rules is None:
            problems[choice.line_id] = problem
        else:
            quoted.append(quote(choice, line, rules))
    if problems:
        raise ReturnRefused(problems)
    return quoted


def withdraw_return(*, number: str) -> ReturnRequest:
    """Take a request back, for its customer, before the shop has the articles."""
    return _move(number, ReturnStatus.WITHDRAWN, source=CUSTOMER)


def approve_return(*, number: str, actor: object, text: str = "", at: datetime | None = None) -> ReturnRequest:
    """Agree to a return."""
    return _move(number, ReturnStatus.APPROVED, actor=actor, text=text, at=at)


def reject_return(*, number: str, actor: object, text: str) -> ReturnRequest:
    """Refuse a return; `text` tells the customer why."""
    return _move(number, ReturnStatus.REJECTED, actor=actor, text=text)


def receive_return(*, number: str, actor: object, text: str = "", at: datetime | None = None) -> ReturnRequest:
    """Note that the shop has the articles."""
    return _move(number, ReturnStatus.RECEIVED, actor=actor, text=text, at=at)


@transaction.atomic
def refund_return(*, number: str, actor: object, amount: int, text: str = "") -> ReturnRequest:
    """Note that `amount` was paid back; minor units of the order's currency, at most what an order may cost."""
    if not 0 <= amount <= MAX_AMOUNT:
        raise ValueError(f"no refund: {amount}")
    request = _move(number, ReturnStatus.REFUNDED, actor=actor, text=text)
    if request.refund_amount is None:
        request.refund_amount = amount
        request.save(update_fields=["refund_amount"])
    return request


def exchange_return(*, number: str, actor: object, text: str = "") -> ReturnRequest:
    """Note that the replacement was sent; `text` may name its order."""
    return _move(number, ReturnStatus.EXCHANGED, actor=actor, text=text)


@transaction.atomic
def attach_return_parcel(*, number: str, carrier: str, tracking_number: str, actor: object) -> Shipment:
    """Give an approved return its own parcel back to the shop; a second time its carrier and number are changed.

    Errors: MoveNotAllowed while it is not approved, IntegrityError when another order has the tracking number.
    """
    request = _request(number)
    if request.status not in (ReturnStatus.APPROVED, ReturnStatus.RECEIVED):
        raise MoveNotAllowed(f"{number} is {request.status}")
    shipment, is_new = Shipment.objects.update_or_create(
        order=request.order,
        shipment_key=request.subject_key,
        defaults={"carrier": carrier, "tracking_number": tracking_number},
        create_defaults={
            "carrier": carrier,
            "tracking_number": tracking_number,
            "direction": Direction.RETURN,
            "position": request.order.shipments.count() + 1,
        },
    )
    if is_new:
        ShipmentLine.objects.bulk_create(
            ShipmentLine(shipment=shipment, order_line_id=line.order_line_id, quantity=line.quantity)
            for line in request.lines.all()
        )
        request.shipment = shipment
        request.save(update_fields=["shipment"])
    note_act(actor=actor, action="return.parcel", subject=request.subject_key, reason=tracking_number)
    refresh_state(order_ids=[request.order_id])
    return shipment


@transaction.atomic
def _move(
    number: str,
    status: ReturnStatus,
    *,
    source: str = STAFF,
    actor: object | None = None,
    text: str = "",
    at: datetime | None = None,
) -> ReturnRequest:
    """Add the step and fold again; the same step a second time changes nothing. Errors: MoveNotAllowed."""
    request = _request(number)
    if request.status == status:
        return request
    if status not in RETURN_MOVES[ReturnStatus(request.status)]:
        raise MoveNotAllowed(f"{number} is {request.status}, not {status}")
    _add_event(request, status, source=source, text=text, at=at)
    if actor is not None:
        note_act(actor=actor, action=f"return.{status}", subject=request.subject_key, reason=text)
    refresh_state(order_ids=[request.order_id])
    request.refresh_from_db()
    return request


def _request(number: str) -> ReturnRequest:
    return ReturnRequest.objects.select_for_update().select_related("order").get(number=number)


def _lock(reference: str) -> Order:
    """Return the order with everything the rules need; two requests for one order wait for each other."""
    pk = Order.objects.select_for_update().values_list("pk", flat=True).get(reference=reference)
    return Order.objects.with_history().with_returns().get(pk=pk)


def _add_event(
    request: ReturnRequest, status: ReturnStatus, *, source: str, text: str = "", at: datetime | None = None
) -> None:
    now = timezone.now()
    OrderEvent.objects.create(
        order_id=request.order_id,
        source=source,
        natural_key=f"{request.subject_key}:{status}",
        kind=f"return_{status}",
        occurred_at=at or now,
        subject_key=request.subject_key,
        text=clean_line(text)[:MAX_TEXT],
        received_at=now,
    )


def _save_with_number(request: ReturnRequest) -> None:
    """Store the request under a number nobody has: six digits, which a courier can read aloud."""
    for attempt in range(NUMBER_TRIES):
        request.number = f"DT-{new_digits(attempt)}"
        try:
            with transaction.atomic():
                request.save()
        except IntegrityError:
            if attempt == NUMBER_TRIES - 1:
                raise
        else:
            return


def new_digits(attempt: int) -> str:
    """Return six random digits; nine once the short ones are so many that a few tries found none free."""
    length = 6 if attempt < NUMBER_TRIES // 2 else 9
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))
