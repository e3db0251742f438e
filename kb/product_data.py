"""What a product's page tells machines: schema.org data of the product and its spare parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.page_context import absolute

if TYPE_CHECKING:
    from kb.models import Product, SparePart
    from kb.structured_data import JsonValue

CURRENCY = "VND"


def product_data(product: Product, parts: Sequence[SparePart], *, url: str) -> JsonValue:
    """Return the schema.org Product; its price is left out, because the help centre does not sell it.

    Cost: none when image and specifications are loaded.
    """
    data: dict[str, JsonValue] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.code,
        "model": product.code,
        "category": str(product.get_kind_display()),
        "url": url,
    }
    if product.summary:
        data["description"] = product.summary
    if product.image:
        data["image"] = absolute(product.image.get_rendition("width-800|format-webp").url)
    if sheet := list(product.specifications.all()):
        data["additionalProperty"] = [
            {"@type": "PropertyValue", "name": line.name, "value": line.value} for line in sheet
        ]
    if parts:
        data["isRelatedTo"] = [_part(part) for part in parts]
    return data


def _part(part: SparePart) -> JsonValue:
    url = absolute(part.get_absolute_url())
    data: dict[str, JsonValue] = {"@type": "Product", "name": part.name, "sku": part.number, "url": url}
    if part.price:
        data["offers"] = {
            "@type": "Offer",
            "price": str(part.price),
            "priceCurrency": CURRENCY,
            "availability": f"https://schema.org/{'InStock' if part.is_available else 'OutOfStock'}",
            "url": url,
        }
    return data
