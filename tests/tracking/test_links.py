"""The links of our letters: nothing happens when a robot opens them, and only their own mailbox gets another one."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from tests.factories.access import link_in, page_of
from tests.factories.tracking import NOON, make_order, order_payload, shipment_payload
from tracking import services
from tracking.models import AccessGrant
from tracking.services import ingest_orders

pytestmark = pytest.mark.django_db
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile"}
COMPUTER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"}


@pytest.fixture
def order(db):
    return make_order(
        number="NM-777", recipient_address="42 Ngõ Sương, Quận 7, TP. Hồ Chí Minh", recipient_name="Bà Tư"
    )


@pytest.fixture
def link(order, sending):
    """The path that the letter holds."""
    with sending():
        services.send_link(order=order, language="vi")
    return link_in(mail.outbox.pop())


def state() -> list:
    return list(AccessGrant.objects.values_list("used_at", "device_marks", "revoked_at"))


def test_the_letter_holds_the_link_and_little_else(order, sending):
    with sending():
        services.send_link(order=order, language="vi")

    [letter] = mail.outbox
    assert letter.to == ["an@example.com"]
    assert letter.subject == "Theo dõi đơn hàng NM-777 của bạn"
    assert link_in(letter)
    assert "Bà Tư" not in letter.body and "Ngõ Sương" not in letter.body


def test_the_link_is_in_the_language_of_the_letter(order, sending):
    with sending():
        services.send_link(order=order, language="en")

    assert link_in(mail.outbox[0]).startswith("/en/")


def test_what_the_database_holds_does_not_make_a_link(order, link):
    token = link.split("/")[-2]

    row = AccessGrant.objects.values().get()

    assert token not in str(row)
    assert len(token) == 27


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_it_shows_a_button_and_changes_nothing(client, order, link, method):
    before = state()

    answers = [getattr(client, method)(link) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert state() == before
    assert "sessionid" not in client.cookies
    assert client.get(page_of(order)).status_code == 404


def test_the_page_before_the_button_tells_nothing_about_the_order(client, order, link):
    response = client.get(link)

    text = response.content.decode()
    assert order.reference not in text and "NM-777" not in text and "an@example.com" not in text
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_the_button_opens_the_order_and_takes_the_token_out_of_the_address(client, order, link):
    response = client.post(link)

    page = client.get(response["Location"])
    text = page.content.decode()
    assert response.status_code == 302 and response["Location"] == page_of(order)
    assert "Nồi chiên" in text and "***, Quận 7" in text
    assert "Bà Tư" not in text and "Ngõ Sương" not in text and "2.190.000" not in text


def test_a_browser_that_hides_its_origin_may_press_the_button_and_another_site_may_not(order, link):
    client = Client(enforce_csrf_checks=True)
    token = client.get(link).context["csrf_token"]

    honest = client.post(link, {"csrfmiddlewaretoken": str(token)}, HTTP_ORIGIN="null")
    without_token = client.post(link, HTTP_ORIGIN="null")
    from_elsewhere = client.post(link, {"csrfmiddlewaretoken": str(token)}, HTTP_ORIGIN="https://evil.example")

    assert (honest.status_code, without_token.status_code, from_elsewhere.status_code) == (302, 403, 403)


def test_the_session_gets_a_new_key_with_the_higher_tier(client, order, link):
    client.post("/vi/orders/", {"number": order.reference, "contact": "an@example.com"})
    before = client.session.session_key

    client.post(link)

    assert client.session.session_key != before


def test_opening_it_does_not_sign_anybody_in(client, link):
    client.post(link)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("token", ["A" * 27, "x", "ký-tự-lạ", "%00", "A" * 4_000])
def test_a_token_that_is_none_leads_to_the_look_up(client, token):
    response = client.get(f"/vi/orders/link/{token}/")

    assert response.status_code == 404
    assert 'name="number"' in response.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, link, method):
    assert getattr(client, method)(link).status_code == 405


def test_one_mailbox_has_one_link_however_many_letters_it_got(order, sending, time_machine):
    time_machine.move_to(NOON, tick=False)
    with sending():
        services.send_link(order=order, language="vi")
        time_machine.shift(60)
        services.send_link(order=order, language="vi")

    assert link_in(mail.outbox[0]) == link_in(mail.outbox[1])


def test_an_order_without_mailbox_gets_no_link():
    order = make_order(contact_email="", contact_phone="0912345678")

    with pytest.raises(services.OrderHasNoMailbox):
        services.send_link(order=order, language="vi")


# --- Ends ----------------------------------------------------------------------------------------


@pytest.fixture
def closed(order, link, time_machine):
    """The link of an order that was delivered on NOON, 59 days ago."""
    ingest_orders([order_payload("NM-777", shipments=[shipment_payload("delivered")])], source="shop")
    AccessGrant.objects.update(created_at=NOON)
    time_machine.move_to(NOON + timedelta(days=59), tick=False)
    return link


def test_it_is_good_for_sixty_days_after_the_order_is_closed(client, order, closed, time_machine):
    in_time = client.post(closed)
    time_machine.shift(timedelta(days=2))

    too_late = client.get(closed)

    assert in_time.status_code == 302
    assert too_late.status_code == 200
    assert "Liên kết này đã hết hạn" in too_late.content.decode()


def test_an_open_order_keeps_its_link(client, order, link, time_machine):
    time_machine.move_to(NOON + timedelta(days=400))

    assert client.post(link).status_code == 302


def test_an_expired_link_offers_a_fresh_one_to_the_same_mailbox(client, order, closed, time_machine, sending):
    time_machine.shift(timedelta(days=2))

    with sending():
        response = client.post(closed, {"email": "ke-gian@example.com", "contact": "ke-gian@example.com"})

    [letter] = mail.outbox
    assert "đang được gửi" in response.content.decode()
    assert letter.to == ["an@example.com"]
    assert link_in(letter) != closed
    assert client.get(page_of(order)).status_code == 404
    assert client.post(link_in(letter)).status_code == 302


def test_an_expired_link_fills_no_mailbox(client, closed, time_machine, sending):
    time_machine.shift(timedelta(days=2))

    with sending():
        answers = []
        for at in range(5):
            answers.append(client.post(closed, REMOTE_ADDR=f"203.0.113.{at}").status_code)
            time_machine.shift(60)

    assert answers == [200, 200, 200, 429, 429]
    assert len(mail.outbox) == 3


def test_a_revoked_link_opens_nothing_and_ends_what_it_opened(client, order, link):
    client.post(link)
    in_use = client.get(page_of(order)).status_code

    services.revoke_link(order=order, grant_id=AccessGrant.objects.get().pk)

    assert in_use == 200
    assert client.get(page_of(order)).status_code == 404
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404


def test_a_mailbox_that_is_no_longer_the_orders_opens_nothing(client, order, link):
    client.post(link)

    ingest_orders([order_payload("NM-777", contact_email="dung@example.com")], source="shop")

    assert client.post(link).status_code == 404
    assert client.get(page_of(order)).status_code == 404


def test_what_a_link_opened_closes_after_two_hours_without_use(client, order, link, time_machine):
    time_machine.move_to(NOON, tick=False)
    client.post(link)

    time_machine.shift(timedelta(minutes=119))
    in_time = client.get(page_of(order)).status_code
    time_machine.shift(timedelta(minutes=121))

    assert in_time == 200
    assert client.get(page_of(order)).status_code == 404


# --- Other devices -------------------------------------------------------------------------------


def test_a_new_kind_of_browser_is_told_to_the_mailbox_once(link, sending):
    with sending():
        for device in (PHONE, PHONE, COMPUTER, COMPUTER):
            assert Client().post(link, **device).status_code == 302

    [notice] = mail.outbox
    assert notice.to == ["an@example.com"]
    assert "vừa được mở trên thiết bị khác" in notice.subject
    assert link.split("/")[-2] not in notice.body


def test_an_update_of_the_browser_is_no_new_device(link, sending):
    with sending():
        Client().post(link, **PHONE)
        Client().post(link, HTTP_USER_AGENT=PHONE["HTTP_USER_AGENT"].replace("140.0", "141.0.77"))

    assert mail.outbox == []


def test_the_marks_of_devices_name_nobody_and_cannot_be_joined(order, link):
    Client().post(link, **PHONE)
    other = make_order(contact_email="khac@example.com")
    services.grant_link(order=other, language="vi")
    from tracking.access import links as access_links

    second = AccessGrant.objects.get(order=other)
    Client().post(access_links.path_of(second), **PHONE)

    [[first_mark], [second_mark]] = AccessGrant.objects.order_by("pk").values_list("device_marks", flat=True)
    assert first_mark != second_mark
    assert "Android" not in first_mark and len(first_mark) == 12


def test_news_of_the_parcel_do_not_disturb_a_link(client, order, link):
    ingest_orders([order_payload("NM-777", shipments=[shipment_payload("in_transit")])], source="shop")

    assert client.post(link).status_code == 302
