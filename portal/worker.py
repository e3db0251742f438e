"""The lanes of the background worker: one thread for each queue, so that no queue waits for another.

A lane takes a lock on a file in DATA_DIR. So there is one worker for each queue on a machine, and whatever is
marked as running when a lane starts was lost with a worker that died: it is put back, and given up after
MAX_ATTEMPTS so that a task that kills its worker cannot do so for ever.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connections
from django.db.utils import OperationalError
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from portal.periodic import clock

logger = logging.getLogger(__name__)

CLOCK = "clock"
MAX_ATTEMPTS = 3
# A publish has 3 s to be found, so its queue is asked often; an empty look costs one indexed query.
POLL_SECONDS = {"index": 0.2, "mail": 0.5}
DEFAULT_POLL_SECONDS = 1.0
# A lane that failed (the disk is full, the database is being restored) tries again after this pause.
PAUSE_AFTER_FAILURE_SECONDS = 5.0
# A worker whose supervisor was killed first ends its task; the next one waits as long as a stop may take.
LOCK_PATIENCE_SECONDS = 40.0


class LaneTaken(Exception):
    """Another worker on this machine serves this lane."""


class LaneDied(Exception):
    """A lane ended although nobody asked it to."""


class LostTask(Exception):
    """The worker died while it ran the task, MAX_ATTEMPTS times."""


@contextmanager
def lane_lock(lane: str) -> Iterator[None]:
    """Hold the lane's lock file; raises LaneTaken. The system frees it when the process dies."""
    path = Path(settings.DATA_DIR) / f"worker-{lane}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LaneTaken(f"Another worker already serves “{lane}” on {settings.DATA_DIR}.") from error
        yield


def requeue_lost_tasks(queue_name: str) -> int:
    """Put back what a dead worker left as running in `queue_name`; call only while holding its lane."""
    lost = DBTaskResult.objects.running().filter(queue_name=queue_name)
    requeued = 0
    for result in lost:
        if len(result.worker_ids) >= MAX_ATTEMPTS:
            result.set_failed(LostTask(f"given up after {MAX_ATTEMPTS} attempts"))
            logger.error("Task %s (%s) was lost %s times and is given up.", result.id, result.task_path, MAX_ATTEMPTS)
        else:
            DBTaskResult.objects.filter(pk=result.pk).update(status=TaskResultStatus.READY, started_at=None)
            requeued += 1
    return requeued


class Lane(threading.Thread):
    """A thread that serves one queue, or the clock, until told to stop."""

    def __init__(self, name: str, *, worker_id: str):
        super().__init__(name=f"lane-{name}", daemon=True)
        self.lane = name
        self.worker_id = f"{worker_id}-{name}"[:64]
        self._stopping = threading.Event()
        self._worker: Worker | None = None

    def stop(self) -> None:
        """Finish the task in hand, then end."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.running = False

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve()
            except OperationalError:
                # The database is away or refuses to write; what is queued waits, nothing is lost.
                logger.exception("Lane “%s” pauses: the database cannot be used.", self.lane)
                close_old_connections()
                self._stopping.wait(PAUSE_AFTER_FAILURE_SECONDS)
        connections.close_all()

    def _serve(self) -> None:
        if self.lane == CLOCK:
            clock(should_stop=self._stopping.wait)
            return
        # A task that could not be marked as finished before a pause is as lost as one whose worker died.
        requeue_lost_tasks(self.lane)
        self._worker = Worker(
            queue_names=[self.lane],
            interval=POLL_SECONDS.get(self.lane, DEFAULT_POLL_SECONDS),
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        )
        if not self._stopping.is_set():
            self._worker.run()


def run_lanes(names: list[str], *, stop: threading.Event, patience_seconds: float = LOCK_PATIENCE_SECONDS) -> None:
    """Serve `names` until `stop` is set.

    Errors  LaneTaken if another worker still serves one of them after `patience_seconds`; LaneDied if a lane ended
            on its own (its error is in the log), so that whoever started us can start us again.
    """
    deadline = time.monotonic() + patience_seconds
    with ExitStack() as stack:
        for name in names:
            if not _enter_lane(stack, name, stop=stop, deadline=deadline):
                return
        lanes = [Lane(name, worker_id=f"worker-{os.getpid()}-{int(time.time())}") for name in names]
        for lane in lanes:
            lane.start()
        try:
            while not stop.wait(1.0):
                dead = [lane.lane for lane in lanes if not lane.is_alive()]
                if dead:
                    raise LaneDied(", ".join(dead))
        finally:
            for lane in lanes:
                lane.stop()
            for lane in lanes:
                lane.join()


def _enter_lane(stack: ExitStack, name: str, *, stop: threading.Event, deadline: float) -> bool:
    """Take the lane's lock until `stack` closes; False when told to stop first, LaneTaken after `deadline`."""
    while not stop.is_set():
        try:
            stack.enter_context(lane_lock(name))
            return True
        except LaneTaken:
            if time.monotonic() >= deadline:
                raise
            stop.wait(0.2)
    return False
