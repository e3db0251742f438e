"""The one table of periodic jobs, and the rule that runs each of them once when it is due.

A job that was missed (the machine slept, the worker was down) runs once, not once for every missed time. It never
runs twice for one due time: moving `next_due_at` and putting the task into the queue are one transaction, and
the move only succeeds for whoever still sees the old time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import tasks
from portal.models import PeriodicJob


@dataclass(frozen=True)
class Job:
    """A task and when it is due: every `every`, or daily at `at` in the site's time zone."""

    name: str
    task: Any  # a django_tasks Task; the package is not typed
    every: timedelta | None = None
    at: time | None = None

    def next_due_after(self, moment: datetime) -> datetime:
        """Return the first due time later than `moment`."""
        if self.at is None:
            assert self.every is not None, f"{self.name} is due neither every … nor at …"  # noqa: S101 - a defect of the table
            return moment + self.every
        local = timezone.localtime(moment)
        due = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return due if due > local else due + timedelta(days=1)


JOBS: tuple[Job, ...] = (
    Job("publish_scheduled", tasks.publish_scheduled, every=timedelta(minutes=1)),
    Job("tend_search_index", tasks.tend_search_index, every=timedelta(minutes=1)),
    Job("retry_letters", tasks.retry_letters, every=timedelta(minutes=2)),
    Job("purge_sessions", tasks.purge_sessions, at=time(3, 10)),
    Job("purge_task_results", tasks.purge_task_results, at=time(3, 20)),
    Job("purge_article_views", tasks.purge_article_views, at=time(3, 40)),
    Job("purge_search_log", tasks.purge_search_log, at=time(3, 45)),
    Job("purge_behaviour", tasks.purge_behaviour, at=time(3, 35)),
    Job("count_reading", tasks.count_reading, at=time(4, 10)),
    Job("follow_up_feedback", tasks.follow_up_feedback, at=time(3, 25)),
    Job("check_external_links", tasks.check_external_links, at=time(2, 30)),
    Job("purge_exchange_jobs", tasks.purge_exchange_jobs, at=time(3, 50)),
    Job("post_due_letters", tasks.post_due_letters, at=time(7, 0)),
    Job("purge_unproven_accounts", tasks.purge_unproven_accounts, at=time(3, 12)),
    Job("purge_tickets", tasks.purge_tickets, at=time(3, 14)),
    Job("forget_old_customers", tasks.forget_old_customers, at=time(3, 16)),
    Job("purge_order_access", tasks.purge_order_access, at=time(3, 18)),
    Job("purge_traces", tasks.purge_traces, at=time(4, 10)),
    Job("post_digests", tasks.post_digests, at=time(7, 30)),
    Job("prove_ledger", tasks.prove_ledger, at=time(4, 0)),
    Job("count_segments", tasks.count_segments, every=timedelta(hours=1)),
    Job("forget_old_letters", tasks.forget_old_letters, at=time(3, 30)),
)


def run_due_jobs(now: datetime | None = None, jobs: tuple[Job, ...] = JOBS) -> list[str]:
    """Enqueue every job that is due and return their names; safe to call from several processes at once.

    Cost: one query when nothing is due.
    """
    now = now or timezone.now()
    known = dict(PeriodicJob.objects.values_list("name", "next_due_at"))
    ran = []
    for job in jobs:
        due_at = known.get(job.name)
        if due_at is None:
            # First seen: an interval starts counting now, a daily job waits for its hour.
            PeriodicJob.objects.get_or_create(name=job.name, defaults={"next_due_at": job.next_due_after(now)})
        elif due_at <= now and _enqueue_once(job, due_at, now):
            ran.append(job.name)
    return ran


def _enqueue_once(job: Job, due_at: datetime, now: datetime) -> bool:
    with transaction.atomic():
        moved = PeriodicJob.objects.filter(name=job.name, next_due_at=due_at).update(
            next_due_at=job.next_due_after(now), last_enqueued_at=now
        )
        if moved:
            job.task.enqueue()
    return bool(moved)


def clock(*, should_stop: Callable[[float], bool], tick_seconds: float = 5.0) -> None:
    """Run due jobs until `should_stop(tick_seconds)`, which also does the waiting, says so."""
    while True:
        run_due_jobs()
        if should_stop(tick_seconds):
            return
