"""A budget of time for the modules of a page: one that hangs is left behind, and the page answers without it.

Python cannot stop a thread from outside, so the tasks run in a thread that the request waits for, and can walk away from:

    outcomes = run_within(budget, tasks)        # {key: Done(value) | Failed(error) | Late()}

The worker borrows the request's database connections while the request waits, so that it sees what the request sees and
opens nothing. Whoever walks away leaves the borrowed connections to the worker, which closes them when it comes to its end,
and takes new ones. Inside of a transaction that is impossible: there the tasks run in the request's own thread, and only
what has not begun by the deadline is left out.

Each task meets the language, the time zone and the connections of the request, whatever the one before it did to them; one
that leaves a transaction open has failed, and its connection is made anew.

What was late is not asked again for a while in this process (see Aside): a service that hangs costs a reader now and then
the budget, not each of them, and at most one thread a minute is left waiting for it.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import timezone, translation

T = TypeVar("T")

FIRST_ASIDE_SECONDS = 5.0
MOST_ASIDE_SECONDS = 60.0


@dataclass(frozen=True)
class Budget:
    """How long tasks may take: each of them, and all together."""

    each_seconds: float
    all_seconds: float


@dataclass(frozen=True)
class Task(Generic[T]):
    key: str
    run: Callable[[], T]


@dataclass(frozen=True)
class Done(Generic[T]):
    value: T
    seconds: float


@dataclass(frozen=True)
class Failed:
    error: BaseException


class TransactionLeftOpen(RuntimeError):
    """A task began a transaction and did not end it: everything written later would have been lost with it."""


@dataclass(frozen=True)
class Late:
    """Not finished in time, or not begun because others had used the time."""

    is_begun: bool


Outcome = Done[T] | Failed | Late


class Aside:
    """The keys that were late and are not asked for a while; of one process.

    A machine that stalls for a moment makes anything late, so the first time costs FIRST_ASIDE_SECONDS only; each
    further one in a row twice as much, up to MOST_ASIDE_SECONDS.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._until: dict[str, tuple[float, float]] = {}

    def put(self, key: str) -> None:
        """Do not ask `key` for a while: it was late."""
        _until, seconds = self._until.get(key, (0.0, FIRST_ASIDE_SECONDS / 2))
        seconds = min(seconds * 2, MOST_ASIDE_SECONDS)
        self._until[key] = (self._clock() + seconds, seconds)

    def forgive(self, key: str) -> None:
        """Begin anew with `key`: it was there in time."""
        self._until.pop(key, None)

    def holds(self, key: str) -> bool:
        return key in self._until and self._clock() < self._until[key][0]

    def clear(self) -> None:
        self._until.clear()


def run_within(budget: Budget, tasks: Iterable[Task[T]]) -> Mapping[str, Outcome[T]]:
    """Run `tasks` one after the other and return what became of each, by key.

    Cost: one thread for a page (about 0.1 ms), another one for each task that is left behind.
    """
    waiting = list(tasks)
    deadline = time.monotonic() + budget.all_seconds
    if any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        return {task.key: _run_here(task, deadline) for task in waiting}
    outcomes: dict[str, Outcome[T]] = {}
    while waiting and time.monotonic() < deadline:
        worker = _Worker(waiting)
        worker.start()
        while waiting:
            outcome = worker.wait(min(budget.each_seconds, deadline - time.monotonic()))
            outcomes[waiting.pop(0).key] = outcome
            if isinstance(outcome, Late):
                worker.leave_behind()
                break
    outcomes.update({task.key: Late(is_begun=False) for task in waiting})
    return outcomes


def _run_here(task: Task[T], deadline: float) -> Outcome[T]:
    return _outcome_of(task, Exception) if time.monotonic() < deadline else Late(is_begun=False)


def _outcome_of(task: Task[T], errors: type[BaseException]) -> Outcome[T]:
    begun_at = time.monotonic()
    try:
        # In a context of its own, so that a language or time zone that it leaves behind is nobody else's.
        return Done(contextvars.copy_context().run(task.run), time.monotonic() - begun_at)
    except errors as error:  # the caller decides what a failure means
        return Failed(error)


class _Worker(Generic[T]):
    """One thread that does `tasks` in turn with the connections of the thread that made it."""

    def __init__(self, tasks: Iterable[Task[T]]):
        self._tasks = tuple(tasks)
        self._outcomes: queue.SimpleQueue[Outcome[T]] = queue.SimpleQueue()
        self._borrowed: dict[str, BaseDatabaseWrapper] = {alias: connections[alias] for alias in connections}
        self._lock = threading.Lock()
        self._is_left = False
        self._is_at_end = False
        self._settle_in = _surroundings()
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._work,), name="page-modules", daemon=True)

    def start(self) -> None:
        for connection in self._borrowed.values():
            connection.inc_thread_sharing()
        self._thread.start()

    def wait(self, seconds: float) -> Outcome[T]:
        """Return the outcome of the next task; Late if it is not there after `seconds`."""
        try:
            outcome = self._outcomes.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return Late(is_begun=True)
        return outcome

    def leave_behind(self) -> None:
        """Let the worker keep what it borrowed, and this thread open connections of its own at the next query."""
        with self._lock:
            if self._is_at_end:
                return
            self._is_left = True
        for alias in self._borrowed:
            del connections[alias]

    def _work(self) -> None:
        self._settle_in()
        for alias, connection in self._borrowed.items():
            connections[alias] = connection
        try:
            for task in self._tasks:
                if self._is_left:
                    break
                # SystemExit too: in this thread it would end the others' time, and nobody else's work.
                outcome = _outcome_of(task, BaseException)
                self._outcomes.put(
                    Failed(TransactionLeftOpen(task.key)) if self._has_undone_transactions() else outcome
                )
        finally:
            with self._lock:
                self._is_at_end = True
            self._give_back()

    def _has_undone_transactions(self) -> bool:
        """Say whether the task left one open; it is undone, and the connection is as new."""
        left_open = [one for one in self._borrowed.values() if one.in_atomic_block or _is_manual(one)]
        for connection in left_open:
            if connection.connection is not None:
                connection.connection.rollback()  # the driver's own: Django refuses inside of its block
            connection.close()
            connection.connect()
        return bool(left_open)

    def _give_back(self) -> None:
        for alias, connection in self._borrowed.items():
            del connections[alias]
            if self._is_left:
                connection.close()
            connection.dec_thread_sharing()


def _is_manual(connection: BaseDatabaseWrapper) -> bool:
    """Say whether somebody took the commits of an open connection into their own hands."""
    return connection.connection is not None and not connection.autocommit and connection.settings_dict["AUTOCOMMIT"]


def _surroundings() -> Callable[[], None]:
    """Return what gives another thread the request's language, time zone and addresses, which Django keeps by thread."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    prefix, urlconf = get_script_prefix(), get_urlconf()

    def settle_in() -> None:
        translation.activate(language) if language else translation.deactivate_all()
        timezone.activate(zone)
        set_script_prefix(prefix)
        set_urlconf(urlconf)

    return settle_in
