"""What a customer does on the order page: cancel, another address, send something back."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.static_files import BROTLI_QUALITY
from tests.factories.access import look_up, page_of
from tests.factories.tracking import (
    NOON,
    event_payload,
    line_payload,
    make_delivered_order,
    make_order,
    make_return,
    make_terms,
    order_event_payload,
    shipment_payload,
)
from tracking.models import Order, ReturnRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def friday_noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return NOON


@pytest.fixture
def owner(client, customer) -> Client:
    client.force_login(customer)
    return client


@pytest.fixture
def fresh_order(customer, friday_noon) -> Order:
    """Placed, paid at the door, to be packed in two hours and a bit."""
    return make_order(
        customer=customer,
        placed_at=NOON - timedelta(hours=1),
        cod_amount=2_190_000,
        recipient_address="42 Ngõ Sương, Phường Cỏ May, TP. Hồ Chí Minh",
        changes_until=NOON + timedelta(hours=2, minutes=5),
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# --- Cancelling and the address --------------------------------------------------------------------


def test_the_page_says_how_long_the_order_can_be_changed(owner, fresh_order):
    text = text_of(owner.get(page_of(fresh_order)))

    assert "14:05, 20/11/2026" in text and "2 giờ, 5 phút" in text.replace("\xa0", " ")
    assert page_of(fresh_order, "cancel/") in text and page_of(fresh_order, "address/") in text


def test_cancelling_says_first_what_happens_with_the_money_and_then_does_it(owner, fresh_order):
    before = text_of(owner.get(page_of(fresh_order, "cancel/")))
    after = owner.post(page_of(fresh_order, "cancel/"), follow=True)

    fresh_order.refresh_from_db()
    assert "2.190.000" in before
    assert fresh_order.headline == "cancelled"
    assert "Đơn hàng đã được hủy." in text_of(after)


def test_cancelling_twice_is_cancelling_once(owner, fresh_order):
    for _ in range(2):
        assert owner.post(page_of(fresh_order, "cancel/")).status_code == 302

    assert fresh_order.events.filter(kind="cancelled").count() == 1


@pytest.mark.parametrize("part", ["cancel/", "address/"])
def test_too_late_is_said_and_nothing_changes(owner, fresh_order, time_machine, part):
    time_machine.shift(timedelta(hours=3))

    page = text_of(owner.get(page_of(fresh_order, part)))
    answer = owner.post(page_of(fresh_order, part), {"address": "1 Đường Khác, Hà Nội"}, follow=True)

    unchanged = Order.objects.get(pk=fresh_order.pk)
    assert "đóng gói" in page and "đóng gói" in text_of(answer)
    assert (unchanged.headline, unchanged.recipient_address) == ("placed", fresh_order.recipient_address)
    assert page_of(fresh_order, part) not in text_of(owner.get(page_of(fresh_order)))


def test_another_address_is_taken(owner, fresh_order):
    answer = owner.post(page_of(fresh_order, "address/"), {"address": "1 Đường Mới,  Hà Nội"}, follow=True)

    assert Order.objects.get(pk=fresh_order.pk).recipient_address == "1 Đường Mới, Hà Nội"
    assert "1 Đường Mới, Hà Nội" in text_of(answer)


@pytest.mark.parametrize(("part", "said"), [("cancel/", "được hủy"), ("address/", "đổi địa chỉ giao")])
def test_the_mailbox_of_the_order_is_told_what_was_changed_in_its_name(
    owner, customer, fresh_order, sending, part, said
):
    with sending():
        owner.post(page_of(fresh_order, part), {"address": "1 Đường Trộm, Hà Nội"})

    (letter,) = mail.outbox
    assert letter.to == [customer.email] and said in letter.body
    assert "Đường Trộm" not in letter.body and page_of(fresh_order) not in letter.body


@pytest.mark.parametrize("address", ["", "   ", "x" * 10_000, "\x00\u202e"])
def test_a_senseless_address_is_explained_and_changes_nothing(owner, fresh_order, address):
    answer = owner.post(page_of(fresh_order, "address/"), {"address": address})

    assert answer.status_code == 200 and 'aria-invalid="true"' in text_of(answer)
    assert Order.objects.get(pk=fresh_order.pk).recipient_address == fresh_order.recipient_address


@pytest.mark.parametrize("part", ["cancel/", "address/", "return/", "return/DT-1/withdraw/"])
def test_a_guest_who_only_looked_it_up_is_sent_to_the_code(fresh_order, customer, part):
    guest = Client()
    look_up(guest, fresh_order, customer.email)

    answer = guest.post(page_of(fresh_order, part), {"address": "1 Đường Mới, Hà Nội"})

    assert answer.status_code == 302 and answer["Location"] == page_of(fresh_order, "code/")
    assert Order.objects.get(pk=fresh_order.pk).headline == "placed"


# --- Returns ---------------------------------------------------------------------------------------


@pytest.fixture
def arrived(customer, friday_noon) -> Order:
    make_terms()
    return make_delivered_order(customer=customer, lines=[line_payload(quantity=2)])


def wish(order, quantity="1", **fields) -> dict[str, str]:
    line = f"line{order.lines.get().pk}"
    return {
        f"{line}-quantity": quantity,
        f"{line}-reason": "changed_mind",
        f"{line}-condition": "unopened",
        "remedy": "refund",
        "request_key": "k1",
        **fields,
    }


def test_a_return_is_worth_something_first_and_asked_for_by_the_second_click(owner, arrived):
    shown = text_of(owner.post(page_of(arrived, "return/"), wish(arrived)))
    none_yet = ReturnRequest.objects.count()
    sent = text_of(owner.post(page_of(arrived, "return/"), wish(arrived, send="1"), follow=True))

    request = ReturnRequest.objects.get()
    assert "2.190.000" in shown and none_yet == 0
    assert request.lines.get().quantity == 1
    assert request.number in sent


def test_a_double_click_asks_for_one_return(owner, arrived):
    for _ in range(2):
        owner.post(page_of(arrived, "return/"), wish(arrived, send="1"))

    assert ReturnRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "said"), [("0", "ít nhất một mặt hàng"), ("3", "gửi lại"), ("-1", "không âm"), ("abc", "số nguyên")]
)
def test_a_wish_against_the_rules_is_explained_at_its_line(owner, arrived, quantity, said):
    answer = owner.post(page_of(arrived, "return/"), wish(arrived, quantity, send="1"))

    assert answer.status_code == 200 and said in text_of(answer)
    assert ReturnRequest.objects.count() == 0


def test_every_line_that_cannot_go_back_says_why(owner, customer, arrived, time_machine):
    time_machine.shift(timedelta(days=40))
    owner.force_login(customer)

    text = text_of(owner.get(page_of(arrived, "return/")))

    assert "Nồi chiên NM-F6" in text and "05/12/2026" in text
    assert 'name="send"' not in text


def test_a_return_stands_on_the_order_page_and_can_be_taken_back(owner, arrived):
    number = make_return(arrived).number
    shown = text_of(owner.get(page_of(arrived)))

    owner.post(page_of(arrived, f"return/{number}/withdraw/"))

    assert number in shown
    assert ReturnRequest.objects.get().status == "withdrawn"


def test_the_return_of_another_order_cannot_be_taken_back(owner, arrived):
    other = make_return(make_delivered_order(contact_email="khac@example.com"))

    owner.post(page_of(arrived, f"return/{other.number}/withdraw/"))

    assert ReturnRequest.objects.get(pk=other.pk).status == "requested"


# --- What the page tells ---------------------------------------------------------------------------


def test_the_same_can_be_ordered_again_where_the_shop_says_so(owner, customer, settings):
    settings.REORDER_URL = "https://shop.example/cart?add={codes}"
    order = make_order(customer=customer, lines=[line_payload(sku="A&B"), line_payload("2", product_code="NM-F6")])

    assert "https://shop.example/cart?add=A%26B,NM-F6" in text_of(owner.get(page_of(order)))


def test_the_proof_of_delivery_is_for_the_owner_alone(owner, customer):
    parcel = shipment_payload(events=[event_payload("delivered", received_by="Chị Sáu lễ tân")])
    order = make_order(customer=customer, shipments=[parcel])
    guest = Client()
    look_up(guest, order, customer.email)

    assert "Người nhận: Chị Sáu lễ tân" in text_of(owner.get(page_of(order)))
    assert "Chị Sáu" not in text_of(guest.get(page_of(order)))


def long_order(customer, count: int) -> Order:
    """A common order whose parcel has been reported `count` times, and which helpful articles are shown for."""
    news = [
        event_payload("in_transit", at=NOON + timedelta(minutes=at), event_id=f"{count}-{at}") for at in range(count)
    ]
    return make_order(
        customer=customer,
        shipments=[shipment_payload(key=f"p{count}", events=news)],
        events=[order_event_payload("paid")],
    )


@pytest.mark.parametrize("events", [2, 300])
def test_the_page_costs_eight_queries_whatever_the_number_of_events(owner, customer, events):
    order = long_order(customer, events)
    owner.get(page_of(order))

    with CaptureQueriesContext(connection) as asked:
        assert owner.get(page_of(order)).status_code == 200

    statements = [query["sql"] for query in asked]
    # Access and the order itself. The frame asks for session, account and consent, the help beside it for its articles.
    assert len([one for one in statements if 'FROM "tracking_' in one]) <= 8
    assert len(statements) <= 12


def test_the_first_view_fits_into_fourteen_kilobytes_without_script(owner, customer):
    order = long_order(customer, 20)

    response = owner.get(page_of(order), headers={"Accept-Encoding": "gzip"})

    html = gzip.decompress(response.content).decode()
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"(?! media="print")', html)
    styles = sum(
        len(brotli.compress(Path(finders.find(sheet)).read_bytes(), quality=BROTLI_QUALITY)) for sheet in sheets
    )
    print(f"first view: {len(response.content)} bytes of page and {styles} of styles, compressed")
    assert response["Content-Encoding"] == "gzip" and len(sheets) == 4
    assert len(response.content) + styles <= 14 * 1024
    # Nothing on the page waits for a script.
    main = html[html.index("<main") : html.index("</main>")]
    assert "<script" not in main and "hidden" not in re.sub(r'class="[^"]*"|type="hidden"|aria-hidden', "", main)
