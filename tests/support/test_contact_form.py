"""The contact form at its address: what gets through, what does not, and that nothing typed is lost."""

import unicodedata
import uuid

import pytest
import time_machine
from django.conf import settings
from django.core import mail

from portal.lib.letters.models import LetterStatus
from support.models import Ticket, TicketMessage
from tests.factories.people import make_user
from tests.factories.support import letter_of

pytestmark = pytest.mark.django_db

FORM = "/vi/contact/"


def test_a_question_is_stored_and_leads_to_its_case(client, question):
    response = client.post(FORM, question, follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain == [(f"/vi/contact/{ticket.reference}/", 302)]
    assert ticket.subject == question["subject"]
    assert ticket.language == "vi"
    assert ticket.messages.get().body == question["body"]
    assert ticket.reference in response.content.decode()


def test_the_english_form_makes_an_english_ticket(client, question):
    client.post("/en/contact/", question)

    assert Ticket.objects.get().language == "en"


def test_the_form_is_filled_from_the_link_that_led_here(client):
    page = client.get(FORM, {"q": "máy giặt", "article": "42", "order": "NM-10001"}).content.decode()

    for value in ("máy giặt", 'value="42"', "NM-10001"):
        assert value in page


def test_a_question_too_long_for_the_subject_becomes_the_text(client):
    question = "Máy giặt của tôi kêu rất to khi vắt, tôi đã kê lại chân máy. " * 8

    page = client.get(FORM, {"q": question}).context["form"]

    assert page["subject"].value() == ""
    assert page["body"].value() == question.strip()


def test_a_signed_in_customer_finds_name_and_address_filled_in(client):
    user = make_user(full_name="Trần Bình")
    client.force_login(user)

    page = client.get(FORM).content.decode()

    assert "Trần Bình" in page
    assert user.email in page


def test_the_ticket_of_a_signed_in_customer_belongs_to_the_account(client, question):
    user = make_user()
    client.force_login(user)

    client.post(FORM, question)

    assert Ticket.objects.get().user == user


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "không phải địa chỉ", "Đây không phải địa chỉ email"),
        ("email", "", "Bạn hãy nhập địa chỉ email"),
        ("phone", "12ab", "Đây không phải số điện thoại"),
        ("subject", "", "Bạn hãy cho biết ngắn gọn"),
        ("body", "   ", "Bạn hãy viết câu hỏi"),
        ("website", "http://spam.example", "để trống ô ẩn"),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_everything_typed_stays(client, question, field, typed, sentence):
    response = client.post(FORM, {**question, field: typed})

    page = response.content.decode()
    assert sentence in page
    assert all(value in page for name, value in question.items() if name != field)
    assert not Ticket.objects.exists()


def test_a_body_of_ten_thousand_characters_is_taken(client, question):
    client.post(FORM, {**question, "body": "ệ" * 10_000})

    assert len(TicketMessage.objects.get().body) == 10_000


def test_a_body_of_a_hundred_thousand_characters_is_refused_and_kept(client, question):
    body = "ệ" * 100_000

    page = client.post(FORM, {**question, "body": body}).content.decode()

    assert "Nhiều nhất 20000 ký tự" in page.replace(".", "")
    assert body in page
    assert not Ticket.objects.exists()


def test_control_characters_go_and_letters_are_composed(client, question):
    typed = unicodedata.normalize("NFD", "Máy\x00 giặt\x1b[31m\u202e hỏng\r\nDòng hai")

    client.post(FORM, {**question, "body": typed})

    assert TicketMessage.objects.get().body == "Máy giặt[31m hỏng\nDòng hai"


