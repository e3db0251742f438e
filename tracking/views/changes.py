"""Before dispatch: cancelling the order, another address. The page says what follows; only a click does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.lib.limits import limited
from tracking import selectors, services
from tracking.access.policy import Access
from tracking.disclosure import Tier
from tracking.forms import AddressForm
from tracking.models import Order
from tracking.views.guard import crumbs_of, order_page

ACTION_RATES = "30/10m/ip"
RETRY_AFTER_SECONDS = 600


@order_page(from_tier=Tier.OWNER)
def order_cancel(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Say what cancelling means, and cancel on POST."""
    if request.method == "POST" and not limited(request, action="order_change", rates=ACTION_RATES):
        try:
            services.cancel_order(reference=access.reference)
        except services.ChangeRefused as refused:
            messages.error(request, refused.offer.sentence)
            return redirect("order_cancel", access.reference)
        messages.success(request, _("The order is cancelled."))
        return redirect("order_detail", access.reference)
    return _page(request, "tracking/cancel.html", access, order, offer=selectors.change_offers(order).cancel)


@order_page(from_tier=Tier.OWNER)
def order_address(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Ask for another address and take it."""
    is_sent = request.method == "POST"
    # A POST without a field is an empty address, not a first look.
    form = AddressForm(request.POST if is_sent else None, initial={"address": order.recipient_address})
    if is_sent and form.is_valid():
        if limited(request, action="order_change", rates=ACTION_RATES):
            form.add_error(None, _("Those were many tries. Wait ten minutes, then go on."))
        else:
            try:
                services.change_address(reference=access.reference, address=form.cleaned_data["address"])
            except services.ChangeRefused as refused:
                form.add_error(None, refused.offer.sentence)
            else:
                messages.success(request, _("The order now goes to the new address."))
                return redirect("order_detail", access.reference)
    offer = selectors.change_offers(order).address
    return _page(request, "tracking/address.html", access, order, offer=offer, form=form)


def _page(request: HttpRequest, template_name: str, access: Access, order: Order, **context: object) -> HttpResponse:
    """Show the page; a POST that comes back here was one too many, or wrong."""
    is_too_much = request.method == "POST" and "form" not in context
    context |= {"access": access, "number": order.external_number, "crumbs": crumbs_of(access, order)}
    context["is_too_much"] = is_too_much
    response = render(request, template_name, context, status=429 if is_too_much else 200)
    if is_too_much:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
