"""The expected day in a calendar: its owner makes and closes the address, programs read it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.lib.languages import active_language
from portal.lib.limits import limited
from portal.lib.responses import secret_address
from tracking import selectors, services
from tracking.access import secrets
from tracking.access.policy import Access
from tracking.calendar_feed import calendar_of
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.views.guard import crumbs_of, order_page

MAKE_RATES = "20/h/ip"
# A calendar asks every hour; many people's calendars ask from the same few addresses of a large provider.
READ_RATES = "60/h/key"
RETRY_AFTER_SECONDS = 3600


@order_page(from_tier=Tier.LINK)
def order_calendar(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Show the address of the order's calendar; POST makes it, or closes it (`close`)."""
    if request.method == "POST":
        if "close" in request.POST:
            services.revoke_calendar_feed(order=order)
            messages.success(request, _("The address of the calendar is closed."))
        elif limited(request, action="order_calendar", rates=MAKE_RATES):
            messages.error(request, _("Those were many tries. Wait ten minutes, then go on."))
        else:
            services.make_calendar_feed(order=order, language=active_language())
        return redirect("order_calendar", access.reference)
    feed = selectors.calendar_feed_of(access.reference)
    path = reverse("order_calendar_feed", args=[secrets.feed_token(feed.seed)]) if feed else ""
    context = {
        "access": access,
        "address": settings.SITE_URL + path if feed else "",
        "crumbs": crumbs_of(access, order),
    }
    return render(request, "tracking/calendar.html", context)


@secret_address
@require_safe
def order_calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar to a program; a closed or unknown address is not found."""
    feed = selectors.calendar_feed(token)
    order = selectors.order_with_history(feed.order.reference) if feed else None
    if feed is None or order is None:
        raise Http404
    if limited(request, action="order_calendar_feed", rates=READ_RATES, key=feed.token_digest):
        response = HttpResponse(status=429)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    with translation.override(feed.language):
        text = calendar_of(feed, order)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
