"""Writing what was counted in memory: every few seconds in a thread of its own, and once more when the process stops.

A process that is killed outright loses what it counted since the last time; one that is stopped writes it first.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable

from django.db import connections

# A batch takes a fraction of this; a database that hangs must not keep the process from ending.
_LAST_BATCH_SECONDS = 5.0


class BackgroundWriter:
    """Calls `write` every so often from the first `wake` on, and `write_last` at the end of the process."""

    def __init__(self, name: str, *, write: Callable[[], object], write_last: Callable[[], object] | None = None):
        self._name = name
        self._write = write
        self._write_last = write_last or write
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self, *, every_seconds: float) -> None:
        """See to it that somebody writes; 0 seconds: nobody does.

        Only now, at the first use, because a server forks its workers after it has loaded the code. Cost: nothing
        from the second call on.
        """
        if self._thread is not None or not every_seconds:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._write_now_and_then, args=(every_seconds,), name=self._name, daemon=True
                )
                self._thread.start()
                atexit.register(self.stop)

    def stop(self) -> None:
        """End the thread, which finishes the batch it is at, and write what is left."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_LAST_BATCH_SECONDS)
        self._write_last()

    def _write_now_and_then(self, every_seconds: float) -> None:
        while not self._stop.wait(every_seconds):
            self._write()
            connections.close_all()
