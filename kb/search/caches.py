"""Caches for what is read from the index: bounded in bytes, shared by threads, cheap to ask."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

from django.conf import settings

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


# What each sort of thing may take of SEARCH_CACHE_MB.
SCORES, PASSAGES, CARDS, MASKS = 0.57, 0.21, 0.15, 0.07


class BoundedCache(Generic[Key, Entry]):
    """Keeps what was used lately, in two generations.

    New and used entries live in the young generation; once it holds half of the limit it becomes the old one, and
    what the old one held unused is forgotten. So a look-up is one or two of a dictionary's, without a lock: a strict
    order of use would cost a lock for each of the sixty look-ups of a query.
    """

    def __init__(self, limit: int) -> None:
        """Take how many bytes its entries may have."""
        self._limit = limit // 2
        self._young: dict[Key, tuple[Entry, int]] = {}
        self._old: dict[Key, tuple[Entry, int]] = {}
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Entry | None:
        """Return the entry, None if it is not kept."""
        held = self._young.get(key)
        if held is not None:
            return held[0]
        held = self._old.get(key)
        if held is None:
            return None
        self.put(key, *held)
        return held[0]

    def put(self, key: Key, entry: Entry, size: int) -> None:
        """Keep an entry of so many bytes."""
        with self._lock:
            if key in self._young:
                return
            if self._size + size > self._limit:
                self._old, self._young, self._size = self._young, {}, 0
            self._young[key] = (entry, size)
            self._size += size


def bytes_for(share: float) -> int:
    """Return how many bytes a share of the memory for caches is, in this process."""
    return int(settings.SEARCH_CACHE_MB * 1_000_000 * share)
