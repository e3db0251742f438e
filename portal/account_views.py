"""The account page: what each app knows about the signed-in customer, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from kb import selectors as kb_selectors
from personalization.preferences import OwnedItem
from personalization.visitor import Visitor
from support import selectors as support_selectors
from tracking import selectors as tracking_selectors

if TYPE_CHECKING:
    from portal.models import User


@dataclass(frozen=True)
class OwnedProduct:
    """An appliance of the customer; `url` is empty for one that left the catalogue."""

    name: str
    url: str
    item: OwnedItem


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show orders, questions, products and security of the account; at most twenty queries, whatever is in it."""
    user = cast("User", request.user)
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]
    context = {
        "orders": tracking_selectors.account_summary(user),
        "cases": support_selectors.account_summary(user),
        "owned_products": _owned_products(visitor),
        "is_personalized": visitor.is_personalized,
        "has_second_factor": is_mfa_enabled(user),
        "has_password": user.has_usable_password(),
    }
    response = render(request, "portal/account.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _owned_products(visitor: Visitor) -> list[OwnedProduct]:
    items = visitor.stored.owned
    links = kb_selectors.products_by_code(visitor.stored.owned_products, language=visitor.language) if items else {}
    products = []
    for item in items:
        link = links.get(item.product_code)
        products.append(OwnedProduct(link.title if link else item.product_code, link.url if link else "", item))
    return products
