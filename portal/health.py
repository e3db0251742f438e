"""What has to work for the portal to be ready: database, search index, task queue, disk."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kb import search
from portal.site_setup import DiskFull, check_disk

logger = logging.getLogger(__name__)

# When no task of a queue was taken for this long although one waits, no worker serves it.
QUEUE_MAY_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `detail` is for operators and holds no personal data."""

    name: str
    is_ok: bool
    detail: str


def run_checks() -> list[Check]:
    """Look at everything, each on its own: one fault does not hide another. Cost: two small queries for each queue with work."""
    return [_run(name, check) for name, check in CHECKS.items()]


def _run(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except (DatabaseError, search.SearchUnavailable, DiskFull, QueueStands, OSError) as error:
        logger.error("Not ready: %s: %s", name, error)
        return Check(name, False, f"{type(error).__name__}: {error}")


class QueueStands(Exception):
    """Tasks wait and nobody takes them."""


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _index() -> str:
    return f"ok, {search.document_count()} documents"


def _queue() -> str:
    """A long queue that moves is only busy; one where nothing was taken for a while has lost its worker."""
    now = timezone.now()
    waiting = DBTaskResult.objects.ready()
    for queue_name in waiting.order_by().values_list("queue_name", flat=True).distinct():
        oldest = waiting.filter(queue_name=queue_name).aggregate(at=Min("enqueued_at"))["at"]
        taken = DBTaskResult.objects.filter(queue_name=queue_name).aggregate(at=Max("started_at"))["at"]
        if oldest and now - max(oldest, taken or oldest) > QUEUE_MAY_WAIT:
            raise QueueStands(f"“{queue_name}” waits since {oldest:%Y-%m-%d %H:%M} UTC; is the worker running?")
    return f"ok, {waiting.count()} waiting"


def _disk() -> str:
    check_disk(settings.DATA_DIR)
    return "ok"


def _meaning() -> str:
    """Never a fault: without its model search answers by words."""
    return search.meaning_state()


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "index": _index,
    "queue": _queue,
    "disk": _disk,
    "meaning": _meaning,
}
