"""The words of the letters: text with an HTML twin, in the language of the ticket."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from support.models import AuthorKind, Letter, LetterKind


@dataclass(frozen=True)
class Content:
    """What a letter says: plain text with an HTML twin. `reply_to` empty: answers go to the sender."""

    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def new_mail_id() -> str:
    """Return a Message-ID in the domain of our sender."""
    return make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost")


def compose(letter: Letter) -> Content:
    """Return the words of `letter` in the language that is active; needs message, ticket and author loaded."""
    ticket = letter.message.ticket
    context = {
        "ticket": ticket,
        "message": letter.message,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "language": letter.language,
        # A receipt goes to whatever address was typed. Only its proven owner gets back what was written;
        # to anybody else the form would be a way to have us send a stranger's words.
        "quotes_message": ticket.user is not None and ticket.user.email == letter.recipient,
        "case_url": settings.SITE_URL + reverse("contact_case", args=[ticket.reference]),
        "staff_url": settings.SITE_URL + reverse("support_tickets:inspect", args=[ticket.pk]),
    }
    name = f"support/letters/{letter.kind}"
    return Content(
        subject=_subject(letter),
        text=render_to_string(f"{name}.txt", context),
        html=render_to_string(f"{name}.html", context),
        reply_to=ticket.email if letter.kind == LetterKind.NOTICE else settings.SUPPORT_EMAIL,
        headers=_robot_headers(letter),
    )


def _subject(letter: Letter) -> str:
    ticket = letter.message.ticket
    if letter.kind == LetterKind.RECEIPT:
        return _("We received your question (%(reference)s)") % {"reference": ticket.reference}
    if letter.kind == LetterKind.REPLY:
        return _("Our answer to your question (%(reference)s)") % {"reference": ticket.reference}
    # Forms clean subjects to one line; the split keeps that true for tickets of any other origin.
    return f"[{ticket.reference}] {' '.join(ticket.subject.split())}"


def _robot_headers(letter: Letter) -> dict[str, str]:
    """Return what keeps robots from answering, for letters that no person wrote (RFC 3834)."""
    if letter.kind == LetterKind.RECEIPT:
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if letter.message.author_kind == AuthorKind.CUSTOMER:
        return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return {}
