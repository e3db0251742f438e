"""The order pages: look-up for guests, my orders, one order, and the same for paper.

Nothing here may be kept by a cache or told to another site, and a stranger learns nothing: an order that does not
exist and one that is somebody else's get the same answer.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from personalization.selectors import modules_for
from personalization.visitor import visitor_of
from portal.lib.questions import QuestionForm
from portal.lib.responses import confidential
from portal.lib.text import clean_line
from tracking import selectors
from tracking.access import limits, sessions
from tracking.access.policy import Access
from tracking.disclosure import Tier
from tracking.forms import OrderLookupForm
from tracking.models import Order
from tracking.presentation import order_view
from tracking.statuses import OrderEventKind
from tracking.views.guard import order_page

RETRY_AFTER_SECONDS = 60
# The buckets of number and contact empty within the hour.
RETRY_AFTER_BLOCK_SECONDS = 3600


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    """Look up an order (anybody) and list the orders of the account (signed in)."""
    if request.method == "POST":
        return _look_up(request)
    # From a search for an order number: shown in the field again, nothing else is done with it.
    return _lookup_page(request, OrderLookupForm(initial={"number": clean_line(request.GET.get("number", "")[:64])}))


@gzip_page
@order_page(from_tier=Tier.LOOKUP, methods=("GET", "HEAD"))
def order_detail(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Show one order to its owner, and a masked view to whoever has looked it up."""
    return _whole_order(request, access, order, "tracking/order_detail.html")


@order_page(from_tier=Tier.LOOKUP, methods=("GET", "HEAD"))
def order_print(request: HttpRequest, access: Access, order: Order) -> HttpResponse:
    """Show the same on one sheet of paper."""
    return _whole_order(request, access, order, "tracking/order_print.html")


def _look_up(request: HttpRequest) -> HttpResponse:
    form = OrderLookupForm(request.POST)
    is_valid = form.is_valid()
    subject = {name: form.cleaned_data.get(name, "") for name in ("number", "contact")}
    has_question = limits.needs_question(request, **subject)
    if not is_valid:
        return _lookup_page(request, form, has_question=has_question)
    if has_question:
        answer = QuestionForm(request.POST)
        if not answer.is_valid():
            return _ask_first(request, form, answer)
    if limits.is_over(request, **subject):
        return _too_much(request, form)
    order = selectors.access_order_by_reference(**subject)
    if order is None:
        form.add_error(
            None,
            _(
                "We find no order with this number and this contact. Check both: the contact is the one given when ordering."
            ),
        )
        return _lookup_page(request, form, has_question=has_question)
    sessions.give(request, order.reference, Tier.LOOKUP)
    return redirect("order_detail", order.reference)


def _ask_first(request: HttpRequest, form: OrderLookupForm, answer: QuestionForm) -> HttpResponse:
    """Show the form again with a question; who tried to answer one is told that it was wrong."""
    problems = answer.non_field_errors() if "answer" in request.POST else []
    form.add_error(None, [*problems] or _("One question first: much was tried from your network or about this order."))
    response = _lookup_page(request, form, has_question=True, status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _too_much(request: HttpRequest, form: OrderLookupForm) -> HttpResponse:
    form.add_error(
        None,
        _(
            "This number or contact was looked up too often. Wait an hour, open the link in one of our letters, or sign in: "
            "both work as always."
        ),
    )
    response = _lookup_page(request, form, status=429)
    response["Retry-After"] = str(RETRY_AFTER_BLOCK_SECONDS)
    return response


def _lookup_page(
    request: HttpRequest, form: OrderLookupForm, *, has_question: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "question": QuestionForm.fresh() if has_question else None}
    if request.user.is_authenticated:
        context["page"] = selectors.orders_page(request.user, request.GET.get("page", "1"))
    return render(request, "tracking/orders.html", context, status=status)


def _whole_order(request: HttpRequest, access: Access, order: Order, template_name: str) -> HttpResponse:
    view = order_view(order, access.tier)
    context = {
        "order": view,
        "access": access,
        "is_owner": access.tier >= Tier.OWNER,
        "actions": selectors.actions_of(order, access.tier),
        "returns": _returns(order, access.tier),
        "crumbs": [{"url": reverse("orders"), "title": _("Orders")}],
        "modules": modules_for(visitor_of(request), "order", subject=view.subject),
    }
    return render(request, template_name, context)


def _returns(order: Order, tier: Tier) -> tuple[selectors.ReturnView, ...]:
    """The returns of the order; asked for only where its history speaks of one."""
    has_returns = any(event.kind == OrderEventKind.RETURN_REQUESTED for event in order.events.all())
    return selectors.returns_of_order(order.reference, tier) if has_returns else ()
