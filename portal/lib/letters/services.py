"""Posting letters: in the transaction of their reason; they leave once that is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import make_msgid, parseaddr
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from portal.lib.letters.models import SENDABLE_AGAIN, Letter, LetterStatus


@dataclass(frozen=True)
class NewLetter:
    """A letter to post.

    kind      a registered code
    key       once for each reason, at most 200 characters; the same key a second time changes nothing
    about     the row it hangs on (of a model with a GenericRelation to letters), or nothing
    details   plain JSON values that the words need and no row says
    """

    kind: str
    key: str
    recipient: str
    language: str
    about: models.Model | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    is_withheld: bool = False


@transaction.atomic
def post(new: NewLetter) -> Letter:
    """Store one letter, which leaves on commit; returns the one of that key when it was posted before.

    A withheld letter (its address had enough today) is only recorded; somebody may send it later.
    """
    letter, is_new = Letter.objects.get_or_create(key=new.key, defaults=_fields_of(new))
    if is_new and not new.is_withheld:
        _deliver_on_commit(letter.pk)
    return letter


@transaction.atomic
def post_all(letters: Iterable[NewLetter]) -> None:
    """Store many letters of one reason at once; those whose key is known are left out. Cost: one query for 100."""
    rows = [Letter(key=new.key, **_fields_of(new)) for new in letters]
    if rows:
        Letter.objects.bulk_create(rows, batch_size=100, ignore_conflicts=True)
        _send_waiting_on_commit()


def send_again(letter: Letter) -> bool:
    """Put a letter that was given up, withheld or is uncertain back into the outbox; False if it needs no sending."""
    with transaction.atomic():
        changed = Letter.objects.filter(pk=letter.pk, status__in=SENDABLE_AGAIN).update(
            status=LetterStatus.WAITING, attempts=0, next_attempt_at=timezone.now()
        )
        if changed:
            _deliver_on_commit(letter.pk)
    return bool(changed)


def withdraw(*, recipient: str, kinds: Iterable[str]) -> int:
    """Delete the letters of these kinds to `recipient`, but one that is being sent; returns how many."""
    found = Letter.objects.filter(recipient=recipient, kind__in=kinds).exclude(status=LetterStatus.SENDING)
    return found.delete()[0]


def erase_recipient(*, recipient: str) -> int:
    """Delete every letter to `recipient`, sent or not; returns how many. One that is being sent right now arrives."""
    return Letter.objects.filter(recipient__iexact=recipient).delete()[0]


def mailbox_of(email: str) -> str:
    """Return the address without its "+tag", in lower case: all tags land in one mailbox, whose rate they share."""
    local, _at, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _fields_of(new: NewLetter) -> dict[str, Any]:
    return {
        "kind": new.kind,
        "about_type": ContentType.objects.get_for_model(new.about) if new.about else None,
        "about_id": new.about.pk if new.about else None,
        "details": dict(new.details),
        "recipient": new.recipient,
        "language": new.language,
        "mail_id": make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"),
        "status": LetterStatus.WITHHELD if new.is_withheld else LetterStatus.WAITING,
    }


def _deliver_on_commit(letter_id: int) -> None:
    from portal.lib.letters.tasks import deliver_letter  # the task needs the models, which need this app loaded

    # Robust: the letter is stored. If the queue refuses, the periodic retry finds it waiting.
    transaction.on_commit(partial(deliver_letter.enqueue, letter_id), robust=True)


def _send_waiting_on_commit() -> None:
    from portal.lib.letters.tasks import retry_letters

    transaction.on_commit(retry_letters.enqueue, robust=True)
