"""The words of the letters: text with an HTML twin, in the language of the ticket."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib import shop
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter
from support.models import AuthorKind, LetterKind, Ticket, TicketMessage


def register() -> None:
    """Make the letters about tickets known to the outbox; called once at start-up."""
    for kind in LetterKind:
        kinds.register(kinds.Kind(kind.value, label=kind.label, compose=compose))


def compose(letter: Letter) -> kinds.Content:
    """Return the words of `letter` in the language that is active."""
    message = _message_of(letter)
    ticket = message.ticket
    context = {
        "ticket": ticket,
        "message": message,
        "site_name": shop.facts().name,
        "language": letter.language,
        # A receipt goes to whatever address was typed. Only its proven owner gets back what was written;
        # to anybody else the form would be a way to have us send a stranger's words.
        "quotes_message": ticket.user is not None and ticket.user.email == letter.recipient,
        "case_url": settings.SITE_URL + reverse("contact_case", args=[ticket.reference]),
        "staff_url": settings.SITE_URL + reverse("support_tickets:inspect", args=[ticket.pk]),
    }
    name = "support/letters/" + letter.kind.removeprefix("support.")
    return kinds.Content(
        subject=_subject(letter.kind, ticket),
        text=render_to_string(f"{name}.txt", context),
        html=render_to_string(f"{name}.html", context),
        reply_to=ticket.email if letter.kind == LetterKind.NOTICE else settings.SUPPORT_EMAIL,
        headers=_robot_headers(letter.kind, message),
    )


def _message_of(letter: Letter) -> TicketMessage:
    message = TicketMessage.objects.select_related("ticket__user").filter(letters=letter).first()
    if message is None:
        raise kinds.LetterIsPointless("its ticket is gone")
    return message


def _subject(kind: str, ticket: Ticket) -> str:
    if kind == LetterKind.RECEIPT:
        return _("We received your question (%(reference)s)") % {"reference": ticket.reference}
    if kind == LetterKind.REPLY:
        return _("Our answer to your question (%(reference)s)") % {"reference": ticket.reference}
    # Forms clean subjects to one line; the split keeps that true for tickets of any other origin.
    return f"[{ticket.reference}] {' '.join(ticket.subject.split())}"


def _robot_headers(kind: str, message: TicketMessage) -> dict[str, str]:
    """Return what keeps robots from answering, for letters that no person wrote."""
    if kind == LetterKind.RECEIPT:
        return {**kinds.ROBOT_HEADERS, "Auto-Submitted": "auto-replied"}
    return kinds.ROBOT_HEADERS if message.author_kind == AuthorKind.CUSTOMER else {}
