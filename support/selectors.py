"""Reads of tickets for their customers' pages and for other apps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from portal.lib.languages import active_language
from portal.lib.letters.models import Letter
from support import channels
from support.channels import ShownChannel
from support.models import AuthorKind, LetterKind, Ticket, TicketStatus

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    Customer = AbstractBaseUser | AnonymousUser

CASES_PER_PAGE = 10
# Who asked before that has found another answer.
ASKED_WITHIN = timedelta(days=365)
BADGES = {
    TicketStatus.OPEN: "neutral",
    TicketStatus.ANSWERED: "ok",
    TicketStatus.SOLVED: "ok",
    TicketStatus.CLOSED: "neutral",
}


@dataclass(frozen=True)
class CaseSummary:
    """One case in a list of its customer's; `url` is in the language of the page, `badge` a kind of badge."""

    reference: str
    subject: str
    status: str
    status_text: str
    badge: str
    created_at: datetime
    updated_at: datetime
    url: str


@dataclass(frozen=True)
class SaidText:
    """One message as the customer sees it."""

    is_ours: bool
    body: str
    created_at: datetime


@dataclass(frozen=True)
class CaseView:
    """One case as its customer sees it: internal notes are left out. `receipt` is a LetterStatus or empty."""

    summary: CaseSummary
    email: str
    order_reference: str
    messages: tuple[SaidText, ...]
    receipt: str
    is_closed: bool


@dataclass(frozen=True)
class AccountSummary:
    """What the account page says about cases: how many, and the latest."""

    total: int
    unfinished: int
    latest: tuple[CaseSummary, ...]


def contact_channels() -> tuple[ShownChannel, ...]:
    """Return the ways to reach a person in the active language. Cost: none when warm (see Snapshot), else one query."""
    return channels.snapshot.get().get(active_language(), ())


def unfinished_cases_of(user: Customer) -> QuerySet[Ticket]:
    """Return the cases of `user` that wait for somebody, for whoever counts them; asks nothing."""
    return Ticket.objects.of_customer(user).unfinished()


def count_unfinished_of(user_ids: Sequence[int]) -> dict[int, int]:
    """Return how many cases of each of these accounts wait for somebody, without those that have none; two queries."""
    unfinished = Ticket.objects.unfinished()
    counts = Counter(unfinished.filter(user_id__in=user_ids).values_list("user_id", flat=True))
    verified = EmailAddress.objects.filter(user_id__in=user_ids, verified=True).values_list("email", "user_id")
    owners = {email.lower(): user_id for email, user_id in verified}
    if owners:
        counts.update(
            owners[email]
            for email in unfinished.filter(user=None).values_list("email", flat=True).iterator()
            if email in owners
        )
    return {user_id: count for user_id, count in counts.items() if user_id is not None}


def open_cases_of(user: Customer, limit: int) -> tuple[CaseSummary, ...]:
    """Return the customer's cases that wait for somebody, latest first; one query, none for a guest."""
    if not user.is_authenticated:
        return ()
    return tuple(summarise(ticket) for ticket in Ticket.objects.of_customer(user).unfinished()[:limit])


def account_summary(user: Customer, latest: int = 3) -> AccountSummary:
    """Return what the account page says about the customer's cases; three queries."""
    tickets = Ticket.objects.of_customer(user)
    return AccountSummary(
        total=tickets.count(),
        unfinished=tickets.unfinished().count(),
        latest=tuple(summarise(ticket) for ticket in tickets[:latest]),
    )


def cases_page(user: Customer, page: str | int) -> Page:
    """Return one page of the customer's cases, latest first, as CaseSummary; two queries.

    A page number out of range or not a number gives the nearest page that exists.
    """
    tickets = Paginator(Ticket.objects.of_customer(user), CASES_PER_PAGE).get_page(page)
    return Page([summarise(ticket) for ticket in tickets], tickets.number, tickets.paginator)


def case_view(ticket: Ticket) -> CaseView:
    """Return the case for a caller that has checked the reader; two queries."""
    said = ticket.messages.filter(is_internal=False)
    receipt = Letter.objects.filter(message__ticket=ticket, kind=LetterKind.RECEIPT).values_list("status", flat=True)
    return CaseView(
        summary=summarise(ticket),
        email=ticket.email,
        order_reference=ticket.order_reference,
        messages=tuple(
            SaidText(is_ours=message.author_kind == AuthorKind.AGENT, body=message.body, created_at=message.created_at)
            for message in said
        ),
        receipt=receipt.first() or "",
        is_closed=ticket.is_closed,
    )


def personal_data(user: Customer) -> list[dict[str, object]]:
    """Return everything the customer's cases hold, for their export: plain values, times in ISO 8601."""
    tickets = Ticket.objects.of_customer(user).prefetch_related("messages")
    return [
        {
            "reference": ticket.reference,
            "status": ticket.status,
            "subject": ticket.subject,
            "name": ticket.name,
            "email": ticket.email,
            "phone": ticket.phone,
            "order_reference": ticket.order_reference,
            "article": ticket.article,
            "search_query": ticket.search_query,
            "created_at": ticket.created_at.isoformat(),
            "messages": [
                {"from": message.author_kind, "body": message.body, "created_at": message.created_at.isoformat()}
                for message in ticket.messages.all()
                if not message.is_internal
            ],
        }
        for ticket in tickets
    ]


def summarise(ticket: Ticket) -> CaseSummary:
    """Return the ticket as a list shows it; no query."""
    return CaseSummary(
        reference=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        status_text=ticket.get_status_display(),
        badge=BADGES[TicketStatus(ticket.status)],
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        url=reverse("contact_case", args=[ticket.reference]),
    )


def articles_asked_about(user: Customer) -> dict[int, datetime]:
    """Return the numbers of the articles from which the customer's questions of a year came, with the day of the last one.

    Cost: one query.
    """
    since = timezone.now() - ASKED_WITHIN
    asked = Ticket.objects.of_customer(user).filter(created_at__gt=since).exclude(article="").order_by("created_at")
    return {int(page): at for page, at in asked.values_list("article", "created_at") if page.isdecimal()}
