"""The results page: shareable, usable without JavaScript, and never a dead end."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from kb import results_page, search
from kb.forms.search import SearchForm
from kb.models.articles import ARTICLE_TYPE_LABELS
from personalization.registry import SearchHint, search_hints
from portal.lib.languages import active_language
from portal.lib.limits import limited

SEARCH_RATES = "120/m/ip"


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the articles that answer ?q=, narrowed by ?category=, ?type= and ?product=."""
    if limited(request, action="search_page", rates=SEARCH_RATES):
        return render(request, "429.html", status=429)
    form = SearchForm(request.GET.dict())
    form.is_valid()
    asked = results_page.Asked(
        query=form.cleaned_data["q"],
        language=active_language(),
        page=form.cleaned_data["page"],
        filters=form.filters,
        is_verbatim=form.cleaned_data["verbatim"],
    )
    hints = search_hints(asked.query)
    response = render(request, "kb/search_results.html", _context(asked, hints))
    if any(hint.is_personal for hint in hints):
        # An order number stands in it: nobody between us and the reader may keep it.
        patch_cache_control(response, private=True, no_store=True)
    return response


def _context(asked: results_page.Asked, hints: list[SearchHint]) -> dict[str, object]:
    found = asked.search()
    other = results_page.other_language(asked, found)
    filters = results_page.filter_groups(asked, found, other)
    is_first_look = asked.page == 1 and not asked.filters
    proposal = search.did_you_mean(found, language=asked.language, is_verbatim=asked.is_verbatim)
    return {
        "query": asked.query,
        "search_page": found,
        "hits": [(hit, str(ARTICLE_TYPE_LABELS[hit.type])) for hit in found.hits],
        "did_you_mean": proposal,
        "did_you_mean_url": replace(asked, query=proposal or "", is_verbatim=False).url(),
        "filters": filters,
        "filters_in_use": [group.chosen for group in filters if group.chosen],
        "base_query": asked.url().removeprefix("?") + "&",
        "verbatim_url": asked.url(verbatim="1"),
        "unfiltered_url": replace(asked, filters={}).url(),
        "is_beyond_last_page": asked.page > found.page,
        "asked_page": asked.page,
        "is_cut": len(asked.query) > search.MAX_CHARACTERS,
        "used_characters": search.MAX_CHARACTERS,
        "other_language": other,
        "products": search.find_products(asked.query, language=asked.language) if is_first_look else [],
        "popular_categories": [] if found.hits else results_page.popular_categories(asked.language),
        "order_hint": next((hint for hint in hints if hint.group == "orders"), None),
        "contact_hint": next((hint for hint in hints if hint.group == "contact"), None),
        "hide_header_search": True,
    }
