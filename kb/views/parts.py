"""The list of spare parts: found by number, name or product, at an address that can be shared."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kb.forms.products import PartSearchForm
from kb.models import Product, SparePart
from kb.page_context import absolute, listing
from kb.product_page import product_list_crumb
from portal.lib.languages import active_language


@require_safe
def spare_parts(request: HttpRequest) -> HttpResponse:
    """Every part of the language, narrowed by `?q=` and `?product=` (its code).

    Cost: six queries and one for a product that is asked for; the number of parts does not matter.
    """
    language = active_language()
    products = list(Product.objects.live().in_language(language).order_by("kind", "name"))
    form = PartSearchForm(request.GET, products=products)
    parts = SparePart.objects.live().in_language(language).matching(form.words)
    if form.asked_product:
        parts = parts.filter(products=form.asked_product)
    context = {
        "form": form,
        "listing": listing(parts.order_by("number").with_live_products().with_pictures(), request.GET.get("page")),
        "base_query": f"{urlencode(form.choices)}&" if form.choices else "",
        "crumbs": [product_list_crumb()],
        "canonical_url": absolute(reverse("spare_parts")),
    }
    return render(request, "kb/spare_parts.html", context)
