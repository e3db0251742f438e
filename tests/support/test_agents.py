"""The agents' side in the admin, and that it is theirs alone."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from personalization.services import withdraw_consent
from portal.lib.letters.models import LetterStatus
from support import services
from support.models import TicketStatus
from tests.factories.people import make_user
from tests.factories.personalization import make_visitor, store_preferences
from tests.factories.support import letter_of, open_ticket

pytestmark = pytest.mark.django_db

LIST = "/admin/tickets/"


@pytest.fixture
def agent(db):
    return make_user("hotro@example.com", role="agent", full_name="Lê Hỗ Trợ")


@pytest.fixture
def desk(client, agent):
    """The browser of an agent who is signed in."""
    client.force_login(agent)
    return client


def detail_url(ticket) -> str:
    return f"{LIST}inspect/{ticket.pk}/"


def test_an_agent_finds_tickets_by_status_language_and_age(desk):
    open_ticket(subject="Câu hỏi mở")
    solved = open_ticket(subject="Đã xong", language="en")
    services.change_status(ticket=solved, agent=make_user(), status=TicketStatus.SOLVED)

    everything = desk.get(LIST).content.decode()
    by_status = desk.get(LIST, {"status": "solved"}).content.decode()
    by_language = desk.get(LIST, {"language": "vi"}).content.decode()
    by_age = desk.get(LIST, {"age": "7"}).content.decode()

    assert "Câu hỏi mở" in everything
    assert "Đã xong" in everything
    assert "Câu hỏi mở" not in by_status
    assert "Đã xong" not in by_language
    assert "Câu hỏi mở" not in by_age


def test_an_agent_finds_a_ticket_by_its_number(desk):
    ticket = open_ticket(subject="Tìm tôi")
    open_ticket(subject="Không phải tôi")

    page = desk.get(LIST, {"q": ticket.reference}).content.decode()

    assert "Tìm tôi" in page
    assert "Không phải tôi" not in page


def test_an_agent_sees_the_thread_the_customer_and_the_letters(desk):
    ticket = open_ticket(phone="+84912345678", order_reference="NM-10001", search_query="không vắt")

    page = desk.get(detail_url(ticket)).content.decode()

    for text in ("Máy dừng lại trước khi vắt.", "+84912345678", "NM-10001", "không vắt", "chờ gửi"):
        assert text in page


def test_an_agent_sees_how_the_customer_wishes_to_be_answered_while_they_allow_it(desk):
    customer = make_user("an@example.com")
    page = detail_url(open_ticket(user=customer))
    store_preferences(customer, channel="phone")

    allowed = desk.get(page).text
    withdraw_consent(make_visitor(customer), keep_choices=True, source="preferences")

    assert "muốn được trả lời: Qua điện thoại" in allowed
    assert "muốn được trả lời" not in desk.get(page).text


def test_a_reply_is_mailed_and_marks_the_ticket_answered(desk, agent, django_capture_on_commit_callbacks):
    ticket = open_ticket()

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{LIST}write/{ticket.pk}/", {"body": "Bạn vệ sinh bộ lọc nhé.", "kind": "reply"})

    ticket.refresh_from_db()
    [letter] = mail.outbox
    assert (ticket.status, ticket.agent) == (TicketStatus.ANSWERED, agent)
    assert letter.recipients() == ["an@example.com"]
    assert "Bạn vệ sinh bộ lọc nhé." in letter.body


def test_a_reply_sent_twice_is_one_reply(desk):
    ticket = open_ticket()

    for _ in range(2):
        desk.post(f"{LIST}write/{ticket.pk}/", {"body": "Bạn thử lại nhé.", "kind": "reply"})

    assert ticket.messages.count() == 2


def test_a_note_is_kept_and_mailed_to_nobody(desk, django_capture_on_commit_callbacks):
    ticket = open_ticket()

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{LIST}write/{ticket.pk}/", {"body": "Gọi lại ngày mai", "kind": "note"})

    assert mail.outbox == []
    assert ticket.messages.last().is_internal
    assert "Gọi lại ngày mai" in desk.get(detail_url(ticket)).content.decode()


def test_a_reply_that_is_too_long_comes_back_whole(desk):
    ticket = open_ticket()
    body = "ệ" * 20_001

    page = desk.post(f"{LIST}write/{ticket.pk}/", {"body": body, "kind": "reply"}).content.decode()

    assert body in page
    assert ticket.messages.count() == 1


def test_a_status_is_set_and_an_unknown_one_refused_with_a_sentence(desk):
    ticket = open_ticket()

    desk.post(f"{LIST}status/{ticket.pk}/", {"status": "solved"})
    page = desk.post(f"{LIST}status/{ticket.pk}/", {"status": "vanished"}, follow=True).content.decode()

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.SOLVED
    assert "Không có trạng thái này" in page


def test_a_letter_that_failed_is_sent_again_from_the_page(desk, django_capture_on_commit_callbacks):
    ticket = open_ticket()
    letter = letter_of(ticket)
    type(letter).objects.filter(pk=letter.pk).update(status=LetterStatus.FAILED)

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{LIST}send-again/{ticket.pk}/{letter.pk}/")

    assert mail.outbox[0].recipients() == ["an@example.com"]


def test_an_editor_sees_no_tickets_anywhere(client):
    editor = make_user("bientap@example.com", role="writer")
    ticket = open_ticket()
    client.force_login(editor)

    assert LIST not in client.get("/admin/").content.decode()
    for url in (LIST, detail_url(ticket)):
        assert client.get(url, follow=True).request["PATH_INFO"] == "/admin/"
    for action, data in (("write", {"body": "x", "kind": "reply"}), ("status", {"status": "closed"})):
        client.post(f"{LIST}{action}/{ticket.pk}/", data)
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN
    assert ticket.messages.count() == 1


def test_a_customer_is_refused_at_the_agents_pages(client):
    ticket = open_ticket()
    client.force_login(make_user())

    response = client.get(detail_url(ticket))

    assert response.status_code == 403


def test_reading_alone_does_not_allow_to_answer(client):
    reader = make_user("doc@example.com", is_staff=True)
    group = Group.objects.create(name="Chỉ đọc")
    agents = Group.objects.get(role="agent")
    group.permissions.set(agents.permissions.exclude(codename="change_ticket"))
    reader.groups.add(group)
    ticket = open_ticket()
    client.force_login(reader)

    page = client.get(detail_url(ticket)).content.decode()
    client.post(f"{LIST}write/{ticket.pk}/", {"body": "x", "kind": "reply"})

    assert ticket.subject in page
    assert f"{LIST}write/" not in page
    assert ticket.messages.count() == 1


def test_the_list_costs_the_same_however_many_tickets(desk, django_assert_max_num_queries):
    for number in range(10):
        open_ticket(subject=f"Câu hỏi {number}")
    desk.get(LIST)

    with django_assert_max_num_queries(16):
        desk.get(LIST)
