"""A one-time code: sent to the order's own mailbox, typed in the browser that asked for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.lib.languages import active_language
from portal.lib.letters.budget import may_write_to
from portal.lib.limits import limited
from tracking import selectors, services
from tracking.access import codes, sessions
from tracking.access.policy import Access
from tracking.disclosure import Tier
from tracking.forms import CodeForm
from tracking.models import Order
from tracking.services import CodeOutcome
from tracking.views.guard import crumbs_of, order_page

# A code has five tries by itself; these keep one address from asking and trying without end.
SEND_RATES = "10/h/ip"
TRY_RATES = "20/10m/ip"
RETRY_AFTER_SECONDS = 600


@order_page(from_tier=Tier.LOOKUP, with_history=False)
def order_code(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Send a code, take it in. For whoever may see something of the order already; others get the closed page."""
    if access.tier >= Tier.OWNER:
        return redirect("order_detail", access.reference)
    if request.method != "POST":
        return _code_page(request, access, order, CodeForm())
    return _take_in(request, access, order) if "code" in request.POST else _send(request, access, order)


def _send(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    if not order.contact_email:
        return _code_page(request, access, order, CodeForm())
    if codes.was_just_sent(request, order.reference):
        # A double click is one wish.
        return redirect("order_code", order.reference)
    if limited(request, action="order_code_send", rates=SEND_RATES) or not may_write_to(request, order.contact_email):
        return _refuse(
            request,
            access,
            order,
            CodeForm(),
            _(
                "We have written to this mailbox several times already. Use the code of the latest letter, or try again in an hour."
            ),
        )
    grant = services.send_code(order=order, language=active_language())
    codes.remember(request, order.reference, grant.pk)
    return redirect("order_code", order.reference)


def _take_in(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    form = CodeForm(request.POST)
    if limited(request, action="order_code_try", rates=TRY_RATES):
        return _refuse(request, access, order, form, _("Those were many tries. Wait ten minutes, then go on."))
    if not form.is_valid():
        return _code_page(request, access, order, form)
    grant_id = codes.pending(request, order.reference)
    outcome = services.redeem_code(grant_id=grant_id, typed=form.cleaned_data["code"]) if grant_id else CodeOutcome.DEAD
    if outcome == CodeOutcome.RIGHT:
        codes.forget(request, order.reference)
        sessions.give(request, order.reference, Tier.OWNER, grant_id=grant_id)
        messages.success(request, _("You now see everything about this order."))
        return redirect("order_detail", order.reference)
    if outcome == CodeOutcome.WRONG:
        form.add_error("code", _("This is not the code of the latest letter. Look again."))
    else:
        # The session stays untouched: a second click comes with a key that the first one has changed.
        form.add_error(None, _("This code is not good any more. Have a new one sent."))
    return _code_page(request, access, order, form)


def _refuse(request: HttpRequest, access: Access, order: Order, form: CodeForm, problem: str) -> HttpResponse:
    response = _code_page(request, access, order, form, problem=problem, status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _code_page(
    request: HttpRequest, access: Access, order: Order, form: CodeForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "problem": problem,
        "reference": access.reference,
        "has_mailbox": bool(order.contact_email),
        "is_sent": _is_waiting(request, access.reference),
        "minutes": services.CODE_MINUTES,
        "crumbs": crumbs_of(access, order),
    }
    return render(request, "tracking/code.html", context, status=status)


def _is_waiting(request: HttpRequest, reference: str) -> bool:
    """Say whether a code that this browser asked for can still be typed in."""
    grant_id = codes.pending(request, reference)
    return grant_id is not None and selectors.code_is_open(grant_id)
