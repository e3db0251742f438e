"""The results page: shareable, usable without JavaScript, and never a dead end."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from kb import results_page, search
from kb.forms.search import ClickForm, SearchForm
from kb.search_log.services import note_click, note_search
from kb.services.reading_history import note_own_search
from personalization.registry import search_hints
from personalization.visitor import visitor_of
from portal.lib.languages import active_language
from portal.lib.limits import limited
from portal.lib.origins import is_from_own_page
from portal.lib.readers import is_a_reader

SEARCH_RATES = "120/m/ip"
CLICK_RATES = "60/m/ip"


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
    found = asked.search()
    # What the database answered in place of a broken index says nothing about the pages.
    is_counted = bool(found.query) and not found.is_degraded
    search_id = (
        note_search(request, query=asked.query, language=asked.language, count=found.count) if is_counted else ""
    )
    if found.query and is_a_reader(request):
        note_own_search(visitor_of(request), asked.query, language=asked.language)
    response = render(request, "kb/search_results.html", {**_context(asked, found), "search_id": search_id})
    # Its id tells this look from others, and an order number may stand in it: no cache keeps it.
    patch_cache_control(response, private=True, no_store=True)
    return response


@csrf_exempt  # is_from_own_page instead: sent by a script as the reader leaves, and worth one count in a statistic
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """Count that a result was opened; the link itself leads straight to the page."""
    form = ClickForm(request.POST)
    if not is_from_own_page(request) or not form.is_valid():
        return HttpResponse(status=400)
    if limited(request, action="search_click", rates=CLICK_RATES):
        return HttpResponse(status=429)
    note_click(
        form.cleaned_data["search"], position=form.cleaned_data["position"], page_id=form.cleaned_data["article"]
    )
    return HttpResponse(status=204)


def _context(asked: results_page.Asked, found: search.SearchPage) -> dict[str, object]:
    other = results_page.other_language(asked, found)
    filters = results_page.filter_groups(asked, found, other)
    listed = results_page.listed_hits(asked, found)
    is_first_look = asked.page == 1 and not asked.filters
    is_offered_elsewhere = other is not None and bool(other.offer)
    proposal = (
        None
        if is_offered_elsewhere
        else search.did_you_mean(found, language=asked.language, is_verbatim=asked.is_verbatim)
    )
    hints = {hint.group: hint for hint in reversed(search_hints(asked.query))}
    return {
        "query": asked.query,
        "search_page": found,
        "promoted": listed.promoted,
        "hits": listed.hits,
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
        "order_hint": hints.get("orders"),
        "contact_hint": hints.get("contact"),
        "hide_header_search": True,
    }
