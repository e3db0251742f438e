"""The customer's own pages beside their orders: points, warranties, returns. For accounts only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from personalization.visitor import visitor_of
from portal.lib.limits import limited
from portal.lib.responses import confidential
from tracking import selectors, services
from tracking.forms import ClaimForm, RegistrationForm
from tracking.selectors import WarrantyView
from tracking.services.serials import serial_key

REGISTER_RATES = "10/h/user"
CLAIM_RATES = "10/h/user"


@confidential
@require_safe
@login_required
def points(request: HttpRequest) -> HttpResponse:
    """Show points, credit and level with every entry behind them."""
    context = {
        "statement": selectors.points_of(request.user),
        "tier": selectors.tier_of(request.user),
        "page": selectors.ledger_page(request.user, request.GET.get("page", "1")),
    }
    return _render(request, "tracking/points.html", context)


@confidential
@require_safe
@login_required
def account_returns(request: HttpRequest) -> HttpResponse:
    """Show every return with its steps, the latest first."""
    return _render(request, "tracking/returns.html", {"returns": selectors.returns_of(request.user)})


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def warranties(request: HttpRequest) -> HttpResponse:
    """Show every warranty, take in a serial number; the answer is the same whether the number exists or not."""
    form = RegistrationForm(request.POST or None)
    if request.method != "POST":
        return _warranties(request, form)
    if limited(request, action="register_product", rates=REGISTER_RATES):
        form.add_error(None, _("Those were many numbers. Try again in an hour."))
        return _warranties(request, form, status=429)
    if not form.is_valid():
        return _warranties(request, form)
    try:
        services.register_product(user=_customer(request), **form.cleaned_data)
    except services.TooManyRegistrations:
        form.add_error(None, _("This account holds as many products as it can. Write to us to add more."))
        return _warranties(request, form)
    messages.success(
        request, _("Noted. If the number is one of ours, the warranty appears here once we have checked it.")
    )
    return redirect("warranties")


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def warranty_claim(request: HttpRequest, line_id: int, unit: int) -> HttpResponse:
    """Report a fault of an appliance that the customer bought here; what is not theirs is not found."""
    warranty = next(
        (one for one in selectors.warranties_of(request.user) if (one.line_id, one.unit) == (line_id, unit)), None
    )
    if warranty is None:
        messages.error(request, _("There is no such product among yours."))
        return redirect("warranties")
    form = ClaimForm(request.POST or None, initial={"request_key": get_random_string(32)})
    if request.method == "POST":
        if limited(request, action="warranty_claim", rates=CLAIM_RATES):
            form.add_error(None, _("Those were many reports. Try again in an hour."))
        elif form.is_valid() and _claimed(request, form, warranty):
            return redirect("warranties")
    return _render(request, "tracking/warranty_claim.html", {"form": form, "warranty": warranty})


def _claimed(request: HttpRequest, form: ClaimForm, warranty: WarrantyView) -> bool:
    if warranty.line_id is None:
        return False
    row = services.warranty_of_line(order_line_id=warranty.line_id, unit=warranty.unit)
    try:
        claim = services.open_claim(warranty_id=row.pk, user=_customer(request), **form.cleaned_data)
    except services.NotCovered:
        form.add_error(None, _("This product is not under warranty today. Ask us: we repair it all the same."))
        return False
    messages.success(
        request,
        _("We have your report %(number)s and get in touch within two working days.") % {"number": claim.number},
    )
    return True


def _warranties(request: HttpRequest, form: RegistrationForm, *, status: int = 200) -> HttpResponse:
    standing, registrations = selectors.warranties_of(request.user), selectors.registrations_of(request.user)
    known = {serial_key(one.serial_number) for one in standing} | {
        serial_key(one.serial_number) for one in registrations
    }
    owned = visitor_of(request).preferences.owned
    context = {
        "warranties": standing,
        "registrations": registrations,
        # What they told us for their pages is registered only when they say so: somebody checks a registration.
        "told": [item for item in owned if item.serial_number and serial_key(item.serial_number) not in known],
        "form": form,
    }
    return _render(request, "tracking/warranties.html", context, status=status)


def _render(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    crumbs = [{"url": reverse("account"), "title": _("My account")}]
    return render(request, template, {**context, "crumbs": crumbs}, status=status)


def _customer(request: HttpRequest) -> AbstractBaseUser:
    return cast("AbstractBaseUser", request.user)
