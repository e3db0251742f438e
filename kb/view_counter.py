"""How often articles are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kb.services import add_article_views
from kb.services.reading_history import note_reading
from portal.lib.counted_in_memory import CountsInMemory
from portal.lib.fair_shares import FairShares
from portal.lib.limits import network_of
from portal.lib.readers import opens_a_page

# Of one article on one day: as often as a household opens it while something is being mended.
HOUSEHOLD = 5


class ViewCounter(CountsInMemory[tuple[int, date]]):
    """Views of (article, day)."""

    def __init__(self) -> None:
        super().__init__("article-views")
        self._shares = FairShares()

    def count(self, page_id: int, *, network: str) -> None:
        """Count one view of the article today, unless `network` has had its share of them; costs no query."""
        day = timezone.localdate()
        if self._shares.takes(page_id, network=network, day=day, household=HOUSEHOLD):
            self.add_one((page_id, day))

    def write(self, counts: Mapping[tuple[int, date], int]) -> None:
        add_article_views(counts)


counter = ViewCounter()


class ViewCountMiddleware:
    """Count each article that a person opens, made anew or kept; so it stands outside of the page cache.

    A kept page is shown to strangers only, and has no visitor; who allows it, gets the article into their history.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        article_id = getattr(response, "article_id", None)
        if article_id is not None and opens_a_page(request):
            counter.count(article_id, network=network_of(request))
            visitor = getattr(request, "visitor", None)
            if visitor is not None:
                note_reading(visitor, article_id)
        return response
