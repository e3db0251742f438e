"""One article as a Markdown file with front matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils import timezone

from kb.exporter.names import Names, relative
from kb.importer.records import clean_text
from kb.markdown import ARCHIVE_SCHEME, to_markdown
from kb.markdown.references import with_references
from kb.models import Audience, MaintenancePage, PolicyPage
from kb.slugs import ascii_slug

if TYPE_CHECKING:
    from kb.models import ArticlePage

UNLIMITED = 10**9


def article_file(page: ArticlePage, names: Names, *, category: str, is_public: bool, with_people: bool) -> str:
    """Return the file of one article; `page` is what is exported of it, the live row or the latest draft."""
    front = front_matter(page, names, category=category, is_public=is_public, with_people=with_people)
    here = names.article_paths[page.pk]
    body = to_markdown(
        with_references(list(page.body.raw_data), names.value, names.link),
        language=names.language(page.pk),
        address=lambda address: _printed(address, here),
    )
    return f"---\n{dump(front)}---\n{body}"


def front_matter(
    page: ArticlePage, names: Names, *, category: str, is_public: bool, with_people: bool
) -> dict[str, Any]:
    """Return the fields of an article in the order of the file; what says nothing is left out."""
    front: dict[str, Any] = {
        "id": names.article_ids[page.pk],
        "lang": names.language(page.pk),
        "kind": page.article_type,
        "category": category,
        "title": _line(page.title),
        "slug": page.slug if page.slug != ascii_slug(page.title) else "",
        "question": _line(page.question),
        "short_answer": _line(page.short_answer),
        "audience": page.audience if page.audience != Audience.EVERYONE else "",
        "phase": page.phase,
        "products": sorted(names.product(product.pk) for product in page.products.all()),
        "keywords": page.keyword_list,
        "also_in": sorted(other.code for other in page.also_in.all()),
        "related": _related(page, names),
        "replaced_by": names.article_ids.get(page.replaced_by_id or 0, ""),
        "translation_of": names.translation_source(page.pk, language=settings.LANGUAGE_CODE),
        "image": _image(page, names),
        "image_alt": _line(page.image_alt),
        "last_checked_on": page.last_checked_on,
        "checked_for": _line(page.checked_for),
        "check_again_on": page.check_again_on,
        "published_at": timezone.localtime(page.first_published_at) if page.first_published_at else None,
        "expire_at": timezone.localtime(page.expire_at) if page.expire_at else None,
        "seo_title": _line(page.seo_title),
        "search_description": _line(page.search_description),
        "draft": not is_public,
    }
    front |= _fields_of_kind(page)
    if with_people:
        front |= {
            "owner": page.owner.email if page.owner else "",
            "checked_by": page.last_checked_by.email if page.last_checked_by else "",
        }
    return {name: value for name, value in front.items() if value not in (None, "", [], False)}


def _fields_of_kind(page: ArticlePage) -> dict[str, Any]:
    if isinstance(page, MaintenancePage):
        return {"interval_months": page.interval_months, "minutes": page.minutes, "tools": page.tool_list}
    if isinstance(page, PolicyPage):
        return {
            "policy_kind": page.policy_kind,
            "in_force_from": page.in_force_from,
            "change_summary": _line(page.change_summary),
        }
    return {}


def dump(data: Mapping[str, Any] | list[Any]) -> str:
    """Return YAML that reads back the same, in the order given, one line for each text."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=UNLIMITED)


def _related(page: ArticlePage, names: Names) -> list[str]:
    chosen = (link.article_id for link in page.related_articles.all())
    return [names.article_ids[pk] for pk in chosen if pk in names.article_ids]


def _image(page: ArticlePage, names: Names) -> str:
    path = names.image(page.image_id)
    return relative(path, from_file=names.article_paths[page.pk]) if path else ""


def _printed(address: str, here: str) -> str:
    if not address.startswith(ARCHIVE_SCHEME):
        return address
    return relative(address.removeprefix(ARCHIVE_SCHEME), from_file=here)


def _line(text: str) -> str:
    """Return a text as the import takes it: one line, NFC, no control characters."""
    return " ".join(clean_text(text.replace("\x00", ""), "text", max_length=UNLIMITED).split())
