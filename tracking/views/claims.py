"""A guest's order comes into an account, by a code from its own mailbox, and goes out of it again, by a letter to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.lib.responses import secret_address
from tracking.access.policy import Access, Via
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.services import ClaimRefused, claim_order, claim_to_undo, undo_claim
from tracking.views.guard import order_page


@order_page(from_tier=Tier.OWNER, methods=("POST",))
def order_claim(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Put the order into the account of whoever is signed in and has typed the code of the order's mailbox.

    The code went to that mailbox, so typing it is the proof; the mailbox is told, with a way to undo it.
    """
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={reverse('order_detail', args=[access.reference])}")
    if access.via == Via.CODE:
        try:
            claim_order(user=request.user, reference=access.reference, proved_contact=order.contact_email)
        except ClaimRefused:
            messages.error(request, _("This order belongs to another account. Ask us if that is not right."))
        else:
            messages.success(
                request, _("The order is in your account now. We have told the e-mail address of the order.")
            )
    return redirect("order_detail", access.reference)


@secret_address
@require_http_methods(["GET", "HEAD", "POST"])
def order_claim_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take an order out of the account that claimed it; a link that is used up, old or forged is not found."""
    claim = claim_to_undo(token)
    if claim is None:
        raise Http404
    if request.method == "POST":
        undo_claim(token=token)
        messages.success(request, _("Done: the order belongs to no account any more."))
        return redirect("orders")
    context = {"reference": claim.order.reference, "crumbs": [{"url": reverse("orders"), "title": _("Orders")}]}
    return render(request, "tracking/claim_undo.html", context)
