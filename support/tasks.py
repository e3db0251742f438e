"""Background work: letters go out from the queue `mail`, never from a request."""

from django_tasks import task

from support import outbox


@task(queue_name="mail")
def deliver_letter(letter_id: int) -> None:
    """Send one letter if it is still waiting; running it twice sends it once."""
    outbox.deliver(letter_id)


@task(queue_name="mail")
def retry_ticket_mail() -> None:
    """Send the letters whose pause is over, and mark those that a dead worker left half-sent."""
    outbox.retry_due_letters()
