"""Writes of policies for others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from wagtail.coreutils import find_available_slug

from kb.markdown import from_markdown
from kb.models import ArticlePage, CategoryPage, PolicyPage, Product
from kb.slugs import ascii_slug


@dataclass(frozen=True)
class PolicyText:
    """One version of a policy; `body` is Markdown, `summary` says what it changed (nothing for the first)."""

    in_force_from: date
    title: str
    short_answer: str
    body: str
    summary: str = ""


@dataclass(frozen=True)
class PolicyData:
    """A policy with its history, the oldest text first. `translation_of` is another policy's external id."""

    external_id: str
    language: str
    kind: str
    category: str
    texts: tuple[PolicyText, ...]
    keywords: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    phase: str = ""
    image_id: int | None = None
    image_alt: str = ""
    last_checked_on: date | None = None
    translation_of: str = ""


@transaction.atomic
def ensure_policy(data: PolicyData) -> bool:
    """Make the policy with every version when that external id is missing; returns whether it was made.

    What editors made of an existing one stays. A text whose day is to come is planned. Raises CategoryPage.DoesNotExist.
    """
    if ArticlePage.objects.filter(external_id=data.external_id).exists():
        return False
    category = CategoryPage.objects.in_language(data.language).get(code=data.category, alias_of__isnull=True)
    page = PolicyPage(
        external_id=data.external_id,
        policy_kind=data.kind,
        keywords=", ".join(data.keywords),
        phase=data.phase,
        image_id=data.image_id,
        image_alt=data.image_alt,
        last_checked_on=data.last_checked_on,
        locale=category.locale,
        live=False,
    )
    source = ArticlePage.objects.filter(external_id=data.translation_of).first() if data.translation_of else None
    if source is not None:
        page.translation_key = source.translation_key
    _write(page, data.texts[0])
    page.products = list(Product.objects.in_language(data.language).filter(code__in=data.products))
    # The address is made of the last title, under which readers will know it.
    page.slug = find_available_slug(category, ascii_slug(data.texts[-1].title))
    category.add_child(instance=page)
    page.save_revision().publish()
    for text in data.texts[1:]:
        page = PolicyPage.objects.get(pk=page.pk)
        _write(page, text)
        page.save_revision().publish()
    return True


def _write(page: PolicyPage, text: PolicyText) -> None:
    page.title = page.draft_title = text.title
    page.short_answer = text.short_answer
    page.body = json.dumps(from_markdown(text.body))
    page.in_force_from = text.in_force_from
    page.change_summary = text.summary
    # These days were announced before this site existed.
    page.is_backdating_meant = True
