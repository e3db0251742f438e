"""Counts that are kept in memory and written every few seconds, so that showing a page writes nothing.

A process that is killed outright loses the counts of one interval; one that is stopped writes them first.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError

from portal.lib.background_writer import BackgroundWriter

logger = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)


class CountsInMemory(ABC, Generic[Key]):
    """How often each key was counted and is not written yet; safe to use from many threads. `name` is for threads and logs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self.writer = BackgroundWriter(name, write=self.flush)

    @abstractmethod
    def write(self, counts: Mapping[Key, int]) -> object:
        """Add `counts` to what the database holds, all or nothing."""

    def add_one(self, key: Key) -> None:
        """Count `key` once; costs no query."""
        with self._lock:
            self._counts[key] += 1
        self.writer.wake(every_seconds=settings.COUNTS_FLUSH_SECONDS)

    def flush(self) -> int:
        """Write what was counted and return how much that was; keeps it when the database refuses."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            self.write(counts)
        except DatabaseError as error:
            logger.warning("%s of %s wait to be written: %s", counts.total(), self._name, error)
            with self._lock:
                self._counts.update(counts)
            return 0
        return counts.total()
