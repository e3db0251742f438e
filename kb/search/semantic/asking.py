"""Which articles are near a question, or nothing at all: a search never waits long for the model, and never fails by it."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from django.db import DatabaseError, connections
from numpy.typing import NDArray

from kb.search.semantic.embedder import Embedder, EmbedderFailed, Vector, is_switched_on, the_embedder
from kb.search.semantic.questions import Question
from kb.search.semantic.vectors import VectorTable
from portal.lib.snapshots import Snapshot

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Ten times what a question takes on a quiet machine; a reader does not notice more than this.
WAIT_SECONDS = 0.25
# What measures has time for everything, but not for a model that hangs.
_PATIENT_SECONDS = 600.0
# After this many failures in a row the model is left alone for a while, so that a broken one costs no time.
MAX_FAILURES = 5
PAUSE_SECONDS = 60.0
# Filters and page numbers ask the same question again.
_KEPT_QUESTIONS = 512
# More than the blending takes, since filters leave some of them out.
_CANDIDATES = 400


@dataclass(frozen=True)
class Near:
    """The articles nearest to a question, nearest first, and their cosines."""

    page_ids: NDArray[np.int64]
    cosines: Vector


class _OneThread:
    """A thread in which the model works, one question after the other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="meaning")

    def run(self, job: Callable[[], T], seconds: float) -> T:
        """Return what `job` gives. Errors: TimeoutError; those of `job`."""
        future = self._pool.submit(_with_own_connection, job)
        try:
            return future.result(timeout=seconds)
        finally:
            future.cancel()  # one that has not begun never will


class Asker:
    """Answers questions by meaning; keeps the vectors of all articles and of the last questions. Safe for threads."""

    def __init__(self, run: Callable[[Callable[[], Near], float], Near] | None = None) -> None:
        self._run = run or _OneThread().run
        self._table: VectorTable | None = None
        self._change: object = None
        self._questions: OrderedDict[str, Vector] = OrderedDict()
        self._failures = 0
        self._paused_until = float("-inf")
        self._wait_seconds = WAIT_SECONDS
        self._is_loading = False

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Let questions take as long as the model needs, loading included: for measuring, not for serving."""
        self._wait_seconds = _PATIENT_SECONDS
        try:
            yield
        finally:
            self._wait_seconds = WAIT_SECONDS

    def near(self, question: Question) -> Near | None:
        """Return the articles near a question, None if the model is off, missing, broken or too slow just now.

        Cost  10 to 50 ms for a new question, some tenths of one for a repeated one; WAIT_SECONDS at most. The first
              question of a process begins to load model and vectors, and is answered without them, as are those that
              come meanwhile, at once.
        """
        if not question.text or not is_switched_on() or self._is_loading or time.monotonic() < self._paused_until:
            return None
        try:
            found = self._run(lambda: self._find(question), self._wait_seconds)
        except (EmbedderFailed, DatabaseError, TimeoutError) as error:
            self._note_failure(error)
            return None
        self._failures = 0
        return found

    def _find(self, question: Question) -> Near:
        embedder, table = self._loaded()
        vector = self._embedded(question.wording(table.marks), embedder.embed_query)
        return Near(*table.nearest(vector, question.language, _CANDIDATES))

    def _loaded(self) -> tuple[Embedder, VectorTable]:
        self._is_loading = self._table is None
        try:
            embedder = the_embedder()
            return embedder, self._fresh_table(embedder.name)
        finally:
            self._is_loading = False

    def _fresh_table(self, model: str) -> VectorTable:
        change = changes.get()
        if self._table is None or self._change is not change:
            table = self._table or VectorTable(model)
            table.refresh()
            self._table, self._change = table, change
        return self._table

    def _embedded(self, text: str, embed: Callable[[str], Vector]) -> Vector:
        vector = self._questions.get(text)
        if vector is None:
            vector = self._questions[text] = embed(text)
            if len(self._questions) > _KEPT_QUESTIONS:
                self._questions.popitem(last=False)
        self._questions.move_to_end(text)
        return vector

    def _note_failure(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            logger.warning("Search answers by words alone: %s", str(error) or "the model was too slow")
        if self._failures >= MAX_FAILURES:
            self._failures = 0
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            logger.error("Search by meaning pauses for %d seconds after %d failures.", PAUSE_SECONDS, MAX_FAILURES)


def _with_own_connection(job: Callable[[], T]) -> T:
    try:
        return job()
    finally:
        connections.close_all()  # a connection belongs to its thread, and the next question may be hours away


# Another object after each batch of new vectors, in every process of this machine.
changes: Snapshot[object] = Snapshot("meaning", object)
asker = Asker()
