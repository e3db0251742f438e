"""What follows a change of a segment: every process reads it anew, and its accounts are counted."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from personalization.segments.models import Segment
from personalization.segments.selectors import forget_segments
from personalization.tasks import count_segments


def connect() -> None:
    """Notice each change. Called by `apps.ready`."""
    post_save.connect(_saved, sender=Segment, dispatch_uid="personalization.segments.saved")
    post_delete.connect(forget_segments, sender=Segment, dispatch_uid="personalization.segments.deleted")


def _saved(sender: object, instance: Segment, **signal: Any) -> None:
    forget_segments()
    transaction.on_commit(partial(count_segments.enqueue, [instance.pk]))
