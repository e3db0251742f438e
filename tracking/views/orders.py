"""The order pages: look-up for guests, my orders, one order, and the same for paper.

Nothing here may be kept by a cache or told to another site, and a stranger learns nothing: an order that does not
exist and one that is somebody else's get the same answer.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from personalization.facts import PurchaseDates
from personalization.selectors import modules_for
from portal.lib.limits import limited
from portal.lib.responses import confidential
from portal.lib.text import clean_line
from tracking import selectors
from tracking.access import sessions
from tracking.access.policy import access_to
from tracking.contacts import normalise_contact
from tracking.disclosure import Tier
from tracking.forms import OrderLookupForm
from tracking.presentation import OrderView, order_view
from tracking.references import normalise_number, normalise_reference
from tracking.views.closed import closed_page

# Ten tries a minute are a person with a crumpled receipt; a reference has 45 random bits, so that an address that
# tries sixty an hour needs a geological age. Buckets for number and contact stop many addresses on one order.
IP_RATES = "10/m/ip,60/h/ip"
SUBJECT_RATES = "20/h/key"
RETRY_AFTER_SECONDS = 60


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    """Look up an order (anybody) and list the orders of the account (signed in)."""
    if request.method == "POST":
        return _look_up(request)
    # From a search for an order number: shown in the field again, nothing else is done with it.
    return _lookup_page(request, OrderLookupForm(initial={"number": clean_line(request.GET.get("number", "")[:64])}))


@confidential
@require_safe
def order_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one order to its owner, and a masked view to whoever has looked it up."""
    return _order_page(request, reference, "tracking/order_detail.html")


@confidential
@require_safe
def order_print(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the same on one sheet of paper."""
    return _order_page(request, reference, "tracking/order_print.html")


def _look_up(request: HttpRequest) -> HttpResponse:
    form = OrderLookupForm(request.POST)
    is_valid = form.is_valid()
    if _is_over_limit(request, form):
        form.add_error(None, _("Too many tries. Wait a minute, check the number and the contact, then try again."))
        response = _lookup_page(request, form, status=429)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    if not is_valid:
        return _lookup_page(request, form)
    order = selectors.access_order_by_reference(
        number=form.cleaned_data["number"], contact=form.cleaned_data["contact"]
    )
    if order is None:
        form.add_error(
            None,
            _(
                "We find no order with this number and this contact. Check both: the contact is the one given when ordering."
            ),
        )
        return _lookup_page(request, form)
    sessions.give(request, order.reference, Tier.LOOKUP)
    return redirect("order_detail", order.reference)


def _is_over_limit(request: HttpRequest, form: OrderLookupForm) -> bool:
    """Count this try against the address, the number and the contact, whatever comes of it."""
    if limited(request, action="order_lookup", rates=IP_RATES):
        return True
    number, contact = form.cleaned_data.get("number", ""), form.cleaned_data.get("contact", "")
    keys = {
        "order_lookup_number": normalise_reference(number) or normalise_number(number),
        "order_lookup_contact": normalise_contact(contact) or "",
    }
    # Every bucket is asked, so that a full one does not answer faster than an empty one.
    verdicts = [limited(request, action=action, rates=SUBJECT_RATES, key=key) for action, key in keys.items() if key]
    return any(verdicts)


def _lookup_page(request: HttpRequest, form: OrderLookupForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {"form": form}
    if request.user.is_authenticated:
        context["page"] = selectors.orders_page(request.user, request.GET.get("page", "1"))
    return render(request, "tracking/orders.html", context, status=status)


def _order_page(request: HttpRequest, typed_reference: str, template_name: str) -> HttpResponse:
    access = access_to(request, typed_reference)
    order = selectors.order_with_history(access.reference) if access else None
    if access is None or order is None:
        return closed_page(request, typed_reference)
    view = order_view(order, access.tier)
    context = {
        "order": view,
        "access": access,
        "is_owner": access.tier >= Tier.OWNER,
        "crumbs": [{"url": reverse("orders"), "title": _("Orders")}],
        "modules": modules_for(request.visitor, "order", subject=_dates_of(view)),  # type: ignore[attr-defined]
    }
    return render(request, template_name, context)


def _dates_of(view: OrderView) -> PurchaseDates:
    """Return what other apps may know of the order on this page: its days."""
    placed_on = timezone.localdate(view.placed_at, selectors.SHOP_ZONE)
    return PurchaseDates(reference=view.reference, placed_on=placed_on)
