"""What search offers to whoever types an order number: a way to the look-up, and nothing about the order."""

import pytest
from django.utils.translation import override

from personalization.registry import is_personal_search, search_hints
from tests.factories.tracking import make_order
from tracking.references import make_reference

REFERENCE = make_reference(12_345_678_901)


def order_hints(text):
    return [hint for hint in search_hints(text) if hint.group == "orders"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("NM-10001", "NM-10001"),
        ("nm-10001", "NM-10001"),
        ("nm 10001", "NM 10001"),
        ("  NM–10001 ", "NM–10001"),
        ("đơn hàng NM-10001 đang ở đâu?", "NM-10001"),
        ("where is DH000123", "DH000123"),
        ("#1001", "1001"),
        ("20250123", "20250123"),
        ("mã đơn 4711", "4711"),
        (REFERENCE.lower(), REFERENCE),
        (f"{REFERENCE[:5]}-{REFERENCE[5:]}", f"{REFERENCE[:5]}-{REFERENCE[5:]}"),
    ],
)
def test_order_number_is_recognised_as_people_write_it(typed, number):
    [hint] = order_hints(typed)

    assert hint.is_personal
    assert number in hint.text
    assert hint.url.startswith("/vi/orders/?number=")


@pytest.mark.parametrize(
    "typed",
    ["", "máy giặt", "NM-W85 không xả nước", "LBP2900", "điều hòa 12000 btu", "lỗi E2", "0912 345 678", "0912345678", "\x00",
     "x" * 10_000, "2024", "dishwasher"],
)  # fmt: skip
def test_other_text_gets_no_offer(typed):
    assert order_hints(typed) == []
    assert not is_personal_search(typed)


def test_words_about_orders_lead_to_the_look_up_and_name_nobody():
    [hint] = order_hints("đơn hàng của tôi đang ở đâu")

    assert hint.url == "/vi/orders/"
    assert not hint.is_personal


def test_offer_is_in_the_language_of_the_page():
    with override("en"):
        [hint] = order_hints("NM-10001")

    assert (hint.text, hint.url) == ("Look up order NM-10001", "/en/orders/?number=NM-10001")


def test_existing_order_and_unknown_one_get_the_same_offer(db, django_assert_num_queries):
    make_order(external_number="NM-10001")

    with django_assert_num_queries(0):
        [existing], [unknown] = order_hints("NM-10001"), order_hints("NM-99999")

    assert existing.text.replace("10001", "99999") == unknown.text
    assert existing.url.replace("10001", "99999") == unknown.url


@pytest.mark.django_db
def test_look_up_shows_the_number_in_its_field(client):
    html = client.get("/vi/orders/?number=NM-10001%22%3E%00<b>").content.decode()

    assert 'value="NM-10001&quot;&gt;&lt;b&gt;"' in html
