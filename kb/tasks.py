"""Background work of the knowledge base: thin shells over kb.search and kb.services."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django_tasks import task

from kb import services
from kb.care import due_letters, external
from kb.recommendations import counting
from kb.search.indexing import drain_outbox, tend_index
from kb.search.rebuild import rebuild_index
from kb.search.semantic import writing as semantic
from kb.search_log.services import purge_search_log as forget_old_searches
from kb.services import exchange, feedback, reading_history

# A year and a month: a report compares a month with the same one of the year before.
VIEWS_KEPT = timedelta(days=400)


# Long enough to come back to after lunch; what was uploaded does not lie about.
EXCHANGES_KEPT = timedelta(days=1)


@task(queue_name="index")
def drain_index_outbox() -> int:
    """Bring the search index up to what was published; idempotent."""
    drained = drain_outbox()
    semantic.ask_for_embedding()
    return drained


@task(queue_name="index")
def tend_search_index() -> int:
    """Index what a crash left in the outbox; where nothing waits, merge what publishing left in small pieces."""
    drained = tend_index()
    semantic.ask_for_embedding()
    return drained


@task(queue_name="default")
def embed_waiting_articles() -> int:
    """Make vectors of articles that are due, for some seconds; asks for itself again until none is."""
    return semantic.embed_for_a_while()


@task(queue_name="default")
def rebuild_search_index() -> int:
    """Build the search index anew; asked for when it is missing or torn."""
    return rebuild_index()


@task(queue_name="default")
def purge_article_views() -> int:
    """Forget how often articles were read more than 400 days ago."""
    return services.purge_article_views(before=timezone.localdate() - VIEWS_KEPT)


@task()
def purge_search_log() -> int:
    """Forget what was searched for longer ago than SEARCH_LOG_DAYS."""
    return forget_old_searches()


@task()
def purge_behaviour() -> int:
    """Forget what accounts read and searched for more than 90 days ago, or do not allow to be kept any more."""
    return reading_history.purge_behaviour()


@task()
def count_reading() -> None:
    """Learn anew from what readers who allow it read lately; what recommendations are made from until the next night."""
    counting.count_reading()


@task()
def follow_up_feedback() -> int:
    """Tell readers of replacements named late; forget subscriptions and votes that are old enough."""
    return feedback.follow_up_feedback()


@task()
def post_due_letters() -> int:
    """Tell owners, once a week each, which of their articles are due for a check."""
    return due_letters.post_due_letters()


@task()
def check_external_links() -> int:
    """Ask other sites whether the pages that articles link to are still there; nothing unless LINK_CHECK is on."""
    return external.check_external_links()


@task()
def run_exchange_job(job_id: str) -> None:
    """Check or run an import, or make an export, that was asked for in the admin; idempotent."""
    exchange.run_job(UUID(job_id))


@task()
def purge_exchange_jobs() -> int:
    """Forget imports and exports of the day before, with their files."""
    return exchange.purge_jobs(before=timezone.now() - EXCHANGES_KEPT)
