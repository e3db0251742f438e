"""The catalogue: list, product, comparison, maintenance calendar."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from kb.comparison import FEWEST, MOST, compare
from kb.forms.products import CalendarForm
from kb.maintenance_calendar import Event, maintenance_calendar
from kb.models import MaintenanceTask, Product
from kb.page_cache import keep_for_everybody
from kb.page_context import absolute
from kb.product_page import product_list_crumb, render_product, tasks_of
from portal.lib.languages import active_language

# A comparison's address is written by people and programs alike; nobody compares more, and each code is looked up.
MAX_CODES = 20
ONLY_DIFFERENCES = "differences"


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    """Every product of the language, by kind, each with a box to choose it for a comparison."""
    products = Product.objects.live().in_language(active_language()).select_related("image").order_by("kind", "name")
    response = render(request, "kb/product_list.html", {"products": list(products), "fewest": FEWEST, "most": MOST})
    keep_for_everybody(response)
    return response


@require_safe
def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One product: picture, data sheet, its articles by kind, what to do when."""
    product = (
        Product.objects.live()
        .in_language(active_language())
        .select_related("image", "manual", "locale")
        .filter(slug=slug)
        .first()
    )
    if product is None:
        return _redirect_to_twin(slug)
    response = render_product(request, product)
    keep_for_everybody(response)
    return response


@require_safe
def product_maintenance_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The maintenance plan as a calendar file; `?from=` is the day from which it counts."""
    product = Product.objects.live().in_language(active_language()).filter(slug=slug).first()
    if product is None:
        raise Http404(gettext("There is no such product."))
    form = CalendarForm(request.GET)
    if not form.is_valid():
        return render_product(request, product, form, status=400)
    content = maintenance_calendar(
        gettext("Maintenance of %(product)s") % {"product": product.name},
        [_event(task, product) for task in tasks_of(request, product)],
        first_day=form.cleaned_data["start"] or timezone.localdate(),
        language=active_language(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{product.slug}.ics"'
    return response


@require_safe
def product_compare(request: HttpRequest) -> HttpResponse:
    """Two to four products side by side; each other number, and each unknown code, gets a sentence.

    `?p=` names each of them, `?only=differences` leaves out the rows in which they agree. Cost: four queries.
    """
    asked = list(dict.fromkeys(code.strip().upper() for code in request.GET.getlist("p")[:MAX_CODES] if code.strip()))
    known = {
        product.code: product
        for product in Product.objects.live()
        .in_language(active_language())
        .filter(code__in=[code for code in asked if "\x00" not in code])
        .select_related("image")
        .prefetch_related("specifications")
    }
    products = [known[code] for code in asked if code in known]
    fits = FEWEST <= len(products) <= MOST
    rows = compare(products) if fits else []
    only_differences = request.GET.get("only") == ONLY_DIFFERENCES
    context = {
        "products": products if fits else [],
        "rows": [row for row in rows if row.differs or not only_differences],
        "row_count": len(rows),
        "different_count": sum(row.differs for row in rows),
        "only_differences": only_differences,
        "compared": urlencode([("p", product.code) for product in products]),
        "chosen": {product.code for product in products},
        "unknown_codes": [code[:40] for code in asked if code not in known],
        "too_few": len(products) < FEWEST and bool(asked),
        "too_many": len(products) > MOST,
        "fewest": FEWEST,
        "most": MOST,
        "choices": list(Product.objects.live().in_language(active_language()).order_by("kind", "name")),
        "crumbs": [product_list_crumb()],
    }
    return render(request, "kb/product_compare.html", context)


def _event(task: MaintenanceTask, product: Product) -> Event:
    page_url = absolute(product.get_absolute_url())
    article_path = task.article.url if task.article else None
    article_url = absolute(article_path) if article_path else page_url
    lines = [f"{product.name} ({product.code})"]
    if task.minutes:
        lines.append(gettext("Takes about %(minutes)s minutes.") % {"minutes": task.minutes})
    lines.append(article_url)
    return Event(
        uid=f"{product.code.lower()}-{task.pk}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}",
        summary=f"{task.what} · {product.name}",
        description="\n".join(lines),
        interval_months=task.interval_months,
        url=article_url,
    )


def _redirect_to_twin(slug: str) -> HttpResponse:
    """Send a reader who changed the language in the address to the product's page in that language."""
    elsewhere = Product.objects.filter(slug=slug).values_list("translation_key", flat=True)
    twin = Product.objects.live().in_language(active_language()).filter(translation_key__in=elsewhere).first()
    if twin is None:
        raise Http404(gettext("There is no such product."))
    return HttpResponseRedirect(reverse("product_detail", args=[twin.slug]))
