"""Values of the whole site that every page shows: read from the database once and kept in each process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings
from django.db import transaction

T = TypeVar("T")

# How long a change that nobody announced (another machine's, a raw query's) may stay unseen.
MAX_AGE_SECONDS = 60
_FOLDER = "changes"


@dataclass(frozen=True)
class _Held(Generic[T]):
    value: T
    changed_at: int
    read_at: float


class Snapshot(Generic[T]):
    """One such value, loaded by `load`.

    Cost: a look at one file's time; the load itself at first, after `forget`, and every MAX_AGE_SECONDS. The processes
    of one machine tell each other of a change by that file, so that a page asks no database for it.
    """

    _all: ClassVar[list[Snapshot[Any]]] = []

    def __init__(self, name: str, load: Callable[[], T]):
        self._name = name
        self._load = load
        self._held: _Held[T] | None = None
        self._all.append(self)

    def get(self) -> T:
        """Return the value, at most MAX_AGE_SECONDS old. Errors: those of `load`."""
        held, changed_at = self._held, self._changed_at()
        if held is None or held.changed_at != changed_at or time.monotonic() - held.read_at > MAX_AGE_SECONDS:
            held = self._held = _Held(self._load(), changed_at, time.monotonic())
        return held.value

    def last_known(self) -> T | None:
        """Return what was read last, however old: for pages that must not ask the database. Costs nothing."""
        return self._held.value if self._held else None

    def forget(self, **signal: object) -> None:
        """Let every process of this machine read anew once the present transaction is over; fits a signal."""
        self._held = None
        # Before the commit another thread would keep the old value again.
        transaction.on_commit(self._announce)

    @classmethod
    def drop_all(cls) -> None:
        """Let this process read everything anew: after a change on another machine; in tests, whose rows go without a signal."""
        for snapshot in cls._all:
            snapshot._held = None

    def _announce(self) -> None:
        self._held = None
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.touch()

    def _changed_at(self) -> int:
        try:
            # Every page asks, several times; a Path to be made takes three times as long as the look itself.
            return os.stat(f"{settings.DATA_DIR}/{_FOLDER}/{self._name}").st_mtime_ns  # noqa: PTH116  see above
        except FileNotFoundError:
            return 0

    @property
    def _path(self) -> Path:
        return settings.DATA_DIR / _FOLDER / self._name
