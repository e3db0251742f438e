"""What whoever may not see an order gets instead: the way to prove that it is theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.lib.text import clean_line
from tracking.forms import OrderLookupForm


def closed_page(request: HttpRequest, typed_reference: str) -> HttpResponse:
    """Answer for an order that this reader may not see, the same whether there is one or not.

    Not a bare "not found": most who come here hold the address of a page whose quarter of an hour is over.
    """
    form = OrderLookupForm(initial={"number": clean_line(typed_reference[:64])})
    return render(request, "tracking/orders.html", {"form": form, "is_locked": True}, status=404)
