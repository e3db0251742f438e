"""The clock: a due job runs once, a missed one once, never twice."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import task

from portal.models import PeriodicJob
from portal.periodic import JOBS, Job, run_due_jobs

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=HANOI)

calls: list[int] = []


@task()
def count_a_run() -> None:
    calls.append(1)


@task()
def fail_to_run() -> None:
    raise RuntimeError("the job's own fault")


HOURLY = Job("hourly", count_a_run, every=timedelta(hours=1))


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


@pytest.fixture
def hourly_job(db):
    run_due_jobs(NOON, (HOURLY,))


def test_a_job_seen_for_the_first_time_waits_for_its_interval(db):
    ran = run_due_jobs(NOON, (HOURLY,))

    assert ran == []
    assert PeriodicJob.objects.get(name="hourly").next_due_at == NOON + timedelta(hours=1)


def test_a_due_job_runs_once(hourly_job):
    due = NOON + timedelta(hours=1)

    assert run_due_jobs(due, (HOURLY,)) == ["hourly"]
    assert run_due_jobs(due, (HOURLY,)) == []
    assert len(calls) == 1


def test_a_job_that_was_missed_for_a_day_runs_once(hourly_job):
    tomorrow = NOON + timedelta(days=1, minutes=5)

    run_due_jobs(tomorrow, (HOURLY,))
    run_due_jobs(tomorrow + timedelta(minutes=1), (HOURLY,))

    assert len(calls) == 1
    assert PeriodicJob.objects.get(name="hourly").next_due_at == tomorrow + timedelta(hours=1)


def test_a_clock_that_read_the_old_time_does_not_run_the_job_again(hourly_job, monkeypatch):
    due = NOON + timedelta(hours=1)
    stale = list(PeriodicJob.objects.values_list("name", "next_due_at"))
    run_due_jobs(due, (HOURLY,))

    monkeypatch.setattr("portal.periodic.PeriodicJob.objects.values_list", lambda *fields: stale)
    ran = run_due_jobs(due, (HOURLY,))

    assert ran == []
    assert len(calls) == 1


def test_due_time_and_task_are_one_transaction(hourly_job, monkeypatch):
    def broken_enqueue(*args, **kwargs):
        raise RuntimeError("the machine dies here")

    monkeypatch.setattr(type(count_a_run), "enqueue", broken_enqueue)
    with pytest.raises(RuntimeError):
        run_due_jobs(NOON + timedelta(hours=1), (HOURLY,))

    assert PeriodicJob.objects.get(name="hourly").next_due_at == NOON + timedelta(hours=1)


def test_one_job_that_fails_does_not_keep_the_next_from_running(db):
    jobs = (Job("faulty", fail_to_run, every=timedelta(hours=1)), HOURLY)
    run_due_jobs(NOON, jobs)

    ran = run_due_jobs(NOON + timedelta(hours=1), jobs)

    assert ran == ["faulty", "hourly"]
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 2, 3, 9, tzinfo=HANOI), datetime(2026, 3, 2, 3, 10, tzinfo=HANOI)),
        (datetime(2026, 3, 2, 3, 10, tzinfo=HANOI), datetime(2026, 3, 3, 3, 10, tzinfo=HANOI)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=HANOI), datetime(2027, 1, 1, 3, 10, tzinfo=HANOI)),
    ],
)
def test_a_daily_job_is_due_at_its_hour_in_hanoi(now, due):
    job = Job("daily", count_a_run, at=time(3, 10))

    assert job.next_due_after(now) == due


def test_an_idle_tick_costs_one_query(db, django_assert_num_queries):
    run_due_jobs(timezone.now())

    with django_assert_num_queries(1, connection=connection):
        run_due_jobs(timezone.now())


def test_every_job_of_the_table_has_a_name_of_its_own_and_a_time():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all((job.every is None) != (job.at is None) for job in JOBS)
