"""What the pages show around their own words: where they stand, their twins in other languages, lists in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.core.paginator import Page as PaginatorPage
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from kb.managers import HelpPageQuerySet
from portal.lib.languages import active_language, own_name

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
    """Where the same page is found in a language.

    `is_translation` is false for what stands in for a missing translation: the original in the frame of that language
    for an article, the nearest page above for a category (its address then carries `untranslated`).
    """

    code: str
    name: str
    url: str
    is_translation: bool


@dataclass(frozen=True)
class NewerSource:
    """The source of a translation that was published with another text at `changed_at`."""

    code: str
    url: str
    changed_at: datetime


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

    Cost: one query for the pages above and the twins of them all in other languages.
    """

    def __init__(self, page: Page, request: HttpRequest):
        self.page = page
        self.request = request

    @property
    def crumbs(self) -> list[Crumb]:
        """Return the pages above, in the language of the frame: those of the original around a stand-in help nobody."""
        code = active_language()
        above = [self._twins.get((key, code)) for key in self._keys_above]
        return [
            Crumb(page.title, page.get_url(self.request))
            for page in above
            if page is not None and page.depth >= FIRST_HELP_DEPTH
        ]

    @cached_property
    def language_links(self) -> list[LanguageLink]:
        """Return one link for each language of the site, the present one included."""
        return [self._link(code) for code, _name in settings.LANGUAGES]

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

    @property
    def newer_source(self) -> NewerSource | None:
        """Return where the source of this translation says something newer; None while it does not. No query."""
        row = next((page for page in self._line_and_twins if page.pk == self.page.pk), None)
        record = getattr(row, "translation_record", None)
        source = self.twin_in(settings.LANGUAGE_CODE)
        if source is None or record is None or record.outdated_since is None:
            return None
        return NewerSource(settings.LANGUAGE_CODE, source.get_url(self.request), record.outdated_since)

    @property
    def is_stand_in(self) -> bool:
        """Whether the page is shown in the frame of another language, because it was not translated."""
        return self.page.locale.language_code != active_language()

    def twin_in(self, code: str) -> Page | None:
        """Return the translation in the language `code` (this page itself in its own) that the reader may see."""
        return self._twins.get((self.page.translation_key, code))

    def stand_in_url(self, code: str) -> str | None:
        """Return where this page is shown in the frame of the language `code`, or None without a page above there.

        Below the nearest page above that has been translated, under the slugs of this language.
        """
        slugs = [self.page.slug]
        for above, key in zip(reversed(self._above), reversed(self._keys_above), strict=True):
            twin = self._twins.get((key, code))
            if twin is not None and twin.depth >= FIRST_HELP_DEPTH:
                return f"{twin.get_url(self.request)}{'/'.join(reversed(slugs))}/"
            slugs.append(above.slug)
        return None

    @property
    def _keys_above(self) -> list[UUID]:
        return [page.translation_key for page in self._above]

    @cached_property
    def _above(self) -> list[Page]:
        """Return the pages above from the home page down, hidden ones included: their slugs are part of addresses."""
        by_path = {page.path: page for page in self._line_and_twins}
        return [by_path[path] for path in _paths_above(self.page) if path in by_path]

    @cached_property
    def _twins(self) -> dict[tuple[UUID, str], Page]:
        """Return, by translation key and language, the pages above and this one as far as the reader may see them."""
        twins = {
            (page.translation_key, page.locale.language_code): page
            for page in self._line_and_twins
            if page.is_visible and page.alias_of_id is None
        }
        # A preview shows a page that nobody else sees yet.
        return {**twins, (self.page.translation_key, self.page.locale.language_code): self.page}

    @cached_property
    def _line_and_twins(self) -> list[Page]:
        pages = HelpPageQuerySet(Page)
        line = pages.filter(path__in=_paths_above(self.page)).values("translation_key")
        visible = HelpPageQuerySet(Page).visible_to(self.request.user).filter(pk=OuterRef("pk"))
        return list(
            pages.filter(Q(translation_key__in=line) | Q(translation_key=self.page.translation_key))
            .annotate(is_visible=Exists(visible))
            .select_related("locale", "translation_record")
        )

    def _link(self, code: str) -> LanguageLink:
        name = own_name(code)
        twin = self.twin_in(code)
        if twin is not None:
            return LanguageLink(code, name, twin.get_url(self.request), is_translation=True)
        return LanguageLink(code, name, self._nearest_url(code) or f"/{code}/", is_translation=False)

    def _nearest_url(self, code: str) -> str | None:
        if getattr(self.page, "is_shown_untranslated", False):
            return self.stand_in_url(code)
        twins = (self._twins.get((key, code)) for key in reversed(self._keys_above))
        nearest = next((twin for twin in twins if twin is not None), None)
        if nearest is None:
            return None
        return f"{nearest.get_url(self.request)}?{urlencode({'untranslated': self.page.pk})}"


def _paths_above(page: Page) -> list[str]:
    """Return the tree paths from the home page down to the parent of `page`."""
    depths = range(FIRST_HELP_DEPTH - 1, page.depth)
    return [page.path[: depth * Page.steplen] for depth in depths]


def untranslated_page(request: HttpRequest) -> Page | None:
    """Return the page whose missing translation brought the reader here, if the address names one they may see."""
    number = request.GET.get("untranslated", "")
    # 18 digits stay within a database's integer; more is somebody playing.
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return HelpPageQuerySet(Page).visible_to(request.user).filter(pk=int(number)).select_related("locale").first()
