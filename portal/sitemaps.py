"""The sitemap: every public page and product, each with its language twin."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from wagtail.models import Page

from kb import selectors as kb_selectors


class PageSitemap(Sitemap):
    """Public pages of both languages. Addresses come from SITE_URL, never from the request's Host header."""

    limit = 5_000

    def items(self) -> list[Page]:
        return list(Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path"))

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        pages = self.paginator.page(page).object_list
        twins = defaultdict(list)
        for item in self.paginator.object_list:
            address = item.get_url()
            if address:
                twins[item.translation_key].append(
                    {"location": settings.SITE_URL + _path(address), "lang_code": item.locale.language_code}
                )
        return [
            {
                "item": item,
                "location": next(
                    twin["location"]
                    for twin in twins[item.translation_key]
                    if twin["lang_code"] == item.locale.language_code
                ),
                "lastmod": item.last_published_at,
                "alternates": twins[item.translation_key] if len(twins[item.translation_key]) > 1 else [],
            }
            for item in pages
            if item.translation_key in twins
        ]


def _path(address: str) -> str:
    """Return the path of a page's address, which Wagtail gives with or without its host."""
    return "/" + address.split("//", 1)[-1].split("/", 1)[-1] if "//" in address else address


class ProductSitemap(Sitemap):
    """The products of both languages."""

    limit = 5_000

    def items(self) -> list[tuple[str, str]]:
        """Return (language code, path) pairs."""
        return kb_selectors.product_addresses()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        return [
            {"item": path, "location": settings.SITE_URL + path}
            for _language, path in self.paginator.page(page).object_list
        ]


sitemaps = {"pages": PageSitemap, "products": ProductSitemap}
