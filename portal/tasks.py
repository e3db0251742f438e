"""The tasks of the periodic table: thin shells over what the apps and libraries offer."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kb import tasks as kb_tasks
from personalization import tasks as personalization_tasks
from portal.lib.letters import tasks as letter_tasks
from tracking import tasks as tracking_tasks

TASK_RESULTS_KEPT = timedelta(days=14)

tend_search_index = kb_tasks.tend_search_index
purge_article_views = kb_tasks.purge_article_views
purge_search_log = kb_tasks.purge_search_log
count_reading = kb_tasks.count_reading
purge_behaviour = kb_tasks.purge_behaviour
follow_up_feedback = kb_tasks.follow_up_feedback
post_due_letters = kb_tasks.post_due_letters
check_external_links = kb_tasks.check_external_links
purge_exchange_jobs = kb_tasks.purge_exchange_jobs
retry_letters = letter_tasks.retry_letters
forget_old_letters = letter_tasks.forget_old_letters
prove_ledger = tracking_tasks.prove_ledger
post_digests = personalization_tasks.post_digests


@task(queue_name="index")
def publish_scheduled() -> None:
    """Publish and expire what editors scheduled; readers see it within the next minute."""
    call_command("publish_scheduled", verbosity=0)


@task()
def purge_sessions() -> None:
    """Forget sessions that have expired."""
    call_command("clearsessions", verbosity=0)


@task()
def purge_task_results() -> None:
    """Forget finished tasks; failed ones are kept as long, so that somebody can look at them."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASK_RESULTS_KEPT).delete()
