"""Background work of personalization."""

from django_tasks import task

from personalization.digest import posting


@task()
def post_digests() -> None:
    """Post the weekly letters that are due."""
    posting.post_due_digests()
