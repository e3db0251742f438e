"""Writes about tickets: each is one transaction, and its letters leave once that is committed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from wagtail.models import Locale

from portal.lib.letters import services as letters
from support.models import AuthorKind, Channel, ContactChannel, LetterKind, Ticket, TicketMessage, TicketStatus

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class TicketIsClosed(Exception):
    """Nothing more can be said about a closed ticket; a new question is a new ticket."""


@dataclass(frozen=True)
class NewTicket:
    """A question as it came in, cleaned. `email` in lower case, `phone` in E.164 or empty."""

    language: str
    name: str
    email: str
    subject: str
    body: str
    phone: str = ""
    order_reference: str = ""
    article: str = ""
    search_query: str = ""
    channel: str = Channel.WEB


@dataclass(frozen=True)
class OpenedTicket:
    """The ticket, and whether this call made it; False for a form that was sent twice."""

    ticket: Ticket
    is_new: bool


@dataclass(frozen=True)
class SaidBefore:
    """One message of a conversation that took place elsewhere, or of the demo; `said_at` is aware."""

    body: str
    said_at: datetime
    is_ours: bool = False
    is_internal: bool = False


def submission_key(token: str, new: NewTicket) -> str:
    """Return the key of one sending: the form's token with what was written in it.

    Sent twice unchanged it is the same; changed after going back it is another question.
    """
    parts = [token, new.email, new.subject, new.body]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def find_submission(key: str) -> Ticket | None:
    """Return the ticket that this sending already made."""
    return Ticket.objects.filter(submission_key=key).first()


def open_ticket(
    *, new: NewTicket, user: AbstractBaseUser | None = None, key: str | None = None, with_receipt: bool = True
) -> OpenedTicket:
    """Store a ticket, its first message, the receipt and the notice to the staff; the letters follow on commit.

    `key` is a submission_key: the same key makes one ticket, also when both arrive at once. Without
    `with_receipt` (the address had enough letters today) the receipt is recorded as withheld.
    """
    try:
        with transaction.atomic():
            ticket = Ticket.objects.create(**_fields_of(new), user_id=user.pk if user else None, submission_key=key)
            message = TicketMessage.objects.create(
                ticket=ticket, author_kind=AuthorKind.CUSTOMER, author_id=ticket.user_id, body=new.body
            )
            _post(message, LetterKind.RECEIPT, ticket.email, ticket.language, is_withheld=not with_receipt)
            _notify_staff(message)
    except IntegrityError:
        existing = find_submission(key) if key else None
        if existing is None:
            raise
        return OpenedTicket(existing, is_new=False)
    return OpenedTicket(ticket, is_new=True)


@transaction.atomic
def record_conversation(
    *,
    new: NewTicket,
    key: str,
    said: Sequence[SaidBefore],
    status: TicketStatus,
    user: AbstractBaseUser | None = None,
    agent: AbstractBaseUser | None = None,
) -> Ticket:
    """Store a conversation that is known already; nobody gets a letter.

    `said` begins with the question itself (`new.body` is not stored twice). The same `key` again changes nothing but
    the times: they move so that the conversation begins when `said` says.
    """
    asked_at = said[0].said_at
    existing = find_submission(key)
    if existing is not None:
        shift = asked_at - existing.created_at
        existing.messages.update(created_at=F("created_at") + shift)
        Ticket.objects.filter(pk=existing.pk).update(created_at=asked_at, updated_at=F("updated_at") + shift)
        return existing
    ticket = Ticket.objects.create(
        **_fields_of(new),
        user_id=user.pk if user else None,
        agent_id=agent.pk if agent else None,
        status=status,
        submission_key=key,
        created_at=asked_at,
    )
    for message in said:
        TicketMessage.objects.create(
            ticket=ticket,
            author_kind=AuthorKind.AGENT if message.is_ours else AuthorKind.CUSTOMER,
            author_id=ticket.agent_id if message.is_ours else ticket.user_id,
            body=message.body,
            is_internal=message.is_internal,
            created_at=message.said_at,
        )
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=said[-1].said_at)
    return ticket


@transaction.atomic
def add_customer_message(*, ticket: Ticket, body: str, user: AbstractBaseUser | None = None) -> TicketMessage:
    """Add what the customer wrote further; the ticket waits for an answer again. Raises TicketIsClosed."""
    locked = _lock(ticket)
    if locked.is_closed:
        raise TicketIsClosed(locked.reference)
    repeated = _last_if_same(locked, AuthorKind.CUSTOMER, body, is_internal=False)
    if repeated is not None:
        return repeated
    message = TicketMessage.objects.create(
        ticket=locked, author_kind=AuthorKind.CUSTOMER, author_id=user.pk if user else None, body=body
    )
    _save(locked, status=TicketStatus.OPEN)
    _notify_staff(message)
    return message


@transaction.atomic
def reply_to_customer(*, ticket: Ticket, agent: AbstractBaseUser, body: str) -> TicketMessage:
    """Add an agent's answer, mail it to the customer and mark the ticket as answered."""
    locked = _lock(ticket)
    repeated = _last_if_same(locked, AuthorKind.AGENT, body, is_internal=False)
    if repeated is not None:
        return repeated
    message = TicketMessage.objects.create(ticket=locked, author_kind=AuthorKind.AGENT, author_id=agent.pk, body=body)
    _save(locked, status=TicketStatus.ANSWERED, agent_id=agent.pk)
    _post(message, LetterKind.REPLY, locked.email, locked.language)
    return message


