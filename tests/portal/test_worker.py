"""The lanes of the worker: lost tasks come back, poison is given up, one lane a queue."""

import contextlib
import threading

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import worker


def lost_task(*, attempts: int, queue_name: str = "mail") -> DBTaskResult:
    """A task that was running when its worker died for the `attempts`-th time."""
    return DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="portal.tasks.purge_sessions",
        queue_name=queue_name,
        backend_name="default",
        status=TaskResultStatus.RUNNING,
        started_at=timezone.now(),
        worker_ids=[f"worker-{number}" for number in range(attempts)],
    )


def test_a_task_whose_worker_died_is_put_back(db):
    lost = lost_task(attempts=1)

    worker.requeue_lost_tasks("mail")

    lost.refresh_from_db()
    assert lost.status == TaskResultStatus.READY


def test_a_task_that_kills_its_worker_every_time_is_given_up(db):
    poison = lost_task(attempts=worker.MAX_ATTEMPTS)

    worker.requeue_lost_tasks("mail")

    poison.refresh_from_db()
    assert poison.status == TaskResultStatus.FAILED
    assert "LostTask" in poison.exception_class_path


def test_what_another_lane_runs_is_left_alone(db):
    running = lost_task(attempts=1, queue_name="index")

    worker.requeue_lost_tasks("mail")

    running.refresh_from_db()
    assert running.status == TaskResultStatus.RUNNING


def test_a_lane_is_served_once(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with worker.lane_lock("mail"), pytest.raises(worker.LaneTaken), worker.lane_lock("mail"):
        pass


def test_lanes_end_when_told_to(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    stop = threading.Event()
    stop.set()

    worker.run_lanes([], stop=stop)


def test_a_lane_waits_for_the_worker_before_it_to_end(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    stop = threading.Event()
    served = threading.Event()
    monkeypatch.setattr(worker.Lane, "run", lambda self: served.set())

    with worker.lane_lock("clock"):
        successor = threading.Thread(target=_run_until_it_ends, args=(["clock"], stop))
        successor.start()
        assert not served.wait(0.5)

    assert served.wait(10)
    stop.set()
    successor.join(10)


def _run_until_it_ends(names, stop):
    with contextlib.suppress(worker.LaneDied):
        worker.run_lanes(names, stop=stop)


def test_a_lane_that_stays_taken_is_named(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with worker.lane_lock("clock"), pytest.raises(worker.LaneTaken, match="clock"):
        worker.run_lanes(["clock"], stop=threading.Event(), patience_seconds=0)


def test_a_lane_that_goes_on_after_a_fault_of_the_database_puts_its_task_back(db, monkeypatch):
    lost = lost_task(attempts=1)
    monkeypatch.setattr(worker.Worker, "run", lambda self: None)

    worker.Lane("mail", worker_id="worker")._serve()

    lost.refresh_from_db()
    assert lost.status == TaskResultStatus.READY


def test_a_lane_that_ends_on_its_own_is_reported(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(worker.Lane, "run", lambda self: None)

    with pytest.raises(worker.LaneDied, match="clock"):
        worker.run_lanes(["clock"], stop=threading.Event())
