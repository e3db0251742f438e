"""Who can see the order: the links that were sent, for its owner to take back; and leaving it on this device."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.lib.responses import confidential
from tracking import selectors, services
from tracking.access import sessions
from tracking.access.policy import Access, Via
from tracking.disclosure import Tier
from tracking.forms import RevokeForm
from tracking.models import Order
from tracking.references import normalise_reference
from tracking.views.guard import crumbs_of, order_page


# The notice of a new device leads here; whoever has the mailbox gets in by its code.
@order_page(from_tier=Tier.OWNER, with_history=False)
def order_access(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """List what opens the order; on POST take one link back, or everything."""
    if request.method == "POST":
        return _revoke(request, access, order)
    context = {
        "links": selectors.links_of(access.reference),
        "access": access,
        "is_guest": access.via != Via.ACCOUNT,
        "crumbs": crumbs_of(access, order),
    }
    return render(request, "tracking/access.html", context)


@confidential
@require_POST
def leave_order(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the order on this device; harmless when it is closed."""
    sessions.forget(request, normalise_reference(reference) or "")
    messages.success(request, _("This order is closed on this device."))
    return redirect("orders")


def _revoke(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a link of this list."))
    elif form.cleaned_data["link"] is None:
        services.revoke_all(order=order)
        messages.success(
            request, _("All links, codes and calendars are closed, and letters to other mailboxes are stopped.")
        )
        if access.via != Via.ACCOUNT:
            sessions.forget(request, access.reference)
            return redirect("orders")
    elif services.revoke_link(order=order, grant_id=form.cleaned_data["link"]):
        messages.success(request, _("This link is closed. Letters that hold it open nothing any more."))
    else:
        messages.info(request, _("This link was closed already."))
    return redirect("order_access", access.reference)
