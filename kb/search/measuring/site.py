"""The pace of the site itself: its search and suggestions in process, and how soon what is published is found."""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Self

from django.db import connections

from kb import search
from kb.models import CategoryPage, FaqPage
from kb.search.measuring.evaluation import JudgedQuery

# A page that is not found by then counts as lost.
_GIVE_UP_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.01
_LETTERS_BEFORE_SUGGESTIONS = 2


@dataclass(frozen=True)
class Pace:
    """Sorted milliseconds of processor time and, for publishing, sorted seconds of the clock.

    `publish_rate` is how many articles a second were really published; `lost_count` were not found within a minute.
    """

    article_count: int
    search_ms: list[float]
    suggest_ms: list[float]
    publish_rate: float
    found_seconds: list[float]
    lost_count: int


def measure_pace(queries: Sequence[JudgedQuery], *, publish_count: int, publishes_a_second: float) -> Pace:
    """Measure the site of this process; publishes and deletes `publish_count` articles, so only on a copy.

    Starts a worker of its own for the index.
    Errors  CategoryPage.DoesNotExist where there is nowhere to publish.
    """
    category = CategoryPage.objects.live().first()
    if category is None:
        raise CategoryPage.DoesNotExist
    search_ms = sorted(_cpu_ms(search.search, query.text, query.language) for query in queries)
    suggest_ms = sorted(
        _cpu_ms(search.suggest, query.text[:length], query.language)
        for query in queries
        for length in range(_LETTERS_BEFORE_SUGGESTIONS, len(query.text) + 1)
    )
    with _index_worker():
        rate, found, lost = _publish(category, publish_count, 1 / publishes_a_second)
    return Pace(search.document_count(), search_ms, suggest_ms, rate, sorted(found), lost)


def _cpu_ms(ask: Callable[..., object], text: str, language: str) -> float:
    started = time.process_time()
    ask(text, language=language)
    return (time.process_time() - started) * 1000


@contextmanager
def _index_worker() -> Iterator[None]:
    worker = subprocess.Popen([sys.executable, "-m", "django", "run_worker", "index"], env=os.environ)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _publish(category: CategoryPage, count: int, pause: float) -> tuple[float, list[float], int]:
    """Publish drafts at an even pace while a reader looks for each; return the real rate, seconds to found, lost ones."""
    first, *drafts = [_draft(category) for _ in range(count + 1)]
    try:
        with _Reader(category.locale.language_code) as waking:  # the worker takes a moment to start
            waking.expect(first.title)
            first.get_latest_revision().publish()
        with _Reader(category.locale.language_code) as reader:
            begun = time.monotonic()
            for number, page in enumerate(drafts):
                time.sleep(max(0.0, begun + number * pause - time.monotonic()))
                reader.expect(page.title)
                page.get_latest_revision().publish()
            taken = max(time.monotonic() - begun, count * pause)
    finally:
        for page in (first, *drafts):
            page.delete()
    return count / taken, reader.found_seconds, len(reader.expected)


def _draft(category: CategoryPage) -> FaqPage:
    title = f"qx{uuid.uuid4().hex[:12]}"
    page = FaqPage(title=title, short_answer="Một bài để đo.", locale=category.locale, live=False)
    CategoryPage.objects.get(pk=category.pk).add_child(instance=page)
    page.save_revision()
    return page


class _Reader(AbstractContextManager["_Reader"]):
    """Looks for each expected title until it is found; leaving waits until all are found, or given up."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._thread = threading.Thread(target=self._look)
        self._is_ending = threading.Event()
        self.expected: dict[str, float] = {}
        self.found_seconds: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_ending.set()
        self._thread.join()

    def expect(self, title: str) -> None:
        """Look for a title from now on: the clock runs from the moment before it is published."""
        self.expected[title] = time.monotonic()

    def _look(self) -> None:
        give_up_at = float("inf")
        while self.expected or not self._is_ending.is_set():
            for title, since in list(self.expected.items()):
                if search.search(title, language=self._language).hits:
                    self.found_seconds.append(time.monotonic() - since)
                    del self.expected[title]
            if self._is_ending.is_set() and give_up_at == float("inf"):
                give_up_at = time.monotonic() + _GIVE_UP_SECONDS
            if time.monotonic() > give_up_at:
                break
            time.sleep(_LOOK_EVERY_SECONDS)
        connections.close_all()