@transaction.atomic
def add_note(*, ticket: Ticket, agent: AbstractBaseUser, body: str) -> TicketMessage:
    """Add a note that only the staff ever sees."""
    locked = _lock(ticket)
    repeated = _last_if_same(locked, AuthorKind.AGENT, body, is_internal=True)
    if repeated is not None:
        return repeated
    message = TicketMessage.objects.create(
        ticket=locked, author_kind=AuthorKind.AGENT, author_id=agent.pk, body=body, is_internal=True
    )
    _save(locked)
    return message


@transaction.atomic
def change_status(*, ticket: Ticket, agent: AbstractBaseUser, status: TicketStatus) -> Ticket:
    """Set where the ticket stands; whoever decides it becomes its agent."""
    locked = _lock(ticket)
    _save(locked, status=status, agent_id=agent.pk)
    return locked


def _fields_of(new: NewTicket) -> dict[str, str]:
    return {field.name: getattr(new, field.name) for field in fields(new) if field.name != "body"}


def _lock(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def _last_if_same(ticket: Ticket, kind: AuthorKind, body: str, *, is_internal: bool) -> TicketMessage | None:
    """Return the last message if it says the same from the same side: a double click, not a second message."""
    last = ticket.messages.last()
    if last and (last.author_kind, last.body, last.is_internal) == (kind, body, is_internal):
        return last
    return None


def _save(ticket: Ticket, **changes: object) -> None:
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=[*changes, "updated_at"])


def _notify_staff(message: TicketMessage) -> None:
    _post(message, LetterKind.NOTICE, settings.SUPPORT_EMAIL, settings.LANGUAGE_CODE)


def _post(
    message: TicketMessage, kind: LetterKind, recipient: str, language: str, *, is_withheld: bool = False
) -> None:
    letters.post(
        letters.NewLetter(
            kind=kind,
            key=f"{kind.value}:{message.pk}",
            about=message,
            recipient=recipient,
            language=language,
            is_withheld=is_withheld,
        )
    )


@transaction.atomic
def ensure_contact_channel(*, kind: str, language: str, label: str, value: str = "", hours: str = "") -> bool:
    """Make the channel when its language has none of that kind and value; returns whether it was made.

    It is placed behind those that exist. Raises ValidationError for a value that does not fit the kind.
    """
    channel = ContactChannel(
        kind=kind,
        label=label,
        value=value,
        hours=hours,
        locale=Locale.objects.get(language_code=language),
        sort_order=ContactChannel.objects.count() + 1,
    )
    channel.full_clean()
    if ContactChannel.objects.filter(kind=kind, value=channel.value, locale=channel.locale).exists():
        return False
    twin = ContactChannel.objects.filter(kind=kind, value=channel.value).first()
    if twin is not None:
        channel.translation_key = twin.translation_key
    channel.save()
    return True


@transaction.atomic
def purge_tickets(*, before: datetime) -> int:
    """Delete solved and closed questions in which nothing happened since then, with every letter; returns how many."""
    old = Ticket.objects.filter(status__in=[TicketStatus.SOLVED, TicketStatus.CLOSED], updated_at__lt=before)
    return old.delete()[1].get(Ticket._meta.label, 0)


@transaction.atomic
def erase_tickets(*, user: AbstractBaseUser) -> int:
    """Delete the questions of `user` with everything said and every letter about them; returns how many."""
    tickets = Ticket.objects.filter(pk__in=list(Ticket.objects.of_customer(user).values_list("pk", flat=True)))
    return tickets.delete()[1].get(Ticket._meta.label, 0)
