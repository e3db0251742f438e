"""Letters: what they say, that they leave once, and that a dead mail server loses none."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from portal.lib.letters import outbox
from portal.lib.letters import services as letters
from portal.lib.letters.models import Letter, LetterStatus
from portal.lib.letters.tasks import deliver_letter, retry_letters
from support import services
from support.models import LetterKind
from tests.factories.people import make_user
from tests.factories.support import letter_of, new_ticket, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(monkeypatch):
    """A mail server whose answers the test decides: `mail_server.error` is raised when a letter is handed over."""

    class Server:
        refuses_connections = False
        error = None

    def open_connection(backend):
        if Server.refuses_connections:
            raise ConnectionRefusedError("nobody listens")

    deliver = EmailBackend.send_messages

    def send_messages(backend, letters):
        if Server.error:
            raise Server.error
        return deliver(backend, letters)

    monkeypatch.setattr(EmailBackend, "open", open_connection)
    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return Server


def receipts() -> list[mail.EmailMultiAlternatives]:
    return [letter for letter in mail.outbox if letter.recipients() == ["an@example.com"]]


def test_the_receipt_leaves_on_commit_in_the_language_of_the_ticket(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = open_ticket()

    [receipt] = receipts()
    assert receipt.subject == f"Chúng tôi đã nhận được câu hỏi của bạn ({ticket.reference})"
    assert receipt.from_email == settings.DEFAULT_FROM_EMAIL
    assert receipt.reply_to == [settings.SUPPORT_EMAIL]
    assert f"{settings.SITE_URL}/vi/contact/{ticket.reference}/" in receipt.body
    assert letter_of(ticket).status == LetterStatus.SENT


def test_an_english_ticket_gets_an_english_receipt_with_an_html_twin():
    ticket = open_ticket(language="en")

    deliver_letter.enqueue(letter_of(ticket).pk)

    [receipt] = receipts()
    [(html, kind)] = receipt.alternatives
    assert receipt.subject.startswith("We received your question")
    assert kind == "text/html"
    assert '<html lang="en">' in html
    assert f"/en/contact/{ticket.reference}/" in html


def test_the_receipt_of_a_guest_repeats_nothing_that_was_typed():
    ticket = open_ticket(body="Mua ngay tại http://spam.example", name="Spam", subject="Spam")

    deliver_letter.enqueue(letter_of(ticket).pk)

    [receipt] = receipts()
    assert "spam" not in (receipt.body + receipt.alternatives[0][0] + receipt.subject).lower()


def test_the_receipt_of_an_account_quotes_the_question():
    user = make_user("an@example.com")
    ticket = open_ticket(user=user)

    deliver_letter.enqueue(letter_of(ticket).pk)

    assert "Máy dừng lại trước khi vắt." in receipts()[0].body


def test_the_staff_gets_a_notice_that_answers_to_the_customer():
    ticket = open_ticket()

    deliver_letter.enqueue(letter_of(ticket, LetterKind.NOTICE).pk)

    [notice] = mail.outbox
    assert notice.recipients() == [settings.SUPPORT_EMAIL]
    assert notice.reply_to == ["an@example.com"]
    assert "Máy dừng lại trước khi vắt." in notice.body


def test_html_in_a_question_is_text_in_the_letter():
    ticket = open_ticket(body="<img src=x onerror=alert(1)>")

    deliver_letter.enqueue(letter_of(ticket, LetterKind.NOTICE).pk)

    assert "<img" not in mail.outbox[0].alternatives[0][0]


def test_delivering_twice_sends_once():
    letter = letter_of(open_ticket())

    outbox.deliver(letter.pk)
    outbox.deliver(letter.pk)
    retry_letters.enqueue()

    assert len(receipts()) == 1


def test_a_mail_server_that_is_down_loses_nothing_and_gets_growing_pauses(mail_server):
    letter = letter_of(open_ticket())
    mail_server.refuses_connections = True
    pauses = []

    for _ in outbox.PAUSES:
        letter.refresh_from_db()
        with time_machine.travel(letter.next_attempt_at, tick=False):
            outbox.deliver(letter.pk)
            letter.refresh_from_db()
            pauses.append(letter.next_attempt_at - timezone.now())

    assert pauses == list(outbox.PAUSES)
    assert letter.status == LetterStatus.WAITING
    assert "nobody listens" in letter.last_error

    mail_server.refuses_connections = False
    with time_machine.travel(letter.next_attempt_at, tick=False):
        retry_letters.enqueue()

    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT
    assert len(receipts()) == 1


def test_a_mail_server_that_is_down_is_asked_once_however_many_letters_wait(mail_server):
    for number in range(3):
        open_ticket(email=f"khach{number}@example.com")
    mail_server.refuses_connections = True

    retry_letters.enqueue()

    assert sum(Letter.objects.values_list("attempts", flat=True)) == 1
    assert not Letter.objects.exclude(status=LetterStatus.WAITING).exists()


def test_after_the_last_pause_a_letter_is_given_up_and_an_agent_may_send_it(
    mail_server, django_capture_on_commit_callbacks
):
    letter = letter_of(open_ticket())
    Letter.objects.update(attempts=len(outbox.PAUSES))
    mail_server.refuses_connections = True

    outbox.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.FAILED

    mail_server.refuses_connections = False
    with django_capture_on_commit_callbacks(execute=True):
        assert letters.send_again(letter)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT


def test_a_pause_is_kept(mail_server):
    letter = letter_of(open_ticket())
    mail_server.refuses_connections = True
    outbox.deliver(letter.pk)
    mail_server.refuses_connections = False

    retry_letters.enqueue()

    letter.refresh_from_db()
    assert letter.status == LetterStatus.WAITING
    assert letter.attempts == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (smtplib.SMTPRecipientsRefused({"an@example.com": (450, b"later")}), LetterStatus.WAITING),
        (smtplib.SMTPRecipientsRefused({"an@example.com": (550, b"no such user")}), LetterStatus.FAILED),
        (smtplib.SMTPDataError(554, b"no"), LetterStatus.WAITING),
        (smtplib.SMTPServerDisconnected("gone"), LetterStatus.UNCERTAIN),
        (TimeoutError("silence"), LetterStatus.UNCERTAIN),
    ],
)
def test_what_the_server_said_decides_whether_it_is_tried_again(mail_server, error, status):
    letter = letter_of(open_ticket())
    mail_server.error = error

    outbox.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == status


def test_a_letter_whose_worker_died_is_not_sent_a_second_time():
    letter = letter_of(open_ticket())
    Letter.objects.update(status=LetterStatus.SENDING, claimed_at=timezone.now() - timedelta(hours=1))

    retry_letters.enqueue()

    letter.refresh_from_db()
    assert letter.status == LetterStatus.UNCERTAIN
    assert mail.outbox == []


def test_a_sent_letter_cannot_be_sent_again():
    letter = letter_of(open_ticket())
    outbox.deliver(letter.pk)

    assert not letters.send_again(letter)


def test_the_same_sending_arriving_at_once_makes_one_ticket():
    key = services.submission_key("token", new_ticket())

    first = services.open_ticket(new=new_ticket(), key=key)
    second = services.open_ticket(new=new_ticket(), key=key)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.ticket == second.ticket
    assert Letter.objects.count() == 2
