"""Sending something back: asked for line by line, worth shown first, sent by a second click; and taking it back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.lib.limits import limited
from portal.lib.money import format_amount
from tracking import selectors, services
from tracking.access.policy import Access, Via
from tracking.aftersales.states import Remedy
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.return_form import ReturnForm
from tracking.views.guard import crumbs_of, order_page

RETURN_RATES = "20/10m/ip"


@order_page(from_tier=Tier.OWNER)
def order_return(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Show what may go back and why not; a first POST says what it is worth, one with `send` asks for it."""
    options = selectors.return_options(access.reference)
    if request.method != "POST":
        return _page(
            request, access, order, options, ReturnForm(options=options, initial={"request_key": uuid.uuid4()})
        )
    form = ReturnForm(request.POST, options=options)
    if not form.is_valid():
        return _page(request, access, order, options, form)
    if limited(request, action="order_return", rates=RETURN_RATES):
        form.add_error(None, _("Those were many tries. Wait ten minutes, then go on."))
        return _page(request, access, order, options, form, status=429)
    try:
        if "send" not in request.POST:
            worth = selectors.return_worth(access.reference, form.choices)
            return _page(request, access, order, options, form, worth=format_amount(worth, order.currency))
        returned = services.request_return(
            reference=access.reference,
            choices=form.choices,
            remedy=Remedy(form.cleaned_data["remedy"]),
            request_key=form.cleaned_data["request_key"],
            user=request.user if access.via == Via.ACCOUNT else None,  # type: ignore[arg-type]  # so nobody anonymous
            comment=form.cleaned_data["comment"],
        )
    except services.ReturnRefused as refused:
        form.take(refused.problems)
        return _page(request, access, order, options, form)
    messages.success(
        request,
        _("Your return %(number)s is asked for. We answer soon; keep the article until then.")
        % {"number": returned.number},
    )
    return redirect("order_detail", access.reference)


@order_page(from_tier=Tier.OWNER, methods=("POST",))
def order_return_withdraw(request: HttpRequest, access: Access, order: Order, number: str) -> HttpResponse:
    """Take a return back that the shop has not received; another order's number changes nothing."""
    mine = {one.number for one in selectors.returns_of_order(access.reference, Tier.OWNER)}
    try:
        if number not in mine:
            raise services.MoveNotAllowed(number)
        services.withdraw_return(number=number)
    except services.MoveNotAllowed:
        messages.error(request, _("This return cannot be taken back any more."))
    else:
        messages.success(request, _("The return is taken back; you keep the article."))
    return redirect("order_detail", access.reference)


def _page(
    request: HttpRequest,
    access: Access,
    order: Order,
    options: tuple[selectors.ReturnOption, ...],
    form: ReturnForm,
    *,
    worth: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "access": access,
        "form": form,
        "refused": [option for option in options if not option.eligibility.is_allowed],
        "worth": worth,
        "number": order.external_number,
        "crumbs": crumbs_of(access, order),
    }
    return render(request, "tracking/return.html", context, status=status)
