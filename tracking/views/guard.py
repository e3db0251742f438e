"""What every page of one order begins with: may this reader see it, and enough of it?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.lib.responses import confidential
from tracking import selectors
from tracking.access.policy import Access, access_to
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.views.closed import closed_page

OrderPage = Callable[..., HttpResponse]


def order_page(
    *, from_tier: Tier, methods: tuple[str, ...] = ("GET", "HEAD", "POST"), with_history: bool = True
) -> Callable[[OrderPage], OrderPage]:
    """Make `view(request, access, order)` the page of an order for readers of `from_tier` and above.

    A stranger gets the closed page, whoever has proved too little is sent to the code. Cost: that of `access_to`, and of
    `order_with_history` or, without it, one query.
    """

    read = selectors.order_with_history if with_history else selectors.order_by_reference

    def decorate(view: OrderPage) -> OrderPage:
        @confidential
        @require_http_methods(methods)
        @wraps(view)
        def wrapped(request: HttpRequest, reference: str, **kwargs: object) -> HttpResponse:
            access = access_to(request, reference)
            order = read(access.reference) if access else None
            if access is None or order is None:
                return closed_page(request, reference)
            if access.tier < from_tier:
                return redirect("order_code", access.reference)
            return view(request, access, order, **kwargs)

        return wrapped

    return decorate


def crumbs_of(access: Access, order: Order) -> list[dict[str, str]]:
    """Return the way from all orders to this one, which its number names for whoever may read that."""
    title = order.external_number if access.tier >= Tier.LINK else access.reference
    return [
        {"url": reverse("orders"), "title": _("Orders")},
        {"url": reverse("order_detail", args=[access.reference]), "title": title},
    ]
