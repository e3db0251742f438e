"""Searches that are not written yet: each waits half a minute for the rest of its words, then becomes a count.

Everything here is in the memory of one process. A reader is known by nothing. What is typed is followed by the id that
the page sends back with the next keystroke, and which is forgotten after half a minute; what is submitted swallows
what somebody has just typed of it. Of two readers who type the same at the same moment either may be swallowed: the
counts stay right.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from kb.search_log.writing import Counts, EntryKey, write_counts
from portal.lib.background_writer import BackgroundWriter

logger = logging.getLogger(__name__)

# Who goes on within this time has not finished searching.
SETTLING_SECONDS = 30.0
# Two letters are where typing begins, not what somebody looked for.
MIN_TYPED_CHARACTERS = 3
# A slip at the end is mended without starting anew.
MENDED_CHARACTERS = 2
# Nobody opens more from one search; what goes on was made up.
MAX_OPENED = 20
# Bounds of memory: beyond them the oldest search settles early, and a late second click counts as a first.
MAX_WAITING = 2_000
MAX_REMEMBERED_CLICKS = 10_000
# Searches of one network whose words are kept within an hour. A day has room for so many different ones: without this
# a single robot would fill it within an hour, and what readers miss would go unseen.
MAX_KEPT_OF_A_NETWORK = 600
_HOUR = 3600


@dataclass(frozen=True)
class Search:
    """One search. `text` is folded and stays in memory; `query` and `shown` are kept, empty where they must not be."""

    language: str
    text: str
    query: str
    shown: str
    count: int
    is_typing: bool = False

    def without_words(self) -> Search:
        """Return the search as it is counted where its words must not be kept."""
        return replace(self, query="", shown="")


@dataclass(frozen=True)
class _Waiting:
    search: Search
    day: date
    since: float


class SearchBuffer:
    """What was searched and opened and is not written yet; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._counts = Counts()
        self._hour = 0.0
        self._of_networks: Counter[str] = Counter()
        self._opened: OrderedDict[str, set[tuple[int, int]]] = OrderedDict()
        self.writer = BackgroundWriter("search-log", write=self.flush, write_last=self.flush_all)

    def note(
        self, search: Search, *, nonce: str, after: str = "", refined: str = "", network: str = ""
    ) -> tuple[str, Search]:
        """Let a search wait to be counted; return its nonce, that of the waiting search which it goes on with, and it.

        `after` is the nonce of what the same page asked last while typing; `refined` the folded text of the results
        from which this search was submitted. Of a `network` that searches without end the words are not kept; which
        one it was is forgotten within the hour. Cost: no query; a look at what waits.
        """
        now = time.monotonic()
        with self._lock:
            if search.is_typing:
                typed = self._young(after, now)
                nonce = after if typed is not None and _goes_on(typed.search, search) else nonce
            else:
                nonce = self._begun(search, refined, now) or nonce
            earlier = self._waiting.get(nonce) if search.is_typing else None
            is_without_words = self._is_flood(network, now) if earlier is None else not earlier.search.query
            if is_without_words:
                search = search.without_words()
            if nonce not in self._waiting and len(self._waiting) >= MAX_WAITING:
                self._settle(next(iter(self._waiting)))
            self._waiting[nonce] = _Waiting(search, timezone.localdate(), now)
            self._waiting.move_to_end(nonce)
        self.writer.wake(every_seconds=settings.COUNTS_FLUSH_SECONDS)
        return nonce, search

    def note_click(self, key: EntryKey, *, nonce: str, page_id: int, position: int) -> None:
        """Count that a result was opened, each once for a search; the first also as a search that led somewhere.

        So an id that is sent again and again counts nothing. No query.
        """
        with self._lock:
            opened = self._opened.setdefault(nonce, set())
            if (page_id, position) in opened or len(opened) >= MAX_OPENED:
                return
            # Whoever opens something has finished; what is typed next is another search.
            if nonce in self._waiting:
                self._settle(nonce, is_opened=True)
            self._counts.clicks[key, page_id, position] += 1
            self._counts.clicked_searches[key] += not opened
            opened.add((page_id, position))
            if len(self._opened) > MAX_REMEMBERED_CLICKS:
                self._opened.popitem(last=False)
        self.writer.wake(every_seconds=settings.COUNTS_FLUSH_SECONDS)

    def flush(self, *, everything: bool = False) -> int:
        """Write what has settled and return how many searches that were; keeps all of it when the database refuses."""
        with self._lock:
            settled_since = time.monotonic() - SETTLING_SECONDS
            for nonce in [n for n, one in self._waiting.items() if everything or one.since < settled_since]:
                self._settle(nonce)
            counts, self._counts = self._counts, Counts()
        if not counts:
            return 0
        try:
            write_counts(counts)
        except DatabaseError as error:
            logger.warning("%s searches wait to be counted: %s", counts.searches.total(), error)
            with self._lock:
                self._counts.add(counts)
            return 0
        return counts.searches.total()

    def flush_all(self) -> int:
        """Write everything, what may still go on too: for the end of the process."""
        return self.flush(everything=True)

    def _is_flood(self, network: str, now: float) -> bool:
        if now - self._hour >= _HOUR:
            self._hour = now
            self._of_networks.clear()
        self._of_networks[network] += 1
        return self._of_networks[network] > MAX_KEPT_OF_A_NETWORK

    def _young(self, nonce: str, now: float) -> _Waiting | None:
        waiting = self._waiting.get(nonce)
        return waiting if waiting is not None and now - waiting.since <= SETTLING_SECONDS else None

    def _begun(self, search: Search, refined: str, now: float) -> str | None:
        """Return what waits and is a beginning of a submitted search: just typed, or the results it came from."""
        begun = [
            (len(one.search.text), one.since, nonce)
            for nonce, one in self._waiting.items()
            if one.search.language == search.language
            and now - one.since <= SETTLING_SECONDS
            and (one.search.is_typing or one.search.text == refined)
            and search.text.startswith(one.search.text)
        ]
        return max(begun)[2] if begun else None

    def _settle(self, nonce: str, *, is_opened: bool = False) -> None:
        waiting = self._waiting.pop(nonce)
        search = waiting.search
        if search.is_typing and not is_opened and len(search.text) < MIN_TYPED_CHARACTERS:
            return
        self._counts.count_search(
            EntryKey(waiting.day, search.language, search.query), shown=search.shown, result_count=search.count
        )


def _goes_on(earlier: Search, later: Search) -> bool:
    """Return whether one text is another stage of the other: letters added, taken away or mended at the end."""
    letters = zip(earlier.text, later.text, strict=False)
    shared = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], letters))
    shorter = min(len(earlier.text), len(later.text))
    return earlier.language == later.language and shared >= shorter - MENDED_CHARACTERS


buffer = SearchBuffer()
