"""The receipt through a real SMTP conversation on this machine."""

import email.policy
import socket
from email.parser import BytesParser

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.lib.letters.models import LetterStatus
from portal.lib.letters.tasks import deliver_letter
from tests.factories.support import letter_of, open_ticket

pytestmark = pytest.mark.django_db


class Mailbox:
    """Keeps what it is given; refuses addresses of nirgends.example."""

    def __init__(self):
        self.letters = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):
        if address.endswith("@nirgends.example"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(BytesParser(policy=email.policy.default).parsebytes(envelope.content))
        return "250 OK"


@pytest.fixture
def smtp_port(settings):
    """A free port of this machine, to which the site is told to send."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    return port


@pytest.fixture
def mailbox(smtp_port):
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    yield mailbox
    controller.stop()


def test_the_receipt_arrives_readable_in_text_and_html(mailbox):
    letter = letter_of(open_ticket())

    deliver_letter.enqueue(letter.pk)

    [received] = mailbox.letters
    assert received["To"] == "an@example.com"
    assert received["Message-ID"] == letter.mail_id
    assert received["Auto-Submitted"] == "auto-replied"
    assert received["Content-Language"] == "vi"
    assert "Câu hỏi của bạn đã đến" in received.get_body(("plain",)).get_content()
    assert "Câu hỏi của bạn đã đến" in received.get_body(("html",)).get_content()
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT


def test_a_mailbox_that_does_not_exist_ends_the_attempts(mailbox):
    letter = letter_of(open_ticket(email="an@nirgends.example"))

    deliver_letter.enqueue(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.FAILED
    assert "550" in letter.last_error


def test_without_a_server_the_letter_waits(smtp_port):
    letter = letter_of(open_ticket())

    deliver_letter.enqueue(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.WAITING
    assert letter.attempts == 1
