"""What the page of one product gathers: data sheet, manual, parts, maintenance plan, articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override

from kb import product_data, structured_data
from kb.forms.products import CalendarForm
from kb.models import ArticlePage, MaintenanceTask, Product, SparePart
from kb.models.articles import ARTICLE_TYPE_LABELS
from kb.page_context import Crumb, LanguageLink, absolute
from portal.lib.languages import own_name


@dataclass(frozen=True)
class ArticleGroup:
    """The articles of one kind about a product."""

    title: str
    articles: list[ArticlePage]


@dataclass(frozen=True)
class Manual:
    """The printed manual as a file; `size_bytes` is None when the file itself is gone."""

    title: str
    url: str
    kind: str
    size_bytes: int | None


def render_product(
    request: HttpRequest, product: Product, calendar_form: CalendarForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Return the page of `product`, which may be an edited state that is not stored yet.

    Cost: eight queries, whatever the number of articles, parts and tasks; further ones for pictures not cut yet.
    """
    twins = _twins(product)
    parts = parts_of(product)
    url = absolute(product.get_absolute_url()) if product.slug else ""
    crumbs = [product_list_crumb()]
    context = {
        "product": product,
        "specifications": list(product.specifications.all()),
        "manual": _manual(product),
        "parts": parts,
        "tasks": tasks_of(request, product),
        "groups": _article_groups(request, product),
        "calendar_form": calendar_form or CalendarForm(),
        "crumbs": crumbs,
        "canonical_url": url,
        "alternates": [(language, absolute(path)) for language, path in twins.items()],
        "language_links": _language_links(twins),
        "structured_data": [
            structured_data.as_script(product_data.product_data(product, parts, url=url)),
            structured_data.as_script(
                structured_data.breadcrumb_data(
                    [*((crumb.title, absolute(crumb.url)) for crumb in crumbs), (product.name, url)]
                )
            ),
        ],
    }
    return render(request, "kb/product_detail.html", context, status=status)


def product_list_crumb() -> Crumb:
    """Return the step above every product."""
    return Crumb(gettext("Products"), reverse("product_list"))


def parts_of(product: Product) -> list[SparePart]:
    """Return the parts that fit, those that can be ordered first; one query."""
    if product.pk is None:
        return []
    return list(product.spare_parts.live().select_related("locale").with_pictures().order_by("-is_available", "number"))


def tasks_of(request: HttpRequest, product: Product) -> list[MaintenanceTask]:
    """Return the maintenance plan; a task keeps its article only where the reader may read it."""
    visible = ArticlePage.objects.visible_to(request.user).as_cards()
    return list(product.maintenance_tasks.prefetch_related(Prefetch("article", queryset=visible)))


def _article_groups(request: HttpRequest, product: Product) -> list[ArticleGroup]:
    if product.pk is None:
        return []
    articles = ArticlePage.objects.visible_to(request.user).as_cards().filter(products=product).order_by("title")
    by_type: dict[str, list[ArticlePage]] = {kind: [] for kind in ARTICLE_TYPE_LABELS}
    for article in articles:
        by_type[article.article_type].append(article)
    return [ArticleGroup(str(ARTICLE_TYPE_LABELS[kind]), found) for kind, found in by_type.items() if found]


def _manual(product: Product) -> Manual | None:
    document = product.manual
    if document is None:
        return None
    # Files may be lost beside the database: the page says so rather than failing or leading to nothing.
    exists = document.file.storage.exists(document.file.name)
    return Manual(
        title=document.title,
        url=document.url,
        kind=PurePath(document.file.name).suffix.removeprefix(".").upper(),
        size_bytes=document.file.size if exists else None,
    )


def _twins(product: Product) -> dict[str, str]:
    """Return the path of the product in each language that has it, the present one included."""
    twins = Product.objects.live().filter(translation_key=product.translation_key).select_related("locale")
    paths = {twin.locale.language_code: twin.get_absolute_url() for twin in twins}
    return {code: paths[code] for code, _name in settings.LANGUAGES if code in paths}


def _language_links(twins: dict[str, str]) -> list[LanguageLink]:
    return [
        LanguageLink(code, own_name(code), twins.get(code) or _list_path(code), is_translation=code in twins)
        for code, _name in settings.LANGUAGES
    ]


def _list_path(language: str) -> str:
    with override(language):
        return reverse("product_list")
