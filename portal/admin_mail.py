"""The letters of Wagtail's workflow and comments go through the outbox.

Wagtail (8.0) sends them while the editor waits, in the transaction of what they tell about: a mail server that cannot be
found would undo the review. Its module asks Django for a connection; it gets one that only stores.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from wagtail.admin import mail as wagtail_mail

from portal.lib import shop
from portal.lib.languages import active_language
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter
from portal.lib.letters.services import NewLetter, post_all

ADMIN_NOTICE = "portal.admin_notice"
# Who was told what is in the history of the page; the letter is kept to answer "did it go out?".
KEPT_FOR = timedelta(days=30)


class OutboxConnection(BaseEmailBackend):
    """Takes letters as a mail server does and leaves them in the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        post_all(
            NewLetter(
                kind=ADMIN_NOTICE,
                # Wagtail says each thing once; two letters may well have the same words.
                key=f"{ADMIN_NOTICE}:{uuid.uuid4()}",
                recipient=recipient,
                language=active_language(),
                details={"subject": str(message.subject), "text": str(message.body)},
            )
            for message in email_messages
            for recipient in message.to
        )
        return len(email_messages)


def compose_notice(letter: Letter) -> kinds.Content:
    """Return the words as Wagtail wrote them, in the recipient's language of that moment."""
    context = {"text": letter.details["text"], "site_name": shop.facts().name, "language": letter.language}
    return kinds.Content(
        subject=" ".join(letter.details["subject"].split()),
        text=letter.details["text"],
        html=render_to_string("portal/letters/admin_notice.html", context),
        headers=kinds.ROBOT_HEADERS,
    )


def send_admin_letters_through_the_outbox() -> None:
    """Put our connection in the place of Django's, for Wagtail's letters alone; called once at start-up."""
    kinds.register(
        kinds.Kind(ADMIN_NOTICE, gettext_lazy("To the staff: review and comments"), compose_notice, KEPT_FOR)
    )

    def stored(*args: Any, **kwargs: Any) -> OutboxConnection:
        return OutboxConnection()

    wagtail_mail.get_connection = stored
