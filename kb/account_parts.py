"""What the knowledge base shows on the account page: the customer's appliances, and what is due for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kb import selectors
from kb.visitor_facts import due_maintenance
from personalization.preferences import OwnedItem
from personalization.registry import AccountPart, register
from personalization.visitor import Visitor


@dataclass(frozen=True)
class OwnedProduct:
    """An appliance of the customer; `url` is empty for one that left the catalogue."""

    name: str
    url: str
    item: OwnedItem


@register
class AccountProducts(AccountPart):
    """The appliances that the customer told us about, with the maintenance that is due."""

    key = "kb.account_products"
    title = _("My products")
    order = 35
    template_name = "kb/account/products.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {
            "owned_products": _owned_products(visitor),
            "is_personalized": visitor.is_personalized,
            "due": visitor.facts.ask(due_maintenance),
        }


def _owned_products(visitor: Visitor) -> list[OwnedProduct]:
    items = visitor.stored.owned
    links = selectors.products_by_code(visitor.stored.owned_products, language=visitor.language) if items else {}
    products = []
    for item in items:
        link = links.get(item.product_code)
        products.append(OwnedProduct(link.title if link else item.product_code, link.url if link else "", item))
    return products
