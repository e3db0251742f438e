"""The tasks of the periodic table: thin shells over what the apps and libraries offer."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kb import tasks as kb_tasks
from kb.services.exchange import count_old_jobs
from personalization import tasks as personalization_tasks
from portal import personal_data, traces
from portal.lib.letters import tasks as letter_tasks
from support import services as support_services
from tracking import services as tracking_services
from tracking import tasks as tracking_tasks

TASK_RESULTS_KEPT = timedelta(days=14)
UNPROVEN_KEPT = timedelta(days=30)

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
count_segments = personalization_tasks.count_segments
prove_ledger = tracking_tasks.prove_ledger
post_digests = personalization_tasks.post_digests


@task(queue_name="index")
def publish_scheduled() -> None:
    """Publish and expire what editors scheduled; readers see it within the next minute."""
    call_command("publish_scheduled", verbosity=0)


@task()
def purge_sessions() -> int:
    """Forget sessions that have expired, and the devices of those that ended."""
    expired = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    return expired + UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]


def count_old_exchange_jobs() -> int:
    """Return how many jobs `purge_exchange_jobs` would forget."""
    return count_old_jobs(before=timezone.now() - kb_tasks.EXCHANGES_KEPT)


@task()
def purge_unproven_accounts() -> int:
    """Forget accounts whose address nobody proved within 30 days."""
    return personal_data.erase_unproven_accounts(before=timezone.now() - UNPROVEN_KEPT)


@task()
def purge_tickets() -> int:
    """Forget questions solved TICKET_YEARS ago."""
    years = settings.TICKET_YEARS
    return support_services.purge_tickets(before=_years_ago(years)) if years else 0


@task()
def forget_old_customers() -> int:
    """Take persons out of orders without an account of ORDER_PERSON_YEARS ago."""
    years = settings.ORDER_PERSON_YEARS
    return tracking_services.forget_old_customers(before=_years_ago(years)) if years else 0


@task()
def purge_order_access() -> int:
    """Forget ways to orders that were closed a month ago."""
    return tracking_services.purge_order_access()


@task()
def purge_traces() -> int:
    """Delete letters kept as files for a month, and empty the write-ahead logs, which hold rows as they once were."""
    traces.empty_write_ahead_logs()
    return traces.purge_mail_files()


@task()
def purge_task_results() -> int:
    """Forget finished tasks; failed ones are kept as long, so that somebody can look at them."""
    old = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASK_RESULTS_KEPT)
    return int(old.delete()[0])


def _years_ago(years: int) -> datetime:
    return timezone.now() - timedelta(days=365.25 * years)
