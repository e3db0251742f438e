"""Is this courier real? From a link of our letters on; the answer is to the whole claim and shows nothing new."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.lib.limits import limited
from tracking.access.policy import Access
from tracking.courier_check import Answer, door_of, judge
from tracking.courier_form import CourierCheckForm
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.views.guard import crumbs_of, order_page

# Real couriers ring once or twice. Whoever has the link could otherwise try digits until one fits.
RATES = "5/d/key"
RETRY_AFTER_SECONDS = 24 * 3600


@order_page(from_tier=Tier.LINK)
def order_courier_check(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Take what a caller claims and say what the order says to it."""
    form = CourierCheckForm(request.POST if request.method == "POST" else None)
    answer: Answer | None = None
    is_too_much = False
    if form.is_bound and form.is_valid():
        is_too_much = limited(request, action="courier_check", rates=RATES, key=access.reference)
        if not is_too_much:
            answer = judge(form.claim, door_of(order))
    context = {
        "access": access,
        "form": form,
        "answer": answer,
        "is_too_much": is_too_much,
        "crumbs": crumbs_of(access, order),
    }
    response = render(request, "tracking/courier_check.html", context, status=429 if is_too_much else 200)
    if is_too_much:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
