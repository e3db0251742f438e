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
from kb.search_log.services import note_search
from personalization.registry import SearchHint, search_hints
from portal.lib.languages import active_language, own_name
from portal.lib.limits import limited

# Generous: a person typing asks about three times a second, for some seconds.
SUGGESTION_RATES = "240/m/ip"
# All of them above the keyboard of a phone.
MAX_ANSWERS = 5
_HINT_GROUPS = {"orders": (_("Your order"), "truck"), "contact": (_("Still stuck?"), "message")}


@dataclass(frozen=True)
class Offer:
    """One thing to choose; `detail` may be empty. An article has its `page_id` and its place, from 1.

    `language` is that of its words where it is another one than the page's.
    """

    text: str
    url: str
    detail: str = ""
    page_id: int | None = None
    position: int = 0
    language: str = ""


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
    language = active_language()
    hints = search_hints(query)
    answers = search.suggest(query, language=language, limit=MAX_ANSWERS)
    groups = _groups(query, answers, hints, language)
    if not answers:
        groups = _elsewhere(query, language) + groups
    context = {
        "groups": groups,
        "count": sum(len(group.offers) for group in groups),
        "is_personal": any(hint.is_personal for hint in hints),
        "search_id": _note(request, query, language, len(answers)),
    }
    response = render(request, "kb/search_suggestions.html", context)
    # Its id stands for this typing alone.
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _note(request: HttpRequest, query: str, language: str, count: int) -> str:
    """Count this stage of typing; returns the id that joins the next one to it."""
    if not count and not search.is_answering():
        return ""
    after = request.GET.get("after", "")
    return note_search(request, query=query, language=language, count=count, is_typing=True, after=after)


def _elsewhere(query: str, language: str) -> list[OfferGroup]:
    """Return the answers of the other language that the text is typed in, if it is; its name is its own."""
    other = search.typed_in(query, language=language)
    if other is None:
        return []
    answers = search.suggest(query, language=other, limit=MAX_ANSWERS)
    offers = tuple(Offer(one.text, one.url, language=other) for one in answers)
    return [OfferGroup(own_name(other), "globe", offers)] if offers else []


def _groups(query: str, answers: list[search.Suggestion], hints: list[SearchHint], language: str) -> list[OfferGroup]:
    """Return the groups that are not empty. Cost: no query."""
    articles = tuple(
        Offer(one.text, one.url, page_id=one.id, position=position) for position, one in enumerate(answers, 1)
    )
    products = tuple(Offer(one.name, one.url, one.code) for one in search.find_products(query, language=language))
    found = [OfferGroup(_("Answers"), "book", articles), OfferGroup(_("Products"), "part", products)]
    offered = [
        OfferGroup(title, icon, tuple(Offer(hint.text, hint.url) for hint in hints if hint.group == group))
        for group, (title, icon) in _HINT_GROUPS.items()
    ]
    # Whoever types an order number means the order.
    is_order = any(hint.is_personal for hint in hints)
    order, contact = offered
    groups = (order, *found, contact) if is_order else (*found, order, contact)
    return [group for group in groups if group.offers]
