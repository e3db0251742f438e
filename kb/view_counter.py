"""How often articles are read: counted in memory, written every few seconds, so that reading writes nothing.

A process that is killed outright loses the views of one interval; one that is stopped writes them first.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kb.services import add_article_views
from kb.services.reading_history import note_reading
from portal.lib.background_writer import BackgroundWriter
from portal.lib.readers import is_a_reader

logger = logging.getLogger(__name__)


class ViewCounter:
    """Counts of (article, day) that are not written yet; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, date]] = Counter()
        self.writer = BackgroundWriter("article-views", write=self.flush)

    def count(self, page_id: int) -> None:
        """Count one view of the article today; costs no query."""
        with self._lock:
            self._counts[page_id, timezone.localdate()] += 1
        self.writer.wake(every_seconds=settings.ARTICLE_VIEWS_FLUSH_SECONDS)

    def flush(self) -> int:
        """Write what was counted and return how many views that were; keeps them when the database refuses."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            add_article_views(counts)
        except DatabaseError as error:
            logger.warning("%s views of articles wait to be written: %s", counts.total(), error)
            with self._lock:
                self._counts.update(counts)
            return 0
        return counts.total()


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
