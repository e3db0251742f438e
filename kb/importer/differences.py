"""What an import would change in an article, named as the editor names it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kb.importer.records import ArticleRecord
from kb.importer.resolving import Resolved
from kb.markdown import Block, to_markdown
from kb.markdown.references import href, with_references
from kb.models import CategoryPage, MaintenancePage, PolicyPage

if TYPE_CHECKING:
    from kb.models import ArticlePage

SIMPLE_FIELDS = (
    "title", "short_answer", "question", "phase", "image_alt", "checked_for", "check_again_on", "seo_title", "search_description",
)  # fmt: skip


def changed_fields(
    page: ArticlePage, record: ArticleRecord, resolved: Resolved, *, image_id: int | None, category_path: str
) -> tuple[str, ...]:
    """Return the names of the fields that the record would change, in the reader's language; none for no change."""
    pairs: dict[str, tuple[Any, Any]] = {
        **{name: (getattr(page, name) or "", getattr(record, name) or "") for name in SIMPLE_FIELDS},
        "keywords": (page.keyword_list, _words(record.keywords)),
        "audience": (page.audience, record.audience or page.audience),
        "products": ({product.code for product in page.products.all()}, set(record.products)),
        "also_in": ({category.code for category in page.also_in.all()}, set(record.also_in)),
        "image": (page.image_id, image_id),
        "replaced_by": (page.replaced_by_id, resolved.replaced_by),
        "body": (_canonical(list(page.body.raw_data), record), _canonical(resolved.body, record)),
        "related_articles": ([link.article_id for link in page.related_articles.all()], resolved.related),
    }
    if record.slug:
        pairs["slug"] = (page.slug, record.slug)
    if isinstance(page, MaintenancePage):
        pairs |= {
            "interval_months": (page.interval_months, record.interval_months),
            "minutes": (page.minutes, record.minutes),
            "tools": (page.tool_list, list(record.tools)),
        }
    if isinstance(page, PolicyPage):
        pairs |= {
            "policy_kind": (page.policy_kind, record.policy_kind),
            "in_force_from": (page.in_force_from, record.in_force_from or page.in_force_from),
        }
    names = [_name(page, field) for field, (now, then) in pairs.items() if now != then]
    if page.path[: -page.steplen] != category_path:
        names.append(str(CategoryPage._meta.verbose_name))
    return tuple(names)


def _words(keywords: Iterable[str]) -> list[str]:
    """Return keywords as the page keeps them: one that holds a comma is two."""
    return [word.strip() for keyword in keywords for word in keyword.split(",") if word.strip()]


def _canonical(body: list[Block], record: ArticleRecord) -> str:
    """Return a body as Markdown that names everything by its number: the same for the same content."""
    named = with_references(body, lambda kind, value: f"{kind}-{value}", lambda kind, target: href(f"{kind}-{target}"))
    return to_markdown(named, language=record.language, address=str)


def _name(page: ArticlePage, field: str) -> str:
    found = page._meta.get_field(field)
    return str(getattr(found, "verbose_name", "") or found.related_model._meta.verbose_name_plural)
