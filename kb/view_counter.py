"""How often articles are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kb.services import add_article_views
from kb.services.reading_history import note_reading
from portal.lib.counted_in_memory import CountsInMemory
from portal.lib.readers import is_a_reader


class ViewCounter(CountsInMemory[tuple[int, date]]):
    """Views of (article, day)."""

    def __init__(self) -> None:
        super().__init__("article-views")

    def count(self, page_id: int) -> None:
        """Count one view of the article today; costs no query."""
        self.add_one((page_id, timezone.localdate()))

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
        if article_id is not None and is_a_reader(request):
            counter.count(article_id)
            visitor = getattr(request, "visitor", None)
            if visitor is not None:
                note_reading(visitor, article_id)
        return response
