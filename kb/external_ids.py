"""The keys by which articles are known outside: given by whoever wrote them, or made of what the site knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from kb.models import ArticlePage

_KEY_ID = re.compile(r"^key-(?P<key>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(?P<language>[a-z]{2,3})$")


def key_id(translation_key: object, language: str) -> str:
    """Return the id of an article that was written here: what joins its translations, and its language."""
    return f"key-{translation_key}-{language}"


def translation_key_of(external_id: str) -> UUID | None:
    """Return the translation key in an id that `key_id` made, None for any other id."""
    found = _KEY_ID.match(external_id)
    return UUID(found["key"]) if found else None


def articles_by_id(external_ids: Collection[str]) -> dict[str, ArticlePage]:
    """Return the articles of these ids as cards; unknown ids are left out. Cost: one query."""
    keys = [key for key in map(translation_key_of, external_ids) if key]
    wanted = Q(external_id__in=external_ids) | Q(external_id__isnull=True, translation_key__in=keys)
    pages = ArticlePage.objects.filter(wanted, alias_of__isnull=True).as_cards().select_related("imported", "locale")
    return {name: page for name, page in _named(pages) if name in external_ids}


def _named(pages: Iterable[ArticlePage]) -> Iterable[tuple[str, ArticlePage]]:
    for page in pages:
        yield page.external_id or key_id(page.translation_key, page.locale.language_code), page
