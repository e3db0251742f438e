"""Background work of personalization."""

from django_tasks import task

from personalization.digest import posting
from personalization.segments import counting


@task()
def post_digests() -> None:
    """Post the weekly letters that are due."""
    posting.post_due_digests()


@task()
def count_segments(segment_ids: list[int] | None = None) -> int:
    """Count the accounts of these segments, of all if None; idempotent."""
    return counting.store_counts(segment_ids)
