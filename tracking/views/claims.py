"""The page behind the link in the letter about a claimed order: it asks, and only a click undoes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.lib.responses import secret_address
from tracking.services import claim_to_undo, undo_claim


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
