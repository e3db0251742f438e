"""The record of who of the staff looked at or did what: added to, chained, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from portal.lib.text import clean_line
from tracking.models import AuditEntry

# What the first entry follows.
BEGINNING = "0" * 64
MAX_REASON = 300


class ReasonMissing(ValueError):
    """Looking at a customer's page takes a reason; ask for one."""


@transaction.atomic
def note_look(*, actor: object, action: str, subject: str, reason: str) -> AuditEntry:
    """Record that `actor` of the staff is about to see `subject` ("order:7K3M…"), and why.

    Call it in the transaction of what is shown or done: without the record there is no look.
    Errors: ReasonMissing.
    """
    if not clean_line(reason):
        raise ReasonMissing(action)
    return note_act(actor=actor, action=action, subject=subject, reason=reason)


@transaction.atomic
def note_act(*, actor: object, action: str, subject: str, reason: str = "") -> AuditEntry:
    """Record what `actor` of the staff did to `subject`."""
    # Writers take turns (SQLite: one at a time; elsewhere at the lock of the first entry), so the chain has no forks.
    # The last entry is read after the lock: one that was waited for would not be the last any more. Two first entries
    # at once would break the unique predecessor and one of them its transaction.
    AuditEntry.objects.select_for_update().order_by("pk").values_list("pk").first()
    last = AuditEntry.objects.order_by("-pk").first()
    entry = AuditEntry(
        actor_id=getattr(actor, "pk", None),
        actor_name=str(getattr(actor, "email", "") or actor)[:254],
        action=action,
        subject=subject,
        reason=clean_line(reason)[:MAX_REASON],
        at=timezone.now(),
        previous_digest=last.digest if last else BEGINNING,
    )
    entry.digest = _digest(entry)
    entry.save()
    return entry


def broken_links() -> Iterator[AuditEntry]:
    """Yield the entries that do not follow from the one before them or whose words were changed; oldest first."""
    previous = BEGINNING
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=1000):
        if entry.previous_digest != previous or entry.digest != _digest(entry):
            yield entry
        previous = entry.digest


def _digest(entry: AuditEntry) -> str:
    values = (
        entry.previous_digest, entry.actor_id, entry.actor_name, entry.action, entry.subject, entry.reason,
        entry.at.isoformat(),
    )  # fmt: skip
    return hashlib.sha256(repr(values).encode()).hexdigest()
