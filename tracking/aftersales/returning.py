"""What may be sent back, until when, for how much: decided line by line, with the reason in words.

Shape   values in, values out; the caller supplies the rows and today's date.
Units   amounts are whole minor units of the order's currency; days are the shop's days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracking.aftersales.states import Condition, ReturnReason

PERCENT = 100


@dataclass(frozen=True)
class PartTerm:
    """A part with a warranty of its own; the name in the reader's language."""

    name: str
    months: int


@dataclass(frozen=True)
class Terms:
    """The after-sales rules of one article on the day it was ordered."""

    return_days: int
    warranty_months: int
    accepts_opened: bool = True
    opened_fee_percent: int = 0
    removal_fee_amount: int = 0
    parts: tuple[PartTerm, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """So many pieces of a line arrived on a day."""

    on: date
    quantity: int


@dataclass(frozen=True)
class SoldLine:
    """One order line as the rules see it; `in_returns` counts pieces of returns that were not refused."""

    line_id: int
    title: str
    wanted: int
    paid_amount: int
    deliveries: tuple[Delivery, ...] = ()
    in_returns: int = 0


class Verdict(TextChoices):
    """Why a line may or may not go back."""

    ALLOWED = "allowed", gettext_lazy("can be sent back")
    FAULTY_ONLY = "faulty_only", gettext_lazy("can be sent back if faulty")
    CANCELLED = "cancelled", gettext_lazy("was cancelled")
    NOT_DELIVERED = "not_delivered", gettext_lazy("has not arrived yet")
    WINDOW_OVER = "window_over", gettext_lazy("the time for returns is over")
    ALREADY_RETURNED = "already_returned", gettext_lazy("is being sent back already")
    NO_RULE = "no_rule", gettext_lazy("has to be asked about")


# Faulty articles of kinds that are never taken back on a change of mind: as long as the usual rule.
FAULTY_DAYS = 15
FAULTY_REASONS = frozenset(ReturnReason) - {ReturnReason.CHANGED_MIND}


@dataclass(frozen=True)
class LineEligibility:
    """Whether a line may go back: `returnable` pieces until the end of `last_day`, and the reason in a sentence."""

    line_id: int
    title: str
    verdict: Verdict
    returnable: int
    last_day: date | None
    sentence: str

    @property
    def is_allowed(self) -> bool:
        return self.returnable > 0


def line_eligibility(line: SoldLine, terms: Terms | None, today: date) -> LineEligibility:
    """Return whether `line` may be sent back today, and why; pure."""
    verdict, returnable, last_day = _judge(line, terms, today)
    return LineEligibility(
        line.line_id, line.title, verdict, returnable, last_day, _sentence(verdict, returnable, last_day)
    )


@dataclass(frozen=True)
class Choice:
    """What somebody wants to send back of a line."""

    line_id: int
    quantity: int
    reason: ReturnReason
    condition: Condition


@dataclass(frozen=True)
class QuotedLine:
    """What a choice is worth: paid for these pieces, the fee, and what comes back."""

    choice: Choice
    paid_amount: int
    fee_amount: int

    @property
    def refund_amount(self) -> int:
        return self.paid_amount - self.fee_amount


def choice_problem(choice: Choice, eligibility: LineEligibility, terms: Terms | None) -> str:
    """Return why this choice is refused, in a sentence for the reader; empty when it is not."""
    if not eligibility.is_allowed or terms is None:
        return eligibility.sentence
    if not 1 <= choice.quantity <= eligibility.returnable:
        return ngettext(
            "Only %(count)d piece of this can be sent back.",
            "Only %(count)d pieces of this can be sent back.",
            eligibility.returnable,
        ) % {"count": eligibility.returnable}
    if choice.reason in FAULTY_REASONS:
        return ""
    if eligibility.verdict == Verdict.FAULTY_ONLY:
        return eligibility.sentence
    if choice.condition != Condition.UNOPENED and not terms.accepts_opened:
        return _("This article is not taken back once it has been opened, except when it is faulty.")
    return ""


def quote(choice: Choice, line: SoldLine, terms: Terms) -> QuotedLine:
    """Return what comes back for `choice`; the fee never exceeds what was paid."""
    paid = line.paid_amount * choice.quantity // max(line.wanted, 1)
    fee = 0
    if choice.reason not in FAULTY_REASONS and choice.condition != Condition.UNOPENED:
        # Halves of a minor unit are the customer's.
        fee = paid * terms.opened_fee_percent // PERCENT
        if choice.condition == Condition.INSTALLED:
            fee += terms.removal_fee_amount * choice.quantity
    return QuotedLine(choice, paid, min(fee, paid))


def paid_amounts(amounts: Sequence[int], discount: int) -> list[int]:
    """Spread an order's discount over its lines in proportion; the parts add up to the whole to the last đồng."""
    total = sum(amounts)
    if not total:
        return list(amounts)
    discount = min(discount, total)
    shares = [amount * discount // total for amount in amounts]
    remainders = sorted(range(len(amounts)), key=lambda at: (-(amounts[at] * discount % total), at))
    for at in remainders[: discount - sum(shares)]:
        shares[at] += 1
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]


def _judge(line: SoldLine, terms: Terms | None, today: date) -> tuple[Verdict, int, date | None]:
    delivered = sum(delivery.quantity for delivery in line.deliveries)
    if not line.wanted:
        return Verdict.CANCELLED, 0, None
    if not delivered:
        return Verdict.NOT_DELIVERED, 0, None
    if terms is None:
        return Verdict.NO_RULE, 0, None
    days = terms.return_days or FAULTY_DAYS
    last_day = max(delivery.on for delivery in line.deliveries) + timedelta(days=days)
    if line.in_returns >= min(delivered, line.wanted):
        return Verdict.ALREADY_RETURNED, 0, None
    # The day of delivery is day 0, and the last day counts until midnight.
    in_time = _quantity(delivery for delivery in line.deliveries if today <= delivery.on + timedelta(days=days))
    returnable = min(in_time, min(delivered, line.wanted) - line.in_returns)
    if returnable <= 0:
        return Verdict.WINDOW_OVER, 0, last_day
    return (Verdict.ALLOWED if terms.return_days else Verdict.FAULTY_ONLY), returnable, last_day


def _quantity(deliveries: Iterable[Delivery]) -> int:
    return sum(delivery.quantity for delivery in deliveries)


def _sentence(verdict: Verdict, returnable: int, last_day: date | None) -> str:
    values = {"count": returnable, "day": date_format(last_day, "SHORT_DATE_FORMAT") if last_day else ""}
    if verdict == Verdict.ALLOWED:
        return (
            ngettext(
                "You can send %(count)d piece back until the end of %(day)s.",
                "You can send %(count)d pieces back until the end of %(day)s.",
                returnable,
            )
            % values
        )
    if verdict == Verdict.FAULTY_ONLY:
        return _("This article is only taken back when it is faulty, until the end of %(day)s.") % values
    if verdict == Verdict.WINDOW_OVER:
        return _("The time for returns ended on %(day)s. For a fault, the warranty helps you.") % values
    return {
        Verdict.CANCELLED: _("This was cancelled, so there is nothing to send back."),
        Verdict.NOT_DELIVERED: _("This has not arrived yet. You can send it back once it has."),
        Verdict.ALREADY_RETURNED: _("All pieces of this are in a return already."),
        Verdict.NO_RULE: _("For this article there is no fixed rule. Ask us, and we look into it."),
    }[verdict]
