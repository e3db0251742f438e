"""A link of one of our letters. Opening it shows a button and changes nothing, for mail scanners, previews of chats
and the browser's "back" open it too; the button exchanges it for this browser's session and takes it out of the
address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.lib.languages import active_language
from portal.lib.letters.budget import may_write_to
from portal.lib.limits import limited
from portal.lib.responses import secret_address
from tracking import services
from tracking.access import links, sessions
from tracking.disclosure import Tier
from tracking.forms import OrderLookupForm
from tracking.models import AccessGrant

# A token has 160 random bits; this only keeps a robot from using the page as a drum.
POST_RATES = "30/m/ip"
RETRY_AFTER_SECONDS = 60


@secret_address
@require_http_methods(["GET", "HEAD", "POST"])
def order_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is; on POST open the order with it, or send a fresh one to the same mailbox."""
    grant = links.find(token)
    if grant is None or links.is_revoked(grant):
        return render(request, "tracking/link_dead.html", {"form": OrderLookupForm()}, status=404)
    is_expired = links.is_expired(grant)
    if request.method != "POST":
        return _link_page(request, is_expired=is_expired)
    if limited(request, action="order_link", rates=POST_RATES):
        response = _link_page(request, is_expired=is_expired, problem="too_many", status=429)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _renew(request, grant) if is_expired else _open(request, grant)


def _open(request: HttpRequest, grant: AccessGrant) -> HttpResponse:
    mark = links.mark_of_device(request, grant)
    # Asked only when there is something to tell, so that one's own openings do not use the budget up.
    is_news = grant.used_at is not None and mark not in grant.device_marks
    services.note_opening(grant=grant, device_mark=mark, may_write=is_news and may_write_to(request, grant.recipient))
    sessions.give(request, grant.order.reference, Tier.LINK, grant_id=grant.pk)
    return redirect("order_detail", grant.order.reference)


def _renew(request: HttpRequest, grant: AccessGrant) -> HttpResponse:
    if not may_write_to(request, grant.recipient):
        return _link_page(request, is_expired=True, problem="mailbox_full", status=429)
    services.send_link(order=grant.order, language=active_language())
    return _link_page(request, is_expired=True, is_sent=True)


def _link_page(
    request: HttpRequest, *, is_expired: bool, problem: str = "", is_sent: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "is_expired": is_expired,
        "problem": problem,
        "is_sent": is_sent,
        "days": links.DAYS_AFTER_CLOSING,
        "orders_url": reverse("orders"),
    }
    return render(request, "tracking/link.html", context, status=status)
