"""How a changed page reaches the index: an outbox in the database, drained in batches by the one writer.

The row is written in the transaction of the change and deleted only after the index commit that covers it, and only
if nobody asked again meanwhile. A worker killed anywhere in between repeats the work; nothing is lost.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial, reduce
from operator import or_

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb.models import ArticlePage, IndexRequest
from kb.search.engine import BATCH_SIZE, portal_backend
from kb.search.errors import SearchUnavailable
from kb.search.semantic.writing import note_changed

logger = logging.getLogger(__name__)

# A broken index asks for a rebuild at most this often.
_REBUILD_ASKED_SECONDS = 300
_REBUILD_ASKED = "kb.search.rebuild-asked"


def is_indexable(page: ArticlePage) -> bool:
    """Say whether readers without an account may see the page now; only such pages are in the index.

    Cost  two queries. Asks the database, never the object: the object may be a draft of a published page.
    """
    return ArticlePage.objects.public().filter(pk=page.pk).exists()


def request_indexing(page_ids: Iterable[int]) -> None:
    """Note that these pages may have changed, appeared or gone; the index follows within seconds.

    Part of the caller's transaction; the worker is told when that commits. Ids of pages that are no articles, or
    no longer exist, do no harm.
    """
    now = timezone.now()
    requests = [IndexRequest(page_id=page_id, requested_at=now) for page_id in sorted(set(page_ids))]
    if not requests:
        return
    IndexRequest.objects.bulk_create(
        requests, update_conflicts=True, unique_fields=["page_id"], update_fields=["requested_at"], batch_size=500
    )
    transaction.on_commit(partial(_tell_worker, now))


def drain_outbox() -> int:
    """Bring the index up to every waiting request and return how many there were.

    Safe to run anywhere and in parallel: writers wait for one another. Where the index itself is broken the
    requests stay and a rebuild is asked for.
    """
    drained = 0
    try:
        while batch := _drain_batch():
            drained += batch
    except SearchUnavailable as error:
        logger.warning("Index requests wait: %s", error)
        mend_after(error)
    return drained


def tend_index() -> int:
    """Drain the outbox and, if nothing waited in it, put the index in order; return how many requests there were."""
    drained = drain_outbox()
    if not drained:
        try:
            while portal_backend().tidy() and not IndexRequest.objects.exists():
                pass
        except SearchUnavailable as error:
            logger.warning("The index is not put in order: %s", error)
            mend_after(error)
    return drained


def _drain_batch() -> int:
    if not IndexRequest.objects.exists():
        return 0
    # The pages are read after the requests: one that changes in between has asked again, and stays.
    requests = list(IndexRequest.objects.order_by("requested_at", "pk")[:BATCH_SIZE])
    portal_backend().write([request.page_id for request in requests])
    forget_requests(requests)
    return len(requests)


def forget_requests(requests: Sequence[IndexRequest]) -> None:
    """Delete requests that are done; one that was renewed meanwhile has another time and stays."""
    note_changed(request.page_id for request in requests)
    for start in range(0, len(requests), BATCH_SIZE):
        done = [Q(page_id=one.page_id, requested_at=one.requested_at) for one in requests[start : start + BATCH_SIZE]]
        IndexRequest.objects.filter(reduce(or_, done)).delete()


def ask_for_rebuild() -> None:
    """Queue a rebuild, unless one was asked for in the last minutes."""
    from kb.tasks import rebuild_search_index  # the task needs this module

    if cache.add(_REBUILD_ASKED, True, _REBUILD_ASKED_SECONDS):
        rebuild_search_index.enqueue()


def mend_after(error: SearchUnavailable) -> None:
    """Queue a rebuild if that mends what went wrong; nothing mends a server that is down but its operator."""
    if error.is_mended_by_rebuild:
        ask_for_rebuild()


def rebuild_is_done() -> None:
    """Let the next broken index ask at once."""
    cache.delete(_REBUILD_ASKED)


def tell_worker_of_waiting() -> None:
    """Ask the worker to drain the outbox if anything is in it."""
    from kb.tasks import drain_index_outbox  # the task needs this module

    if IndexRequest.objects.exists():
        drain_index_outbox.enqueue()


def _tell_worker(requested_at: datetime) -> None:
    """Ask the worker to drain the outbox, unless older requests wait in it: whoever drains those looks again after them.

    So ten publishes a second become two or three commits a second. A worker that died is covered by the clock.
    """
    if not IndexRequest.objects.exclude(requested_at=requested_at).exists():
        tell_worker_of_waiting()
