"""What the pages show around their own words: where they stand, their twins in other languages, lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.core.paginator import Page as PaginatorPage
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from kb.managers import HelpPageQuerySet

PAGE_SIZE = 20
# Root and home page are no crumbs: the frame shows "Home" by itself.
FIRST_HELP_DEPTH = 3


@dataclass(frozen=True)
class Crumb:
    """A page above the present one."""

    title: str
    url: str


@dataclass(frozen=True)
class LanguageLink:
    """Where the same page, or the nearest one above it, is found in a language.

    `is_translation` is false for a stand-in; its address then carries `untranslated`, so that it can say so.
    """

    code: str
    name: str
    url: str
    is_translation: bool


@dataclass(frozen=True)
class Listing:
    """One page of a list; `is_beyond` tells that the reader asked for a page that does not exist."""

    page: PaginatorPage
    is_beyond: bool

    @property
    def number(self) -> int:
        return self.page.number

    @property
    def page_count(self) -> int:
        return self.page.paginator.num_pages


def listing(items: QuerySet, number: str | None) -> Listing:
    """Return the page `number` of `items`; the nearest one for a number that is out of range or none at all.

    Cost: two queries; the template makes none.
    """
    paginator = Paginator(items, PAGE_SIZE)
    try:
        page, is_beyond = paginator.page(number or 1), False
    except PageNotAnInteger:
        page, is_beyond = paginator.page(1), True
    except EmptyPage:
        page, is_beyond = paginator.get_page(number), True
    page.object_list = list(page.object_list)
    return Listing(page, is_beyond)


def absolute(path: str) -> str:
    """Return the whole public address of `path`; never built from the Host header, which a stranger writes."""
    return f"{settings.SITE_URL}{path}"


class Surroundings:
    """Where one help page stands, for one request.

    Cost: one query for the pages above, one for the twins in other languages, one for restrictions.
    """

    def __init__(self, page: Page, request: HttpRequest):
        self.page = page
        self.request = request

    @cached_property
    def ancestors(self) -> list[Page]:
        return list(self.page.get_ancestors().filter(depth__gte=FIRST_HELP_DEPTH - 1).defer_streamfields())

    @property
    def crumbs(self) -> list[Crumb]:
        return [
            Crumb(above.title, above.get_url(self.request))
            for above in self.ancestors
            if above.depth >= FIRST_HELP_DEPTH
        ]

    @cached_property
    def language_links(self) -> list[LanguageLink]:
        """Return one link for each language of the site, the present one included."""
        line = [*self.ancestors, self.page]
        twins = self._twins([above.translation_key for above in line])
        links = []
        for code, _name in settings.LANGUAGES:
            nearest = next(
                (
                    twins[above.translation_key, code]
                    for above in reversed(line)
                    if (above.translation_key, code) in twins
                ),
                None,
            )
            links.append(self._link(code, nearest))
        return links

    @property
    def trail(self) -> list[tuple[str, str]]:
        """Return (title, whole address) from the help index down to the page itself."""
        return [(crumb.title, absolute(crumb.url)) for crumb in self.crumbs] + [(self.page.title, self.canonical_url)]

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """Return (language, whole address) of each translation, this page included, for search engines."""
        return [(link.code, absolute(link.url)) for link in self.language_links if link.is_translation]

    @property
    def canonical_url(self) -> str:
        return absolute(self.page.get_url(self.request) or self.request.path)

    def _twins(self, keys: Sequence[object]) -> dict[tuple[object, str], Page]:
        pages = (
            HelpPageQuerySet(Page)
            .visible_to(self.request.user)
            .filter(translation_key__in=keys, alias_of__isnull=True)
            .select_related("locale")
        )
        return {(page.translation_key, page.locale.language_code): page for page in pages}

    def _link(self, code: str, twin: Page | None) -> LanguageLink:
        name = LANG_INFO[code]["name_local"]
        if twin is None:
            return LanguageLink(code, name, f"/{code}/", is_translation=False)
        url = twin.get_url(self.request)
        if twin.translation_key == self.page.translation_key:
            return LanguageLink(code, name, url, is_translation=True)
        return LanguageLink(code, name, f"{url}?{urlencode({'untranslated': self.page.pk})}", is_translation=False)


def untranslated_page(request: HttpRequest) -> Page | None:
    """Return the page whose missing translation brought the reader here, if the address names one they may see."""
    number = request.GET.get("untranslated", "")
    # 18 digits stay within a database's integer; more is somebody playing.
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return HelpPageQuerySet(Page).visible_to(request.user).filter(pk=int(number)).select_related("locale").first()
