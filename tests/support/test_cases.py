"""Who sees a case, and what happens on it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from support import services
from support.models import ThreadIsAppendOnly, Ticket, TicketMessage, TicketStatus
from tests.factories.people import make_user
from tests.factories.support import new_ticket, open_ticket

pytestmark = pytest.mark.django_db


def case_url(ticket: Ticket) -> str:
    return f"/vi/contact/{ticket.reference}/"


def test_the_browser_that_sent_the_question_sees_its_case(client, question):
    client.post("/vi/contact/", question)

    response = client.get(case_url(Ticket.objects.get()))

    assert response.status_code == 200
    assert question["body"] in response.content.decode()


def test_the_owner_sees_it_after_signing_in_anywhere(client):
    user = make_user()
    ticket = open_ticket(user=user)
    client.force_login(user)

    assert client.get(case_url(ticket)).status_code == 200


def test_a_guests_question_is_seen_by_whoever_proved_the_address(client):
    ticket = open_ticket(email="khach@example.com")
    client.force_login(make_user("khach@example.com"))

    assert client.get(case_url(ticket)).status_code == 200


def test_an_address_that_was_not_proved_opens_nothing(client):
    ticket = open_ticket(email="khach@example.com")
    client.force_login(make_user("khach@example.com", verified=False))

    assert client.get(case_url(ticket)).status_code == 404


def test_a_case_costs_few_queries_however_long_it_is(client, django_assert_max_num_queries):
    user = make_user()
    ticket = open_ticket(user=user)
    for number in range(10):
        services.add_customer_message(ticket=ticket, body=f"Bổ sung {number}", user=user)
    client.force_login(user)
    client.get(case_url(ticket))  # what the frame knows of the shop is kept from here on

    with django_assert_max_num_queries(8):
        client.get(case_url(ticket))


def test_a_stranger_gets_the_same_answer_as_for_a_case_that_does_not_exist(client):
    ticket = open_ticket()

    strange, missing, nonsense = (
        client.get(url) for url in (case_url(ticket), "/vi/contact/HT-00000000/", "/vi/contact/x%00y/")
    )

    assert {strange.status_code, missing.status_code, nonsense.status_code} == {404}
    assert ticket.subject not in strange.content.decode()
    assert strange.content.decode().split("<main")[1].replace(ticket.reference, "") == (
        missing.content.decode().split("<main")[1].replace("HT-00000000", "")
    )


def test_another_customer_is_a_stranger(client):
    ticket = open_ticket(user=make_user("chu@example.com"))
    client.force_login(make_user("nguoi-khac@example.com"))

    assert client.get(case_url(ticket)).status_code == 404


def test_a_number_copied_by_hand_still_leads_to_the_case(client):
    user = make_user()
    ticket = open_ticket(user=user)
    client.force_login(user)

    assert client.get(f"/vi/contact/{ticket.reference.lower().replace('-', ' ')}/").status_code == 200


def test_internal_notes_are_never_shown_to_the_customer(client):
    user = make_user()
    ticket = open_ticket(user=user)
    services.add_note(ticket=ticket, agent=make_user("hotro@example.com"), body="Khách khó tính")
    client.force_login(user)

    assert "Khách khó tính" not in client.get(case_url(ticket)).content.decode()


def test_a_further_message_opens_an_answered_case_again(client):
    user = make_user()
    ticket = open_ticket(user=user)
    services.reply_to_customer(ticket=ticket, agent=make_user("hotro@example.com"), body="Bạn thử lại nhé.")
    client.force_login(user)

    client.post(case_url(ticket), {"body": "Vẫn không được."})

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN
    assert ticket.messages.last().body == "Vẫn không được."


def test_the_same_further_message_sent_twice_stands_once(client):
    user = make_user()
    ticket = open_ticket(user=user)
    client.force_login(user)

    for _ in range(2):
        client.post(case_url(ticket), {"body": "Vẫn không được."})

    assert ticket.messages.count() == 2


def test_a_closed_case_takes_no_message_and_says_so(client):
    user = make_user()
    ticket = open_ticket(user=user)
    services.change_status(ticket=ticket, agent=make_user("hotro@example.com"), status=TicketStatus.CLOSED)
    client.force_login(user)

    response = client.post(case_url(ticket), {"body": "Còn một điều nữa."})

    assert response.status_code == 409
    assert "Còn một điều nữa." in response.content.decode()
    assert ticket.messages.count() == 1


def test_my_cases_list_only_mine_and_survive_a_wild_page_number(client):
    user = make_user()
    mine = open_ticket(user=user, subject="Của tôi")
    open_ticket(subject="Của người khác", email="khac@example.com")
    client.force_login(user)

    page = client.get("/vi/contact/cases/", {"page": "999999"}).content.decode()

    assert mine.subject in page
    assert "Của người khác" not in page


def test_my_cases_ask_a_stranger_to_sign_in(client):
    response = client.get("/vi/contact/cases/")

    assert response.status_code == 302
    assert response.url.startswith("/vi/accounts/login/")


def test_a_recorded_conversation_sends_nothing_and_only_moves_when_recorded_again(django_capture_on_commit_callbacks):
    monday = datetime(2026, 11, 16, 9, tzinfo=UTC)

    def record(begin: datetime) -> Ticket:
        said = [
            services.SaidBefore("Hỏi", begin),
            services.SaidBefore("Đáp", begin + timedelta(hours=2), is_ours=True),
        ]
        return services.record_conversation(
            new=new_ticket(), key="import:1", said=said, status=TicketStatus.ANSWERED, agent=None
        )

    with django_capture_on_commit_callbacks(execute=True):
        record(monday)
        ticket = record(monday + timedelta(days=1))

    ticket.refresh_from_db()
    assert mail.outbox == []
    assert ticket.created_at == monday + timedelta(days=1)
    assert [message.created_at.hour for message in ticket.messages.all()] == [9, 11]


def test_what_was_said_cannot_be_rewritten():
    message = TicketMessage.objects.get(ticket=open_ticket())
    message.body = "Khác"

    with pytest.raises(ThreadIsAppendOnly):
        message.save()
