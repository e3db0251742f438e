"""What the search box offers while the reader types: a piece of a page, ready to be put below the field.

The API's `/suggest` offers articles alone, as its contract says; this offers everything a person may mean.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kb import search
from kb.forms.search import SearchForm
from personalization.registry import SearchHint, search_hints
from portal.lib.languages import active_language
from portal.lib.limits import limited

# Generous: a person typing asks about three times a second, for some seconds.
SUGGESTION_RATES = "240/m/ip"
# Short, because an article that is unpublished has to be gone within three seconds.
MAX_AGE_SECONDS = 2
# All of them above the keyboard of a phone.
MAX_ANSWERS = 5
_HINT_GROUPS = {"orders": (_("Your order"), "truck"), "contact": (_("Still stuck?"), "message")}


@dataclass(frozen=True)
class Offer:
    """One thing to choose; `detail` may be empty."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class OfferGroup:
    """Offers of one kind, with the picture that tells it."""

    title: str | Promise
    icon: str
    offers: tuple[Offer, ...]


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Offer answers, products, the look-up of an order and a person for ?q=, best guess first."""
    if limited(request, action="suggestions", rates=SUGGESTION_RATES):
        return render(request, "429.html", status=429)
    form = SearchForm(request.GET.dict())
    form.is_valid()
    query = form.cleaned_data["q"]
    hints = search_hints(query)
    is_personal = any(hint.is_personal for hint in hints)
    groups = _groups(query, hints, active_language())
    context = {"groups": groups, "count": sum(len(group.offers) for group in groups), "is_personal": is_personal}
    response = render(request, "kb/search_suggestions.html", context)
    if is_personal:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
    response["X-Robots-Tag"] = "noindex"
    return response


def _groups(query: str, hints: list[SearchHint], language: str) -> list[OfferGroup]:
    """Return the groups that are not empty. Cost: that of `search.suggest`; products and hints ask no database."""
    answers = tuple(Offer(one.text, one.url) for one in search.suggest(query, language=language, limit=MAX_ANSWERS))
    products = tuple(Offer(one.name, one.url, one.code) for one in search.find_products(query, language=language))
    found = [OfferGroup(_("Answers"), "book", answers), OfferGroup(_("Products"), "part", products)]
    offered = [
        OfferGroup(title, icon, tuple(Offer(hint.text, hint.url) for hint in hints if hint.group == group))
        for group, (title, icon) in _HINT_GROUPS.items()
    ]
    # Whoever types an order number means the order.
    is_order = any(hint.is_personal for hint in hints)
    order, contact = offered
    groups = (order, *found, contact) if is_order else (*found, order, contact)
    return [group for group in groups if group.offers]
