"""Sending letters: at most once each, again after growing pauses while the mail server refuses or is away.

A letter is claimed in the database before the mail server hears of it. What the server certainly did not take
goes back to waiting. When it fell silent in the middle, or the worker died, nobody can know; such a letter is
marked as uncertain and left to a person, because a second receipt is worse than a late one.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone, translation

from portal.lib.letters import kinds
from portal.lib.letters.models import UNFINISHED, Letter, LetterStatus

logger = logging.getLogger(__name__)

# After each failed attempt; two days in all, as long as mail servers themselves keep trying.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
# Far beyond EMAIL_TIMEOUT for each step of a delivery.
STUCK_AFTER = timedelta(minutes=10)
LETTERS_PER_RUN = 100
# A 5xx answer to the recipient is final (RFC 5321, 4.2.1); asking again only annoys.
PERMANENT_FROM = 500


def deliver(letter_id: int) -> bool:
    """Send the letter if it is waiting and due; whoever comes second finds it claimed and does nothing.

    False when the mail server could not be reached, so that other letters need not be tried now.
    """
    now = timezone.now()
    claimed = (
        Letter.objects.due(now)
        .filter(pk=letter_id)
        .update(status=LetterStatus.SENDING, attempts=F("attempts") + 1, claimed_at=now)
    )
    if not claimed:
        return True
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None:
        return True  # erased with its recipient meanwhile
    connection = get_connection()
    try:
        mail = _mail(letter, connection)
    except kinds.LetterIsPointless as reason:
        _finish(letter, LetterStatus.CANCELLED, reason)
        return True
    except UnknownKind as error:
        _finish(letter, LetterStatus.FAILED, error)
        return True
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _put_back(letter, error)
        return False
    try:
        connection.send_messages([mail])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        # The server answered "no": it does not have the letter.
        _put_back(letter, error, is_final=_is_permanent(error))
    except (OSError, smtplib.SMTPException) as error:
        _finish(letter, LetterStatus.UNCERTAIN, error)
    else:
        Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SENT, sent_at=timezone.now(), last_error="")
    finally:
        _close(connection, letter)
    return True


def send_due_letters() -> None:
    """Try the letters whose pause is over, at most LETTERS_PER_RUN; a server that is away is asked once, not for each."""
    now = timezone.now()
    lost = Letter.objects.stuck(now, STUCK_AFTER).update(
        status=LetterStatus.UNCERTAIN, last_error="the worker died while it was sending"
    )
    if lost:
        logger.error("%s letters may or may not have been sent: their worker died.", lost)
    for letter_id in list(Letter.objects.due(now).values_list("pk", flat=True)[:LETTERS_PER_RUN]):
        if not deliver(letter_id):
            # Waiting for the time limit of each letter would keep new ones from their first attempt.
            return


def forget_old_letters() -> int:
    """Delete the finished letters that their kind keeps no longer; returns how many. Cost: one query a kind."""
    forgotten = 0
    now = timezone.now()
    for kind in kinds.all_kinds():
        if kind.kept_for is not None:
            old = Letter.objects.filter(kind=kind.code, created_at__lt=now - kind.kept_for)
            forgotten += old.exclude(status__in=UNFINISHED).delete()[0]
    return forgotten


class UnknownKind(Exception):
    """No app of this release writes such letters."""


def _mail(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    kind = kinds.find(letter.kind)
    if kind is None:
        raise UnknownKind(letter.kind)
    with translation.override(letter.language):
        content = kind.compose(letter)
    mail = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.recipient],
        reply_to=[content.reply_to] if content.reply_to else None,
        headers={"Message-ID": letter.mail_id, "Content-Language": letter.language, **content.headers},
        connection=connection,
    )
    mail.attach_alternative(content.html, "text/html")
    return mail


def _put_back(letter: Letter, error: Exception, *, is_final: bool = False) -> None:
    if is_final or letter.attempts > len(PAUSES):
        _finish(letter, LetterStatus.FAILED, error)
        return
    pause = PAUSES[letter.attempts - 1]
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.WAITING, next_attempt_at=timezone.now() + pause, last_error=_in_short(error)
    )
    logger.warning("Letter %s was not taken (%s); next attempt in %s.", letter.pk, type(error).__name__, pause)


def _finish(letter: Letter, status: LetterStatus, error: Exception) -> None:
    Letter.objects.filter(pk=letter.pk).update(status=status, last_error=_in_short(error))
    level = logging.INFO if status == LetterStatus.CANCELLED else logging.ERROR
    logger.log(
        level, "Letter %s is %s after %s attempts (%s).", letter.pk, status, letter.attempts, type(error).__name__
    )


def _is_permanent(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT_FROM for code, _answer in error.recipients.values())
    # Any other 5xx speaks of us (not signed in, too large), which an operator can mend: try again.
    return False


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _close(connection: BaseEmailBackend, letter: Letter) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("Closing the connection after letter %s failed (%s).", letter.pk, type(error).__name__)
