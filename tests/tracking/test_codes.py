"""One-time codes: to the order's own mailbox, from the browser that asked, five tries, one use."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from portal.lib.letters.models import Letter, LetterStatus
from tests.factories.access import code_in, link_in, look_up, page_of
from tests.factories.people import make_user
from tests.factories.tracking import NOON, make_order
from tracking import services
from tracking.access import secrets
from tracking.models import AccessGrant, Order
from tracking.services import CodeOutcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    return make_order(number="NM-777", recipient_name="Bà Tư")


@pytest.fixture
def guest(client, order):
    """A browser that has proved number and contact."""
    look_up(client, order)
    return client


def ask(client, order, sending, **extra):
    with sending():
        return client.post(page_of(order, "code/"), **extra)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_letter_holds_a_code_and_a_link(guest, order, sending):
    response = ask(guest, order, sending)

    [letter] = mail.outbox
    assert response.status_code == 302
    assert letter.to == ["an@example.com"]
    assert letter.subject == f"{code_in(letter)} là mã xem đơn hàng NM-777 của bạn"
    assert link_in(letter)
    assert code_in(letter) in letter.alternatives[0].content
    assert "trong 10 phút" in guest.get(page_of(order, "code/")).content.decode()


def test_the_code_opens_everything_in_the_browser_that_asked(guest, order, sending):
    ask(guest, order, sending)
    before = guest.session.session_key

    response = guest.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    assert response.status_code == 302 and response["Location"] == page_of(order)
    assert "Bà Tư" in guest.get(page_of(order)).content.decode()
    assert guest.session.session_key != before


@pytest.mark.parametrize("spell", [lambda c: f" {c[:3]} {c[3:]} ", lambda c: f"{c[:3]}-{c[3:]}",
                                   lambda c: "".join(chr(ord(d) + 0xFEE0) for d in c)])  # fmt: skip
def test_the_code_may_be_typed_in_any_spelling(guest, order, sending, spell):
    ask(guest, order, sending)

    assert guest.post(page_of(order, "code/"), {"code": spell(code_in(mail.outbox[0]))}).status_code == 302


def test_a_link_may_be_followed_by_a_code(client, order, sending):
    with sending():
        services.send_link(order=order, language="vi")
    client.post(link_in(mail.outbox.pop()))
    ask(client, order, sending)

    client.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    assert "Bà Tư" in client.get(page_of(order)).content.decode()


def test_neither_scanning_the_letter_nor_reloading_the_page_uses_the_code(guest, order, sending):
    ask(guest, order, sending)
    code = code_in(mail.outbox[0])
    for address in (link_in(mail.outbox[0]), page_of(order, "code/"), page_of(order, f"code/?code={code}")):
        Client().get(address)
        guest.get(address)
        guest.head(address)

    assert guest.post(page_of(order, "code/"), {"code": code}).status_code == 302


def test_another_browser_cannot_use_the_code(guest, order, sending):
    ask(guest, order, sending)
    thief = Client()
    look_up(thief, order)

    response = thief.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    assert response.status_code == 200
    assert "không còn dùng được" in response.content.decode()
    assert "Bà Tư" not in thief.get(page_of(order)).content.decode()


def test_a_stranger_cannot_have_a_code_sent(client, order, sending):
    response = ask(client, order, sending)

    assert response.status_code == 404
    assert mail.outbox == []


def test_no_address_that_is_typed_gets_the_code(guest, order, sending):
    with sending():
        guest.post(page_of(order, "code/"), {"email": "ke-gian@example.com", "recipient": "ke-gian@example.com"})

    assert [letter.to for letter in mail.outbox] == [["an@example.com"]]


def test_the_sixth_try_is_refused_though_it_is_right(guest, order, sending):
    ask(guest, order, sending)
    code = code_in(mail.outbox[0])
    answers = [guest.post(page_of(order, "code/"), {"code": wrong(code)}).content.decode() for _ in range(5)]

    right = guest.post(page_of(order, "code/"), {"code": code})

    assert ["không phải mã" in answer for answer in answers] == [True] * 4 + [False]
    assert "không còn dùng được" in answers[4]
    assert right.status_code == 200
    assert "Bà Tư" not in guest.get(page_of(order)).content.decode()


def test_the_right_code_on_the_fifth_try_is_taken(guest, order, sending):
    ask(guest, order, sending)
    code = code_in(mail.outbox[0])
    for _ in range(4):
        guest.post(page_of(order, "code/"), {"code": wrong(code)})

    assert guest.post(page_of(order, "code/"), {"code": code}).status_code == 302


@pytest.mark.parametrize(("minutes", "is_taken"), [(9, True), (11, False)])
def test_a_code_lives_ten_minutes(guest, order, sending, time_machine, minutes, is_taken):
    time_machine.move_to(NOON, tick=False)
    look_up(guest, order)
    ask(guest, order, sending)

    time_machine.shift(timedelta(minutes=minutes))
    response = guest.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    assert (response.status_code == 302) is is_taken


def test_a_code_is_used_once(guest, order, sending):
    ask(guest, order, sending)
    grant = AccessGrant.objects.get(kind="code")
    code = code_in(mail.outbox[0])

    outcomes = [services.redeem_code(grant_id=grant.pk, typed=code) for _ in range(3)]

    assert outcomes == [CodeOutcome.RIGHT, CodeOutcome.DEAD, CodeOutcome.DEAD]


def test_of_two_submissions_that_cross_one_is_taken(guest, order, sending, monkeypatch):
    """The second one arrives while the first is being compared."""
    ask(guest, order, sending)
    grant, code = AccessGrant.objects.get(kind="code"), code_in(mail.outbox[0])
    crossing = []
    compare = secrets.is_code

    def compare_slowly(seed, typed):
        if not crossing:
            crossing.append(None)
            crossing[0] = services.redeem_code(grant_id=grant.pk, typed=typed)
        return compare(seed, typed)

    monkeypatch.setattr(secrets, "is_code", compare_slowly)

    first = services.redeem_code(grant_id=grant.pk, typed=code)

    assert sorted([first, *crossing]) == [CodeOutcome.DEAD, CodeOutcome.RIGHT]


def test_a_second_click_is_answered_not_refused(guest, order, sending):
    """It comes with the session that the first click has ended."""
    ask(guest, order, sending)
    second = Client()
    second.cookies = guest.cookies.copy()
    typed = {"code": code_in(mail.outbox[0])}
    guest.post(page_of(order, "code/"), typed)

    answer = second.post(page_of(order, "code/"), typed)

    assert answer.status_code in (200, 404)


def test_a_new_code_takes_the_place_of_the_old_one(guest, order, sending, time_machine):
    time_machine.move_to(NOON, tick=False)
    look_up(guest, order)
    ask(guest, order, sending)
    time_machine.shift(60)
    ask(guest, order, sending)
    first, second = (code_in(letter) for letter in mail.outbox)

    assert guest.post(page_of(order, "code/"), {"code": first}).status_code == 200
    assert guest.post(page_of(order, "code/"), {"code": second}).status_code == 302


def test_a_double_click_sends_one_letter(guest, order, sending):
    answers = [ask(guest, order, sending).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert len(mail.outbox) == 1


def test_a_mailbox_gets_three_letters_an_hour_and_ten_a_day_whoever_asks(order, sending, time_machine):
    time_machine.move_to(NOON, tick=False)
    for at in range(48):
        client = Client(REMOTE_ADDR=f"203.0.{at}.7")
        look_up(client, order)
        ask(client, order, sending)
        if at == 9:
            in_the_first_hour = len(mail.outbox)
        time_machine.shift(timedelta(minutes=6) if at < 9 else timedelta(minutes=20))

    assert in_the_first_hour == 3
    assert len(mail.outbox) == 10


def test_a_mailbox_with_a_tag_is_the_same_mailbox(sending):
    for at in range(5):
        order = make_order(contact_email=f"an+{at}@example.com")
        client = Client(REMOTE_ADDR=f"203.0.113.{at}")
        look_up(client, order, f"an+{at}@example.com")
        ask(client, order, sending)

    assert len(mail.outbox) == 3


def test_whoever_is_refused_a_letter_is_told(order, sending):
    for at in range(4):
        client = Client(REMOTE_ADDR=f"203.0.{at}.7")
        look_up(client, order)
        response = ask(client, order, sending)

    assert response.status_code == 429
    assert "Chúng tôi đã gửi nhiều thư" in response.content.decode()


def test_an_order_without_mailbox_says_what_else_to_do(client, sending):
    order = make_order(contact_email="", contact_phone="0912345678")
    look_up(client, order, "0912345678")

    response = ask(client, order, sending)

    assert "Đơn này không có email" in response.content.decode()
    assert mail.outbox == []


def test_a_code_that_is_late_is_not_sent(guest, order, time_machine):
    time_machine.move_to(NOON, tick=False)
    look_up(guest, order)
    guest.post(page_of(order, "code/"))
    letter = Letter.objects.get(kind="tracking.code")
    time_machine.shift(timedelta(minutes=11))
    from portal.lib.letters import outbox

    outbox.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.CANCELLED
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Bạn hãy nhập sáu chữ số"), ("12345", "Mã gồm sáu chữ số"), ("abcdef", "Mã gồm sáu chữ số"),
     ("9" * 10_000, "Mã chỉ có sáu chữ số"), ("\x00", "Bạn hãy nhập sáu chữ số"), ("<b>123</b>", "Mã gồm sáu chữ số"),
     ("١٢٣٤٥٦", "Mã gồm sáu chữ số")],
)  # fmt: skip
def test_what_is_no_code_costs_no_try(guest, order, sending, typed, sentence):
    ask(guest, order, sending)

    response = guest.post(page_of(order, "code/"), {"code": typed})

    assert sentence in response.content.decode()
    assert AccessGrant.objects.get(kind="code").tries == 0


def test_everything_closes_after_a_quarter_of_an_hour_without_use(guest, order, sending, time_machine):
    time_machine.move_to(NOON, tick=False)
    look_up(guest, order)
    ask(guest, order, sending)
    guest.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    time_machine.shift(timedelta(minutes=14))
    in_time = guest.get(page_of(order)).content.decode()
    time_machine.shift(timedelta(minutes=16))

    assert "Bà Tư" in in_time
    assert "Bà Tư" not in guest.get(page_of(order)).content.decode()


def test_other_methods_are_refused(guest, order):
    assert guest.put(page_of(order, "code/")).status_code == 405


@pytest.mark.parametrize("has_owner", [False, True])
def test_an_order_comes_into_the_account_of_whoever_typed_its_code_unless_it_has_an_owner(
    client, order, sending, has_owner
):
    customer, owner = make_user("khac@example.com"), make_user("chu@example.com")
    client.force_login(customer)
    look_up(client, order)
    ask(client, order, sending)
    client.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})
    if has_owner:
        Order.objects.filter(pk=order.pk).update(customer=owner)

    page = client.post(page_of(order, "claim/"), follow=True).content.decode()

    order.refresh_from_db()
    assert order.customer == (owner if has_owner else customer)
    assert ("Đơn đã nằm trong tài khoản của bạn" in page) is not has_owner


def test_a_guest_who_wants_to_keep_an_order_signs_in_first(guest, order, sending):
    ask(guest, order, sending)
    guest.post(page_of(order, "code/"), {"code": code_in(mail.outbox[0])})

    assert guest.post(page_of(order, "claim/")).url.startswith("/vi/accounts/login/")
