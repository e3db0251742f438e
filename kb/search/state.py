"""How the index does, for the editors' dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from kb.models import IndexRequest
from kb.search.engine import portal_backend
from kb.search.errors import SearchUnavailable

# Publishing shows within three seconds; a request older than this has no worker.
MAY_WAIT = timedelta(minutes=2)


@dataclass(frozen=True)
class IndexState:
    """What the index holds, when it was last written, what waits for it.

    `document_count` and `written_at` are None when there is no index that can be read.
    """

    document_count: int | None
    written_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    is_rebuilding: bool

    @property
    def is_readable(self) -> bool:
        return self.document_count is not None

    @property
    def stands_still(self) -> bool:
        """Say whether requests wait longer than a working worker lets them."""
        return self.waiting_since is not None and timezone.now() - self.waiting_since > MAY_WAIT


def index_state() -> IndexState:
    """Return how the index does now. Cost: one query and a look at one file."""
    waiting = IndexRequest.objects.aggregate(number=Count("pk"), since=Min("requested_at"))
    backend = portal_backend()
    count: int | None
    written_at: datetime | None
    try:
        count = backend.document_count()
        written_at = backend.written_at()
    except SearchUnavailable:
        count = written_at = None
    return IndexState(count, written_at, waiting["number"], waiting["since"], backend.is_rebuilding())