def test_broken_utf8_is_answered_not_a_fault(client):
    response = client.post(FORM, b"subject=%ff%fe&body=%c3%28", content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200


def test_html_in_a_question_is_shown_as_text(client, question):
    page = client.post(FORM, {**question, "subject": "<script>alert(1)</script>"}, follow=True).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_line_breaks_in_subject_and_name_never_reach_a_header(client, question, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(FORM, {**question, "subject": "Hỏi\r\nBcc: x@example.com", "name": "A\nB"})

    assert Ticket.objects.get().subject == "Hỏi Bcc: x@example.com"
    assert all(letter.recipients() in (["an@example.com"], [settings.SUPPORT_EMAIL]) for letter in mail.outbox)
    assert len(mail.outbox) == 2


def test_a_line_break_in_the_address_is_refused(client, question):
    client.post(FORM, {**question, "email": "an@example.com\nBcc: x@example.com"})

    assert not Ticket.objects.exists()


def test_matching_articles_are_suggested_once_before_sending(client, question, articles):
    articles.find("Máy giặt không vắt: năm nguyên nhân")

    first = client.post(FORM, question)
    page = first.content.decode()

    assert "năm nguyên nhân" in page
    assert question["body"] in page
    assert not Ticket.objects.exists()

    client.post(FORM, {**question, "suggested": "on"})

    assert Ticket.objects.count() == 1


def test_the_article_the_reader_comes_from_is_not_suggested_again(client, question, articles):
    articles.find("Đã đọc", article_id=7)

    client.post(FORM, {**question, "article": "7"})

    assert Ticket.objects.count() == 1


def test_the_same_form_sent_twice_makes_one_ticket(client, question):
    client.post(FORM, question)

    response = client.post(FORM, question)

    assert Ticket.objects.count() == 1
    assert response.url == f"/vi/contact/{Ticket.objects.get().reference}/"


def test_a_damaged_token_loses_no_question(client, question):
    client.post(FORM, {**question, "token": "x" * 500})

    assert Ticket.objects.count() == 1


def test_a_form_changed_after_going_back_is_another_question(client, question):
    client.post(FORM, question)

    client.post(FORM, {**question, "body": "Thêm nữa, máy kêu to."})

    assert Ticket.objects.count() == 2


def test_the_sixth_question_in_ten_minutes_waits_and_is_kept(client, question):
    for number in range(5):
        client.post(FORM, {**question, "body": f"Câu hỏi {number}"})

    response = client.post(FORM, {**question, "body": "Câu hỏi cuối cùng"})

    assert response.status_code == 429
    assert response["Retry-After"]
    assert "Câu hỏi cuối cùng" in response.content.decode()
    assert Ticket.objects.count() == 5


def test_one_mailbox_gets_three_receipts_an_hour_whoever_asks(client, question):
    for number in range(7):
        client.post(
            FORM,
            {**question, "token": uuid.uuid4(), "email": f"an+{number}@example.com"},
            REMOTE_ADDR=f"192.0.2.{number}",
        )

    states = [letter_of(ticket).status for ticket in Ticket.objects.order_by("pk")]

    assert states.count(LetterStatus.WITHHELD) == 4
    assert states[3:] == [LetterStatus.WITHHELD] * 4


@time_machine.travel("2026-11-21 03:00Z", tick=False)
def test_an_address_with_an_account_and_one_without_get_the_same_answer(client, question):
    make_user("co@example.com")

    answers = []
    for address in ("co@example.com", "khong@example.com"):
        page = client.post(FORM, {**question, "email": address}, follow=True).content.decode()
        reference = Ticket.objects.latest("pk").reference
        answers.append(
            page.replace(address, "ADDRESS").replace(reference, "NUMBER").split("<main")[1].split("<form")[0]
        )

    assert answers[0] == answers[1]


def test_the_form_costs_a_stranger_few_queries(client, question, django_assert_max_num_queries):
    client.get(FORM)  # what the frame knows of the shop is kept from here on

    with django_assert_max_num_queries(2):
        client.get(FORM)


def test_no_page_of_support_is_kept_by_a_cache(client, question):
    pages = [client.get(FORM), client.post(FORM, question), client.get("/vi/contact/HT-00000000/")]

    for response in pages:
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]


def test_an_unknown_language_has_no_form(client):
    assert client.get("/xx/contact/").status_code == 404
