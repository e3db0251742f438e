"""The words of the letters: text with an HTML twin, in the language of the ticket."""

from __future__ import annotations

from email.utils import make_msgid, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from support.models import AuthorKind, Letter, LetterKind

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend


def new_mail_id() -> str:
    """Return a Message-ID in the domain of our sender."""
    return make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost")


def compose(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Return the mail for `letter`; needs message, ticket and author loaded."""
    ticket = letter.message.ticket
    with translation.override(letter.language):
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
        mail = EmailMultiAlternatives(
            subject=_subject(letter),
            body=render_to_string(f"{name}.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.recipient],
            reply_to=[ticket.email if letter.kind == LetterKind.NOTICE else settings.SUPPORT_EMAIL],
            headers=_headers(letter),
            connection=connection,
        )
        mail.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return mail


def _subject(letter: Letter) -> str:
    ticket = letter.message.ticket
    if letter.kind == LetterKind.RECEIPT:
        return _("We received your question (%(reference)s)") % {"reference": ticket.reference}
    if letter.kind == LetterKind.REPLY:
        return _("Our answer to your question (%(reference)s)") % {"reference": ticket.reference}
    # Forms clean subjects to one line; the split keeps that true for tickets of any other origin.
    return f"[{ticket.reference}] {' '.join(ticket.subject.split())}"


def _headers(letter: Letter) -> dict[str, str]:
    headers = {"Message-ID": letter.mail_id, "Content-Language": letter.language}
    if letter.kind == LetterKind.RECEIPT or letter.message.author_kind == AuthorKind.CUSTOMER:
        # RFC 3834: absence notes and other robots do not answer a robot.
        headers["Auto-Submitted"] = "auto-replied" if letter.kind == LetterKind.RECEIPT else "auto-generated"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers
