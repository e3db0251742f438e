"""Following an order from outside: calendars, copies, letters."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from personalization.services import withdraw_consent
from tests.factories.access import look_up, page_of
from tests.factories.personalization import make_visitor, store_preferences
from tests.factories.tracking import NOON, event_payload, line_payload, make_order, order_payload, shipment_payload
from tracking import services
from tracking.access import links, secrets
from tracking.models import CalendarFeed, OrderSubscription
from tracking.services import ingest_orders
from tracking.services.following import MOST_SUBSCRIPTIONS

pytestmark = pytest.mark.django_db

FRIEND = "ban@example.com"


@pytest.fixture
def friday_noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return NOON


def with_day(*days, number="LICH-1", status="in_transit", **fields):
    """An order whose carrier has named one day after the other."""
    news = [
        event_payload(status, at=NOON + timedelta(minutes=at), event_id=f"{at}", estimated_until=day)
        for at, day in enumerate(days)
    ]
    return make_order(number=number, shipments=[shipment_payload(events=news)], **fields)


def by_link(order) -> Client:
    client = Client()
    client.post(links.path_of(services.grant_link(order=order, language="vi")))
    return client


def feed_of(order) -> str:
    return reverse("order_calendar_feed", args=[secrets.feed_token(CalendarFeed.objects.get(revoked_at=None).seed)])


def fields_of(response) -> dict[str, str]:
    unfolded = response.content.decode().replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if ":" in line)


# --- Calendar --------------------------------------------------------------------------------------


def test_the_calendar_moves_with_the_day(friday_noon):
    order = with_day(NOON.date() + timedelta(days=3))
    by_link(order).post(page_of(order, "calendar/"))
    before = fields_of(Client().get(feed_of(order)))
    with_day(NOON.date() + timedelta(days=3), NOON.date() + timedelta(days=5))

    after = fields_of(Client().get(feed_of(order)))

    assert (before["DTSTART;VALUE=DATE"], after["DTSTART;VALUE=DATE"]) == ("20261123", "20261125")
    assert before["UID"] == after["UID"] and int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_the_calendar_names_nobody_and_nothing(friday_noon):
    order = with_day(
        NOON.date(), recipient_name="Trần Kín", contact_phone="0912345678", lines=[line_payload(title="Nồi Bí Mật")]
    )
    by_link(order).post(page_of(order, "calendar/"))

    response = Client().get(feed_of(order))

    text = response.content.decode()
    secrets_of_order = ["Kín", "Bí Mật", "912345678", "an@example.com", order.reference, order.external_number]
    assert [secret for secret in secrets_of_order if secret in text] == []
    assert response["Content-Type"].startswith("text/calendar")
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "no-referrer"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_closed_calendar_is_not_found_and_a_new_one_has_another_address(friday_noon):
    order = with_day(NOON.date())
    reader = by_link(order)
    reader.post(page_of(order, "calendar/"))
    old = feed_of(order)
    reader.post(page_of(order, "calendar/"))
    same = feed_of(order)

    reader.post(page_of(order, "calendar/"), {"close": "1"})
    closed = Client().get(old)
    reader.post(page_of(order, "calendar/"))

    assert same == old
    assert closed.status_code == 404 and Client().get("/vi/orders/calendar/xyz.ics").status_code == 404
    assert feed_of(order) != old and Client().get(feed_of(order)).status_code == 200


def test_without_a_day_the_entry_is_taken_out_of_the_calendar(friday_noon):
    order = make_order()
    by_link(order).post(page_of(order, "calendar/"))

    assert fields_of(Client().get(feed_of(order)))["STATUS"] == "CANCELLED"


# --- The copy --------------------------------------------------------------------------------------


def test_the_copy_is_one_file_with_its_time_and_no_more_than_a_link_shows(client, customer, friday_noon):
    order = with_day(
        NOON.date(), customer=customer, recipient_name="Trần Kín", lines=[line_payload(title="Nồi Bí Mật")]
    )
    client.force_login(customer)

    response = client.get(page_of(order, "copy/"))

    text = response.content.decode()
    assert response["Content-Disposition"] == f'attachment; filename="{order.reference}.html"'
    assert "Tính đến 12:00, 20/11/2026" in text and "Nồi Bí Mật" in text and "Trần Kín" not in text
    assert "<script" not in text and "<link" not in text and "src=" not in text
    assert "no-store" in response["Cache-Control"]


# --- Letters ---------------------------------------------------------------------------------------


def subscribed(order, *, sending, email=FRIEND) -> Client:
    guest = Client()
    look_up(guest, order)
    with sending():
        guest.post(page_of(order, "subscribe/"), {"email": email})
    return guest


def confirm(email=FRIEND) -> str:
    address = reverse(
        "order_subscription",
        args=[secrets.subscription_token(OrderSubscription.objects.get(email=email).seed)],
    )
    Client().post(address, {"confirm": "1"})
    return address


def report(order, *statuses, at=NOON):
    """Let the shop report the order again, with a parcel that has come that far."""
    news = tuple(
        event_payload(status, at=at + timedelta(minutes=number), event_id=f"{status}-{number}")
        for number, status in enumerate(statuses)
    )
    parcel = shipment_payload(events=news, tracking_number="GHNSECRET9")
    ingest_orders([order_payload(number=order.external_number, shipments=(parcel,))], source="shop")


def test_nobody_is_written_to_who_has_not_confirmed(friday_noon, sending):
    order = make_order()
    subscribed(order, sending=sending)

    with sending():
        report(order, "picked_up")

    assert [letter.subject for letter in mail.outbox] == ["Xác nhận bạn muốn nhận tin về một đơn hàng"]
    assert order.reference not in mail.outbox[0].body and order.external_number not in mail.outbox[0].body


def test_opening_the_link_of_the_letter_confirms_nothing(friday_noon, sending):
    order = make_order()
    subscribed(order, sending=sending)
    token = secrets.subscription_token(OrderSubscription.objects.get().seed)

    Client().get(reverse("order_subscription", args=[token]))

    assert OrderSubscription.objects.get().confirmed_at is None


def test_whoever_confirmed_hears_of_the_change_once_and_of_nothing_private(friday_noon, sending):
    order = make_order(recipient_name="Trần Kín", lines=[line_payload(title="Nồi Bí Mật")])
    subscribed(order, sending=sending)
    confirm()
    mail.outbox.clear()

    for _ in range(2):
        with sending():
            report(order, "picked_up", "in_transit")

    (letter,) = mail.outbox
    assert letter.to == [FRIEND] and "đang trên đường" in letter.body
    private = ["Trần Kín", "Nồi Bí Mật", "GHNSECRET9", order.external_number, "orders/link/"]
    assert [secret for secret in private if secret in letter.body] == []


def test_a_letter_that_the_order_has_overtaken_is_not_sent(friday_noon, sending):
    order = make_order()
    subscribed(order, sending=sending)
    confirm()
    mail.outbox.clear()

    with sending():
        report(order, "picked_up")
        report(order, "picked_up", "delivered")

    assert [letter.subject for letter in mail.outbox] == ["Đơn hàng của bạn: Đã giao"]


def test_one_click_stops_the_letters(friday_noon, sending):
    order = make_order()
    subscribed(order, sending=sending)
    address = confirm()
    mail.outbox.clear()

    stopped = Client().post(address)
    with sending():
        report(order, "picked_up")

    assert "Đã dừng" in stopped.content.decode() and mail.outbox == []


def test_closing_everything_ends_what_was_made_with_a_link(friday_noon, sending):
    order = make_order(number="HET-1", contact_email="toi@example.com")
    by_link(order).post(page_of(order, "calendar/"))
    calendar = feed_of(order)
    for email in (FRIEND, "toi@example.com"):
        services.subscribe(order=order, email=email, language="vi", may_write=True)

    services.revoke_all(order=order)

    assert Client().get(calendar).status_code == 404
    assert [one.email for one in OrderSubscription.objects.filter(stopped_at=None)] == ["toi@example.com"]


def test_strangers_who_never_confirm_take_nobodys_place(friday_noon, sending, time_machine):
    order = make_order(number="CHO-1", contact_email="toi@example.com")

    def asks(email):
        services.subscribe(order=order, email=email, language="vi", may_write=True)
        return OrderSubscription.objects.filter(email=email).exists()

    assert all(asks(f"la{number}@example.com") for number in range(MOST_SUBSCRIPTIONS))
    assert not asks(FRIEND)
    assert asks("toi@example.com")

    time_machine.shift(timedelta(days=services.CONFIRM_DAYS, seconds=1))

    assert asks(FRIEND)


def test_old_news_are_no_reason_to_write(friday_noon, sending):
    order = make_order()
    subscribed(order, sending=sending)
    confirm()
    mail.outbox.clear()

    with sending():
        report(order, "picked_up", "delivered", at=NOON - timedelta(days=9))

    assert mail.outbox == []


def test_the_answer_is_the_same_for_a_mailbox_that_follows_already(friday_noon, sending):
    order = make_order()
    guest = subscribed(order, sending=sending)
    confirm()
    mail.outbox.clear()

    with sending():
        again = guest.post(page_of(order, "subscribe/"), {"email": FRIEND})

    assert "Bạn hãy xem hộp thư" in again.content.decode() and mail.outbox == []


@pytest.mark.parametrize("email", ["", "khong-phai", "a@b", "x" * 10_000 + "@example.com"])
def test_a_senseless_address_is_explained(friday_noon, email):
    order = make_order()
    guest = Client()
    look_up(guest, order)

    assert 'aria-invalid="true"' in guest.post(page_of(order, "subscribe/"), {"email": email}).content.decode()
    assert not OrderSubscription.objects.exists()


def test_the_orders_own_mailbox_hears_with_a_link_where_the_shop_wants_it(friday_noon, sending, settings):
    settings.ORDER_LETTERS_ON = True
    order = make_order()

    with sending():
        report(order, "picked_up")

    (letter,) = mail.outbox
    assert letter.to == ["an@example.com"] and "/vi/orders/link/" in letter.body


@pytest.mark.parametrize(
    ("shop_writes", "wish", "is_allowed", "letters"),
    [
        (False, "on", True, 1),
        (False, "on", False, 0),
        (True, "off", True, 0),
        (True, "off", False, 1),
        (True, "", True, 1),
        (False, "", True, 0),
    ],
)
def test_the_wish_of_the_account_decides_about_letters_on_its_orders(
    friday_noon, customer, sending, settings, shop_writes, wish, is_allowed, letters
):
    settings.ORDER_LETTERS_ON = shop_writes
    order = make_order(customer=customer)
    store_preferences(customer, order_letters=wish, language="en")
    if not is_allowed:
        withdraw_consent(make_visitor(customer), keep_choices=True, source="preferences")

    with sending():
        report(order, "picked_up")

    assert len(mail.outbox) == letters
    if letters and is_allowed:
        assert "/en/orders/link/" in mail.outbox[0].body


def test_an_unknown_letter_link_is_not_found():
    assert Client().get("/vi/orders/follow/xyz/").status_code == 404
