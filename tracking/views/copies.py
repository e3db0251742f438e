"""A copy for reading without a network: one file, saved because its reader asked for it.

It holds what a link shows at most (T1), whoever asks: a file lies where it was saved, and signing out cannot reach it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracking.access.policy import Access
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.presentation import order_view
from tracking.views.guard import order_page


@order_page(from_tier=Tier.LOOKUP, methods=("GET", "HEAD"))
def order_copy(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Give the order as one file with the time it was made."""
    view = order_view(order, min(access.tier, Tier.LINK))
    response = render(request, "tracking/copy.html", {"order": view})
    response["Content-Disposition"] = f'attachment; filename="{access.reference}.html"'
    return response
