"""A whole new index beside the live one, then a switch; and the comparison of the index with the database."""

from dataclasses import dataclass

from kb.models import ArticlePage, IndexRequest
from kb.search.engine import Progress, identifier_of, portal_backend
from kb.search.indexing import forget_requests, rebuild_is_done, tell_worker_of_waiting


@dataclass(frozen=True)
class IndexReport:
    """What `check_index` found: pages that should be found and are not, and the other way round."""

    document_count: int
    missing_page_ids: tuple[int, ...]
    surplus_ids: tuple[str, ...]
    waiting_count: int

    @property
    def is_complete(self) -> bool:
        return not self.missing_page_ids and not self.surplus_ids


def rebuild_index(*, on_progress: Progress = lambda done, total: None) -> int:
    """Build a new index from the database, switch to it, and return how many articles it holds.

    Searches go on in the old one until the switch, and what is published meanwhile is in both. `on_progress` is
    called with (done, total) after each batch.
    """
    backend = portal_backend()
    covered = list(IndexRequest.objects.all())
    backend.rebuild(on_progress)
    forget_requests(covered)
    rebuild_is_done()
    tell_worker_of_waiting()
    return backend.document_count()


def check_index() -> IndexReport:
    """Compare the live index with the database; pages whose indexing is still waiting count for neither side.

    Errors  SearchUnavailable if the index is missing, torn, or of another analyzer version; its files are read afresh.
    """
    found = portal_backend().indexed_ids()
    waiting = set(IndexRequest.objects.values_list("page_id", flat=True))
    expected = set(ArticlePage.objects.public().values_list("pk", flat=True)) - waiting
    ignored = {identifier_of(page_id) for page_id in waiting}
    indexed = found - ignored
    wanted = {identifier_of(page_id): page_id for page_id in expected}
    return IndexReport(
        document_count=len(found),
        missing_page_ids=tuple(sorted(page_id for identifier, page_id in wanted.items() if identifier not in indexed)),
        surplus_ids=tuple(sorted(indexed - wanted.keys())),
        waiting_count=len(waiting),
    )
