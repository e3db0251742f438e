"""From the shop's settings to the facts that pages and letters show."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.utils.translation import override
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from kb import services as kb_services
from portal.lib import shop
from portal.lib.phones import phone_link, phone_text
from portal.models import ShopSettings


def connect() -> None:
    """Answer for the shop from now on, and notice each change. Called by `apps.ready`."""
    shop.provide(load_facts)
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=ShopSettings)
    for page_signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        # The article on parts may be it.
        page_signal.connect(_changed)


def load_facts() -> Mapping[str, shop.ShopFacts]:
    """Return the facts of the default site in each language. Cost: one query, two more for the article on parts."""
    stored = (
        ShopSettings.objects.filter(site__is_default_site=True).select_related("parts_article").first()
        or ShopSettings()
    )
    paths = _paths(stored.parts_article)
    return {code: _facts(stored, code, paths) for code, _name in settings.LANGUAGES}


def _facts(stored: ShopSettings, language: str, paths: Mapping[str, str]) -> shop.ShopFacts:
    with override(language):
        placeholder = str(settings.WAGTAIL_SITE_NAME)
    return shop.ShopFacts(
        name=stored.name or placeholder,
        phone=phone_text(stored.phone) if stored.phone else "",
        phone_link=phone_link(stored.phone) if stored.phone else "",
        hours=stored.text("hours", language),
        email=stored.email,
        address=stored.text("address", language),
        company_line=stored.text("company_line", language),
        parts_url=paths.get(language, ""),
    )


def _paths(article: Page | None) -> dict[str, str]:
    if article is None:
        return {}
    pages = Page.objects.live().public().filter(translation_key=article.translation_key, alias_of__isnull=True)
    return {page.locale.language_code: urlsplit(page.get_url() or "").path for page in pages.select_related("locale")}


def _changed(sender: object, **signal: object) -> None:
    # In this order: a page made in between would hold the old facts, and is forgotten.
    shop.snapshot.forget()
    kb_services.refresh_public_pages()
