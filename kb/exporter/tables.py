"""What articles stand on, as YAML: categories, products, spare parts, shared texts, the words about pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from wagtail.models import Page

from kb.exporter.names import Names
from kb.managers import ArticleQuerySet
from kb.markdown import rich_text_to_markdown
from kb.markdown.references import with_links
from kb.models import CategoryPage, HelpIndexPage, Product, ReusableText, SparePart

FORMAT_VERSION = 1

Row = dict[str, Any]


def manifest() -> Row:
    """Return what the archive is, and the help index of each language."""
    indexes = HelpIndexPage.objects.public().select_related("locale").order_by("path")
    return {
        "format": FORMAT_VERSION,
        "languages": [
            _said({"lang": index.locale.language_code, "title": index.title, "intro": index.intro}) for index in indexes
        ],
    }


def categories(names: Names, articles: ArticleQuerySet) -> Iterator[Row]:
    """Yield the categories, those above first, the site's first language first, each with its articles in order.

    Those that readers cannot open are left out unless an article of the archive stands in them.
    """
    public = set(CategoryPage.objects.public().values_list("path", flat=True))
    ordered: dict[str, list[str]] = {}
    for pk, path in articles.order_by("path").values_list("pk", "path"):
        ordered.setdefault(path[: -Page.steplen], []).append(names.article_ids[pk])
    first = settings.LANGUAGE_CODE
    for path, page in sorted(
        names.categories.items(), key=lambda item: (item[1].locale.language_code != first, item[0])
    ):
        if path not in public and path not in ordered:
            continue
        above = names.categories.get(path[: -Page.steplen])
        yield _said(
            {
                "code": page.code,
                "lang": page.locale.language_code,
                "above": above.code if above else "",
                "title": page.title,
                "slug": page.slug,
                "summary": page.summary,
                "icon": page.icon,
                "phase": page.phase,
                "articles": ordered.get(path, []),
            }
        )


def products(names: Names) -> Iterator[Row]:
    """Yield the products that are published, with data sheet and maintenance plan."""
    rows = Product.objects.live().select_related("locale").prefetch_related("specifications", "maintenance_tasks")
    for product in rows.order_by("code", "locale__language_code"):
        yield _said(
            {
                "code": product.code,
                "lang": product.locale.language_code,
                "slug": product.slug,
                "name": product.name,
                "kind": product.kind,
                "summary": product.summary,
                "image": names.image(product.image_id),
                "manual": names.document(product.manual_id),
                "specifications": [{"name": one.name, "value": one.value} for one in product.specifications.all()],
                "maintenance": [
                    _said(
                        {
                            "what": task.what,
                            "interval_months": task.interval_months,
                            "minutes": task.minutes,
                            "article": names.article_ids.get(task.article_id, ""),
                        }
                    )
                    for task in product.maintenance_tasks.all()
                ],
            }
        )


def spare_parts(names: Names) -> Iterator[Row]:
    """Yield the spare parts that are published."""
    rows = SparePart.objects.live().select_related("locale").prefetch_related("products")
    for part in rows.order_by("number", "locale__language_code"):
        yield _said(
            {
                "number": part.number,
                "lang": part.locale.language_code,
                "name": part.name,
                "description": part.description,
                "price": part.price,
                "unavailable": not part.is_available,
                "fitting": part.fitting,
                "image": names.image(part.image_id),
                "products": sorted(product.code for product in part.products.all()),
            }
        )


def reusable_texts(names: Names) -> Iterator[Row]:
    """Yield the shared texts that are published."""
    rows = ReusableText.objects.filter(live=True).select_related("locale")
    for text in rows.order_by("name", "translation_key", "locale__language_code"):
        source = with_links(text.text, names.link)
        yield {
            "id": str(text.translation_key),
            "lang": text.locale.language_code,
            "name": text.name,
            "text": rich_text_to_markdown(source, lambda address: address.removeprefix("archive:")),
        }


def files(names: Names) -> Iterator[Row]:
    """Yield title and description of each picture and document of the archive."""
    for name, item in names.used_files():
        yield _said({"file": name, "title": item.title, "description": getattr(item, "description", "")})  # type: ignore[attr-defined]  # likewise


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, "", [], False)}
