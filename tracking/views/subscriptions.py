"""Hearing of an order by letter, without an account: asked for, confirmed by a letter, stopped by one click."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.lib.languages import active_language
from portal.lib.letters.budget import may_write_to
from portal.lib.limits import limited
from portal.lib.responses import secret_address
from tracking import services
from tracking.access.policy import Access
from tracking.disclosure import Tier
from tracking.forms import SubscribeForm
from tracking.models import Order
from tracking.views.guard import crumbs_of, order_page

RATES = "10/h/ip"
RETRY_AFTER_SECONDS = 3600


@order_page(from_tier=Tier.LOOKUP)
def order_subscribe(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Take an address and write to it; what is known about the address is not told."""
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    is_sent, status = False, 200
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        if limited(request, action="order_subscribe", rates=RATES):
            form.add_error(None, _("Those were many tries. Wait an hour, then go on."))
            status = 429
        else:
            may_write = may_write_to(request, email)
            services.subscribe(order=order, email=email, language=active_language(), may_write=may_write)
            is_sent = True
    context = {
        "access": access,
        "form": form,
        "is_sent": is_sent,
        "days": services.CONFIRM_DAYS,
        "crumbs": crumbs_of(access, order),
    }
    response = render(request, "tracking/subscribe.html", context, status=status)
    if status != 200:  # the one other status here is "too many"
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


@secret_address
@require_http_methods(["GET", "HEAD", "POST"])
def order_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind both links of our letters: confirm on POST, stop on POST; opening it changes nothing."""
    subscription = services.find_subscription(token)
    if subscription is None:
        raise Http404
    done = ""
    if request.method == "POST":
        if "confirm" in request.POST:
            done = "confirmed" if services.confirm_subscription(token=token) else "too_late"
        else:
            services.stop_subscription(token=token)
            done = "stopped"
        subscription = services.find_subscription(token)
    context = {
        "subscription": subscription,
        "done": done,
        "crumbs": [{"url": reverse("orders"), "title": _("Orders")}],
    }
    return render(request, "tracking/subscription.html", context)
