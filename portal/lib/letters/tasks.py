"""Background work: letters go out from the queue `mail`, never from a request."""

from django_tasks import task

from portal.lib.letters import outbox


@task(queue_name="mail")
def deliver_letter(letter_id: int) -> None:
    """Send one letter; harmless when it was sent already."""
    outbox.deliver(letter_id)


@task(queue_name="mail")
def retry_letters() -> None:
    """Send the letters that are due, and mark those that a dead worker left half-sent."""
    outbox.send_due_letters()


@task()
def forget_old_letters() -> int:
    """Delete finished letters whose kind keeps no longer record; returns how many."""
    return outbox.forget_old_letters()
