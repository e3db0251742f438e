"""Sentences about orders and parcels, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tracking.statuses import OrderHeadline, Status

_WEEKDAYS = (
    pgettext_lazy("in a sentence", "Monday"),
    pgettext_lazy("in a sentence", "Tuesday"),
    pgettext_lazy("in a sentence", "Wednesday"),
    pgettext_lazy("in a sentence", "Thursday"),
    pgettext_lazy("in a sentence", "Friday"),
    pgettext_lazy("in a sentence", "Saturday"),
    pgettext_lazy("in a sentence", "Sunday"),
)

# Without a full stop: what is expected follows after a comma.
_SENTENCES: dict[str, str | Promise] = {
    OrderHeadline.PLACED: gettext_lazy("We have received your order"),
    OrderHeadline.PROCESSING: gettext_lazy("We are preparing your order"),
    OrderHeadline.PARTLY_SHIPPED: gettext_lazy("Part of your order is on its way"),
    OrderHeadline.SHIPPED: gettext_lazy("Your order is on its way"),
    OrderHeadline.PARTLY_DELIVERED: gettext_lazy("Part of your order has been delivered"),
    OrderHeadline.DELIVERED: gettext_lazy("Your order has been delivered"),
    OrderHeadline.ACTION_NEEDED: gettext_lazy("Your order needs your attention"),
    OrderHeadline.RETURN_IN_PROGRESS: gettext_lazy("A parcel of your order is on its way back to us"),
    OrderHeadline.CLOSED: gettext_lazy("Your order is closed"),
    OrderHeadline.CANCELLED: gettext_lazy("Your order has been cancelled"),
}

# What needs attention, when one status says it better than the general sentence.
_TROUBLE_SENTENCES: dict[str, str | Promise] = {
    Status.ATTEMPT_FAILED: gettext_lazy("The carrier could not deliver your order"),
    Status.READY_FOR_PICKUP: gettext_lazy("Your order is waiting for you at the carrier's counter"),
    Status.LOST: gettext_lazy("The carrier has lost a parcel of your order"),
    Status.DAMAGED: gettext_lazy("A parcel of your order was damaged on the way"),
    Status.EXCEPTION: gettext_lazy("There is a problem with the delivery of your order"),
}


def day_text(day: date) -> str:
    """Return "thứ Sáu, 27/11" or "Friday 27 Nov": the weekday is what people plan by."""
    values = {"weekday": _WEEKDAYS[day.weekday()], "day": date_format(day, "MONTH_DAY_FORMAT")}
    return _("%(weekday)s %(day)s") % values


def range_text(first: date | None, last: date | None) -> str:
    """Return one day or "from … to …"; empty when nothing is known."""
    if first and last and first != last:
        return _("between %(first)s and %(last)s") % {"first": day_text(first), "last": day_text(last)}
    day = last or first
    return _("on %(day)s") % {"day": day_text(day)} if day else ""


def headline_sentence(headline: str, *, trouble: str = "", delivered_on: date | None = None, expected: str = "") -> str:
    """Return the one sentence that says how the order stands.

    `trouble` is the status of the parcel that needs attention, `expected` comes from `range_text`.
    """
    sentence = str(_SENTENCES[headline])
    if headline == OrderHeadline.ACTION_NEEDED:
        sentence = str(_TROUBLE_SENTENCES.get(trouble, sentence))
    if headline == OrderHeadline.DELIVERED and delivered_on:
        return _("%(sentence)s on %(day)s.") % {"sentence": sentence, "day": day_text(delivered_on)}
    if expected and headline in (OrderHeadline.PARTLY_SHIPPED, OrderHeadline.PARTLY_DELIVERED):
        return _("%(sentence)s, the rest expected %(range)s.") % {"sentence": sentence, "range": expected}
    if expected:
        return _("%(sentence)s, expected %(range)s.") % {"sentence": sentence, "range": expected}
    return f"{sentence}."


def delay_sentence(*, promised: date | None, reason: str | Promise = "") -> str:
    """Return why it takes longer: promised day and cause, as far as they are known."""
    if promised and reason:
        return _("Later than promised (%(day)s): %(reason)s.") % {"day": day_text(promised), "reason": reason}
    if promised:
        return _("Later than promised (%(day)s). The carrier has not told us why.") % {"day": day_text(promised)}
    if reason:
        return _("It takes longer than usual: %(reason)s.") % {"reason": reason}
    return _("It takes longer than usual.")


def progress_text(delivered: int, wanted: int) -> str:
    """Return "2 of 3 delivered"."""
    return _("%(delivered)d of %(wanted)d delivered") % {"delivered": delivered, "wanted": wanted}


def waiting_sentence(count: int, reason: str | Promise, planned_on: date | None) -> str:
    """Return "1 waiting because it is not in stock yet; leaves on Friday 27/11"."""
    sentence = ngettext("%(count)d waiting because %(reason)s", "%(count)d waiting because %(reason)s", count) % {
        "count": count,
        "reason": reason,
    }
    if planned_on is None:
        return sentence
    return _("%(sentence)s; leaves on %(day)s") % {"sentence": sentence, "day": day_text(planned_on)}
