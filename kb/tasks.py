"""Background work of the knowledge base: thin shells over kb.search."""

from django_tasks import task

from kb.search.indexing import drain_outbox
from kb.search.rebuild import rebuild_index


@task(queue_name="index")
def drain_index_outbox() -> int:
    """Bring the search index up to what was published; idempotent."""
    return drain_outbox()


@task(queue_name="default")
def rebuild_search_index() -> int:
    """Build the search index anew; asked for when it is missing or torn."""
    return rebuild_index()
