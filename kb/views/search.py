"""The results page: shareable, usable without JavaScript, and never a dead end."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from kb import search
from kb.forms.search import SearchForm
from kb.models import CategoryPage, Product
from kb.models.articles import ARTICLE_TYPE_LABELS
from portal.lib.languages import active_language
from portal.lib.limits import limited

SEARCH_RATES = "120/m/ip"
POPULAR_CATEGORIES = 6
# Fewer own hits than this, and the other language is worth a look.
FEW_HITS = 3
OTHER_LANGUAGE_HITS = 3
_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


@dataclass(frozen=True)
class FilterLink:
    """One choice of a filter; following it again takes the filter away."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class FilterGroup:
    """A filter with its choices."""

    title: str
    links: tuple[FilterLink, ...]


@dataclass(frozen=True)
class OtherLanguage:
    """Hits in the other language, shown apart."""

    code: str
    name: str
    hits: tuple[search.Hit, ...]
    count: int
    url: str


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the articles that answer ?q=, narrowed by ?category=, ?type= and ?product=."""
    if limited(request, action="search_page", rates=SEARCH_RATES):
        return render(request, "429.html", status=429)
    form = SearchForm(request.GET.dict())
    form.is_valid()
    asked = form.cleaned_data
    language = active_language()
    page = search.search(
        asked.get("q", ""),
        language=language,
        page=asked["page"],
        category=asked.get("category", ""),
        article_type=asked["type"],
        product=asked.get("product", ""),
        is_verbatim=asked["verbatim"],
    )
    query = {"q": asked.get("q", ""), **{name: asked[name] for name in ("category", "type", "product") if asked[name]}}
    if asked["verbatim"]:
        query["verbatim"] = "1"
    context = {
        "query": asked.get("q", ""),
        "search_page": page,
        "hits": [(hit, str(ARTICLE_TYPE_LABELS[hit.type])) for hit in page.hits],
        "filters": _filters(page, query, language),
        "base_query": urlencode(query) + "&",
        "verbatim_url": "?" + urlencode({**query, "verbatim": "1"}),
        "is_beyond_last_page": asked["page"] > page.page,
        "asked_page": asked["page"],
        "is_cut": len(asked.get("q", "")) > search.MAX_CHARACTERS,
        "used_characters": search.MAX_CHARACTERS,
        "unfiltered_url": "?" + urlencode({"q": asked.get("q", "")}),
        "other_language": _other_language(page, language),
        "popular_categories": [] if page.hits else _popular_categories(language),
        "contact_url": reverse("contact") + "?" + urlencode({"q": asked.get("q", "")[: search.MAX_CHARACTERS]}),
        "hide_header_search": True,
    }
    return render(request, "kb/search_results.html", context)


def _filters(page: search.SearchPage, query: dict[str, str], language: str) -> list[FilterGroup]:
    """Return the filters that would change something, and those that are chosen."""
    categories = dict(CategoryPage.objects.public().in_language(language).values_list("code", "title"))
    products = dict(Product.objects.live().in_language(language).values_list("code", "name"))
    kinds = {kind: str(label) for kind, label in ARTICLE_TYPE_LABELS.items()}
    groups = [
        _group(gettext("Category"), "category", categories, page.choices.get("category", ()), query),
        _group(gettext("Kind"), "type", kinds, page.choices.get("article_type", ()), query),
        _group(gettext("Product"), "product", products, page.choices.get("product", ()), query),
    ]
    return [group for group in groups if group.links]


def _group(
    title: str, name: str, labels: dict[str, str], choices: tuple[search.FilterChoice, ...], query: dict[str, str]
) -> FilterGroup:
    chosen = query.get(name, "")
    rest = {key: value for key, value in query.items() if key != name}
    if chosen:
        label = labels.get(chosen, chosen)
        count = next((choice.count for choice in choices if choice.value == chosen), 0)
        return FilterGroup(title, (FilterLink(label, count, "?" + urlencode(rest), is_chosen=True),))
    links = tuple(
        FilterLink(labels[choice.value], choice.count, "?" + urlencode({**rest, name: choice.value}), is_chosen=False)
        for choice in choices
        if choice.value in labels
    )
    return FilterGroup(title, links if len(links) > 1 else ())


def _other_language(page: search.SearchPage, language: str) -> OtherLanguage | None:
    """Return what the other language has, where the reader's own has little."""
    if page.count >= FEW_HITS or page.is_degraded or not page.query:
        return None
    other = next(code for code in search.LANGUAGES if code != language)
    found = search.search(page.query, language=other, page_size=OTHER_LANGUAGE_HITS)
    if not found.hits:
        return None
    with override(other):
        url = reverse("search") + "?" + urlencode({"q": page.query})
    return OtherLanguage(other, _LANGUAGE_NAMES[other], found.hits, found.count, url)


def _popular_categories(language: str) -> list[CategoryPage]:
    """Return the first categories of the help index: the editors order them by what is asked most."""
    outermost = CategoryPage.objects.public().in_language(language).filter(depth=4)
    return list(outermost.order_by("path")[:POPULAR_CATEGORIES])
