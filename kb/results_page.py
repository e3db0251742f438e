"""What the results page shows around its hits: filters, the other language, products, ways past the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, override

from kb import search
from kb.models import CategoryPage
from kb.models.articles import ARTICLE_TYPE_LABELS
from kb.search.promotions import PromotedResult, promoted
from portal.lib.languages import own_name

POPULAR_CATEGORIES = 6
# Fewer own hits than this, and the other language is worth a look.
FEW_HITS = 3
OTHER_LANGUAGE_HITS = 3
# The most frequent ones; below them nobody looks for a filter, but it has to be reachable.
MAX_SHOWN_CHOICES = 6
# The filters as the address names them → as search does.
_SEARCH_NAMES = {"category": "category", "type": "article_type", "product": "product"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, cleaned. `filters` holds those in use, by their name in the address."""

    query: str
    language: str
    page: int
    filters: dict[str, str]
    is_verbatim: bool

    def url(self, *, without: str = "", **changes: str) -> str:
        """Return this search with something else in it, from its first page on."""
        filters = {name: value for name, value in self.filters.items() if name != without}
        verbatim = {"verbatim": "1"} if self.is_verbatim else {}
        return "?" + urlencode({"q": self.query, **filters, **verbatim, **changes})

    def url_in(self, language: str) -> str:
        """Return the same search in another language; codes of categories and products are the same in all."""
        with override(language):
            return reverse("search") + "?" + urlencode({"q": self.query, **self.filters})

    def search(self) -> search.SearchPage:
        """Return the hits with the counts of the filters."""
        return search.search(
            self.query,
            language=self.language,
            page=self.page,
            category=self.filters.get("category", ""),
            article_type=self.filters.get("type", ""),
            product=self.filters.get("product", ""),
            is_verbatim=self.is_verbatim,
            with_choices=True,
        )

    def count(self, *, language: str) -> int:
        """Return the hits there are in `language`, with the same filters."""
        return search.count_hits(
            self.query,
            language=language,
            category=self.filters.get("category", ""),
            article_type=self.filters.get("type", ""),
            product=self.filters.get("product", ""),
        )


@dataclass(frozen=True)
class FilterLink:
    """One choice of a filter; following the chosen one takes the filter away."""

    label: str
    count: int
    url: str
    is_chosen: bool = False
    language: str = ""


@dataclass(frozen=True)
class FilterGroup:
    """A filter with its choices."""

    title: str
    links: tuple[FilterLink, ...]

    @property
    def shown(self) -> tuple[FilterLink, ...]:
        """Return the choices that are seen at once."""
        return self.links if len(self.links) <= MAX_SHOWN_CHOICES + 1 else self.links[:MAX_SHOWN_CHOICES]

    @property
    def folded_away(self) -> tuple[FilterLink, ...]:
        """Return the rest of them."""
        return self.links[len(self.shown) :]

    @property
    def chosen(self) -> FilterLink | None:
        """Return the choice in use, if there is one."""
        return next((link for link in self.links if link.is_chosen), None)


@dataclass(frozen=True)
class OtherLanguage:
    """What there is in the other language; `hits` are a few of them where the reader's own language has little.

    `offer` is the query as that language writes it, where it was typed in that language.
    """

    code: str
    name: str
    count: int
    url: str
    hits: tuple[search.Hit, ...] = ()
    offer: str = ""


@dataclass(frozen=True)
class ListedHit:
    """A hit as it is listed: its kind in words, and its place among all hits, from 1."""

    hit: search.Hit
    type_label: str
    position: int


@dataclass(frozen=True)
class Listed:
    """What stands in the list: what the shop promotes, and the hits without it."""

    promoted: tuple[PromotedResult, ...]
    hits: tuple[ListedHit, ...]


def listed_hits(asked: Asked, found: search.SearchPage) -> Listed:
    """Return the hits of this page; what the shop promotes stands above the first one and nowhere else.

    Not where filters are in use: who filters wants what the filter says. Cost: as `promoted`.
    """
    promotions: tuple[PromotedResult, ...] = ()
    if not asked.filters and found.query:
        promotions = promoted(asked.query, language=asked.language, corrected_query=found.corrected_query)
    promoted_pages = {promotion.page_id for promotion in promotions}
    hits = tuple(
        ListedHit(hit, str(ARTICLE_TYPE_LABELS[hit.type]), position)
        for position, hit in enumerate(found.hits, found.first_position)
        if hit.id not in promoted_pages
    )
    return Listed(promotions if found.page == 1 else (), hits)


def filter_groups(asked: Asked, found: search.SearchPage, other: OtherLanguage | None) -> list[FilterGroup]:
    """Return the filters that would change something, and those in use. Cost: one query, for titles of categories."""
    categories = dict(CategoryPage.objects.public().in_language(asked.language).values_list("code", "title"))
    kinds = {kind: str(label) for kind, label in ARTICLE_TYPE_LABELS.items()}
    products = search.product_names(asked.language)
    groups = [
        _group(gettext("Category"), "category", categories, asked, found),
        _group(gettext("Kind"), "type", kinds, asked, found),
        _group(gettext("Product"), "product", products, asked, found),
    ]
    # Where its hits are shown below, the language need not be offered twice.
    if other and not other.hits:
        links = (FilterLink(other.name, other.count, other.url, language=other.code),)
        groups.append(FilterGroup(gettext("Language"), links))
    return [group for group in groups if group.links]


def _group(title: str, name: str, labels: Mapping[str, str], asked: Asked, found: search.SearchPage) -> FilterGroup:
    counts = {choice.value: choice.count for choice in found.choices.get(_SEARCH_NAMES[name], ())}
    in_use = asked.filters.get(name, "")
    links = [
        FilterLink(labels[value], count, asked.url(without=name, **{name: value}))
        for value, count in counts.items()
        if value in labels and value != in_use
    ]
    if in_use:
        chosen = FilterLink(labels.get(in_use, in_use), counts.get(in_use, 0), asked.url(without=name), is_chosen=True)
        return FilterGroup(title, (chosen, *links))
    # A filter with one choice leaves what is there.
    return FilterGroup(title, tuple(links) if len(links) > 1 else ())


def other_language(asked: Asked, found: search.SearchPage) -> OtherLanguage | None:
    """Return what the other language has; None for nothing. Cost: one index search, two queries where it shows hits."""
    if found.is_degraded or not found.query:
        return None
    typed_in = None if asked.is_verbatim else search.typed_in(found.query, language=asked.language)
    code = typed_in or next(one for one in search.LANGUAGES if one != asked.language)
    name = own_name(code)
    if found.count >= FEW_HITS and not typed_in:
        count = asked.count(language=code)
        return OtherLanguage(code, name, count, asked.url_in(code)) if count else None
    # Without the filters: whoever found nothing is helped by anything.
    few = search.search(found.query, language=code, page_size=OTHER_LANGUAGE_HITS)
    if not few.count:
        return None
    url = replace(asked, filters={}).url_in(code)
    return OtherLanguage(code, name, few.count, url, few.hits, _offer(few, code) if typed_in else "")


def _offer(found: search.SearchPage, language: str) -> str:
    """Return the query with the marks of a title that says it: no mark is guessed."""
    titles = [hit.title for hit in found.hits]
    return search.as_a_title_writes_it(found.query, titles, language) or found.corrected_query or found.query


def popular_categories(language: str) -> list[CategoryPage]:
    """Return the first categories of the help index: the editors order them by what is asked most."""
    outermost = CategoryPage.objects.public().in_language(language).filter(depth=4)
    return list(outermost.order_by("path")[:POPULAR_CATEGORIES])
