"""One order: what each proof of identity shows, and what a stranger gets."""

from dataclasses import fields, is_dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories.tracking import (
    NOON,
    event_payload,
    line_payload,
    make_order,
    order_event_payload,
    shipment_payload,
)
from tests.tracking.test_lookup import look_up, masked
from tracking import presentation
from tracking.disclosure import DISCLOSURE, Tier
from tracking.models import Order
from tracking.presentation import EntryView, LineView, OrderView, ParcelView, order_view
from tracking.references import make_reference
from tracking.selectors import order_with_history
from tracking.selectors.returns import ReturnLineView, ReturnStepView, ReturnView

pytestmark = pytest.mark.django_db

SECRETS = {
    "OrderView.recipient_name": "Nguyễn Hoài An",
    "OrderView.recipient_address": "42 Ngõ Sương",
    "OrderView.contact_email": "an@example.com",
    "OrderView.contact_phone": "+84912345678",
    "OrderView.external_number": "SHOP-77",
    "OrderView.cod_amount": "7.654.321",
    "OrderView.total_amount": "2.345.678",
    "LineView.title": "Nồi chiên thử",
    "ParcelView.tracking_number": "GHNSECRET1",
    "EntryView.place": "Kho Bí Mật",
    "EntryView.raw_text": "gọi số riêng",
    "EntryView.note": "cổng sau nhà",
}


@pytest.fixture
def full_order(customer):
    """An order with something in every field."""
    news = [
        event_payload("picked_up", at=NOON, event_id="1", place="Kho Bí Mật", text="gọi số riêng", code="picked"),
        event_payload("attempt_failed", at=NOON + timedelta(hours=5), event_id="2", reason="recipient"),
    ]
    return make_order(
        number="SHOP-77",
        contact_email="an@example.com",
        contact_phone="0912345678",
        recipient_name="Nguyễn Hoài An",
        recipient_address="42 Ngõ Sương, Phường Cỏ May, Quận 7, TP. Hồ Chí Minh",
        cod_amount=7_654_321,
        shipping_amount=30_000,
        discount_amount=50_000,
        promised_from=NOON.date(),
        promised_until=NOON.date(),
        lines=[line_payload(title="Nồi chiên thử", quantity=2, unit_price=1_182_839, product_code="NM-F6")],
        shipments=[shipment_payload(tracking_number="GHNSECRET1", events=news)],
        events=[order_event_payload("note", text="cổng sau nhà")],
    )


def shown_fields(view) -> set[str]:
    """The fields, in depth, that are not empty."""
    shown = set()
    for field in fields(view):
        value = getattr(view, field.name)
        name = f"{type(view).__name__}.{field.name}"
        if value not in ("", None, (), 0, False, presentation.Label()):
            shown.add(name)
        if isinstance(value, tuple):
            for item in value:
                if is_dataclass(item) and type(item) in (OrderView, ParcelView, LineView, EntryView):
                    shown |= shown_fields(item)
    return shown


def test_the_table_names_every_field_and_nothing_else():
    every = {
        f"{view.__name__}.{field.name}"
        for view in (OrderView, ParcelView, LineView, EntryView, ReturnView, ReturnLineView, ReturnStepView)
        for field in fields(view)
    }

    assert set(DISCLOSURE) == every


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("name", sorted(DISCLOSURE))
def test_each_tier_sees_no_field_above_it(full_order, tier, name):
    view = order_view(order_with_history(full_order.reference), tier)

    if tier < DISCLOSURE[name]:
        assert name not in shown_fields(view)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_each_secret_is_shown_from_its_tier_on(full_order, name):
    views = {tier: order_view(order_with_history(full_order.reference), tier) for tier in Tier}

    shown = {tier: name in shown_fields(view) for tier, view in views.items()}

    assert shown == {tier: tier >= DISCLOSURE[name] for tier in Tier}


@pytest.mark.parametrize("route", ["order_detail", "order_print"])
def test_a_guest_who_looked_it_up_sees_none_of_the_secrets(client, full_order, route):
    look_up(client, full_order.reference, "an@example.com")

    text = client.get(reverse(route, args=[full_order.reference])).content.decode()

    assert "Giao Hàng Nhanh" in text
    assert [secret for secret in SECRETS.values() if secret in text] == []


@pytest.mark.parametrize("route", ["order_detail", "order_print"])
def test_the_owner_sees_names_prices_and_numbers(client, customer, full_order, route):
    Order.objects.update(customer=customer)
    client.force_login(customer)

    response = client.get(reverse(route, args=[full_order.reference]))

    text = response.content.decode()
    assert "Nguyễn Hoài An" in text and "2.345.678" in text and "GHNSECRET1" in text
    assert "private" in response["Cache-Control"] and "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("route", ["order_detail", "order_print"])
def test_a_stranger_cannot_tell_an_order_from_none(client, full_order, route):
    unknown = make_reference(424_242)
    missing = client.get(reverse(route, args=[unknown]))

    stranger = client.get(reverse(route, args=[full_order.reference]))

    assert stranger.status_code == 404
    swapped = stranger.content.replace(full_order.reference.encode(), unknown.encode())
    stranger.content = swapped
    assert masked(stranger) == masked(missing)


def test_another_customer_gets_the_same_as_for_no_order(client, full_order, customer, other_customer):
    Order.objects.update(customer=customer)
    client.force_login(other_customer)

    assert client.get(reverse("order_detail", args=[full_order.reference])).status_code == 404
    assert client.get(reverse("order_detail", args=[make_reference()])).status_code == 404
    assert full_order.external_number not in client.get("/vi/orders/").content.decode()


def test_a_look_up_of_one_order_opens_no_other(client):
    mine, other = make_order(), make_order(contact_email="khac@example.com")
    look_up(client, mine.reference, "an@example.com")

    assert client.get(reverse("order_detail", args=[mine.reference])).status_code == 200
    assert client.get(reverse("order_detail", args=[other.reference])).status_code == 404


@pytest.mark.parametrize("reference", ["x", "0" * 500, "%00", "%FF", "<b>", "..%2f", "1 OR 1"])
def test_a_senseless_reference_is_not_found(client, reference):
    assert client.get(f"/vi/orders/{reference}/").status_code == 404


def test_a_grant_ends_after_a_quarter_of_an_hour_without_use(client, time_machine):
    time_machine.move_to(NOON, tick=False)
    order = make_order()
    address = reverse("order_detail", args=[order.reference])
    look_up(client, order.reference, "an@example.com")

    time_machine.shift(timedelta(minutes=14))
    in_time = client.get(address).status_code
    time_machine.shift(timedelta(minutes=14))
    renewed = client.get(address).status_code
    time_machine.shift(timedelta(minutes=16))
    too_late = client.get(address)

    assert (in_time, renewed, too_late.status_code) == (200, 200, 404)
    assert "Bạn hãy tra cứu lại" in too_late.content.decode()


def test_a_grant_ends_after_half_a_day_however_much_it_is_used(client, time_machine):
    time_machine.move_to(NOON, tick=False)
    order = make_order()
    look_up(client, order.reference, "an@example.com")

    answers = []
    for _ in range(73):
        time_machine.shift(timedelta(minutes=10))
        answers.append(client.get(reverse("order_detail", args=[order.reference])).status_code)

    assert answers[:71] == [200] * 71
    assert answers[71:] == [404, 404]


def test_a_grant_ends_with_the_session(client):
    order = make_order()
    look_up(client, order.reference, "an@example.com")
    client.session.flush()

    assert client.get(reverse("order_detail", args=[order.reference])).status_code == 404


# --- Words ---------------------------------------------------------------------------------------


def owners_page(client, customer, language="vi", **fields) -> str:
    order = make_order(customer=customer, **fields)
    client.force_login(customer)
    with translation.override(language):
        address = reverse("order_detail", args=[order.reference])
    return client.get(address).content.decode()


@pytest.fixture
def friday_noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return NOON


def test_the_headline_is_one_sentence_with_the_weekday(client, customer, friday_noon):
    news = event_payload("in_transit", estimated_until=NOON.date() + timedelta(days=7))
    parcels = [shipment_payload(events=[news])]

    vietnamese = owners_page(client, customer, number="A", shipments=parcels)
    english = owners_page(client, customer, "en", number="A", shipments=parcels)

    assert "Đơn của bạn đang trên đường, dự kiến giao thứ Sáu, 27/11." in vietnamese
    assert "Your order is on its way, expected on Friday 27 Nov." in english


def test_times_are_shown_in_vietnamese_time(client, customer, friday_noon):
    event = event_payload("picked_up", at=NOON.replace(hour=18))

    assert "01:00, 21/11/2026" in owners_page(client, customer, shipments=[shipment_payload(events=[event])])


def test_a_late_order_says_why(client, customer, friday_noon):
    news = [
        event_payload("in_transit", at=NOON - timedelta(days=3), event_id="1"),
        event_payload(code="410", at=NOON - timedelta(days=1), event_id="2", reason="weather"),
    ]
    parcels = [shipment_payload(carrier="ghtk", events=news)]

    text = owners_page(client, customer, shipments=parcels, promised_until=NOON.date() - timedelta(days=1))

    assert "Trễ hơn hẹn (thứ Năm, 19/11): thời tiết xấu trên đường đi." in text


def test_progress_is_counted_in_pieces(client, customer):
    parcels = [
        shipment_payload("delivered", key="a", contents={"1": 2}),
        shipment_payload("in_transit", key="b", contents={"1": 1}),
    ]

    text = owners_page(client, customer, lines=[line_payload(quantity=3)], shipments=parcels)

    assert "đã giao 2/3 món" in text
    assert "Kiện 1/2" in text


def test_a_problem_comes_with_the_next_step(client, customer):
    text = owners_page(client, customer, shipments=[shipment_payload("out_for_delivery", "attempt_failed")])

    assert "Hãng vận chuyển chưa giao được đơn của bạn." in text
    assert "Bạn có thể làm gì" in text


def test_the_carriers_words_are_there_on_demand_and_harmless(client, customer):
    event = event_payload(code="moon", text="<img src=x onerror=alert(1)> \u202egnp.exe")

    text = owners_page(client, customer, shipments=[shipment_payload(events=[event])])

    assert "Trạng thái chưa nhận ra" in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img src=x" not in text and "\u202e" not in text


@pytest.mark.parametrize(
    ("carrier", "link"),
    [("ghn", "https://donhang.ghn.vn/?order_code=A%26b%3D1"), ("javascript:alert(1)//", None), ("lạ", None)],
)
def test_only_carriers_of_our_list_are_linked(client, customer, carrier, link):
    text = owners_page(
        client, customer, shipments=[shipment_payload("picked_up", carrier=carrier, tracking_number="A&b=1")]
    )

    assert (link in text) if link else ('rel="external' not in text)


def test_a_corrected_event_is_no_longer_shown(client, customer):
    news = [
        event_payload("in_transit", at=NOON, event_id="1"),
        event_payload("delivered", at=NOON + timedelta(hours=1), event_id="2", text="giao nhầm"),
        event_payload("in_transit", at=NOON + timedelta(hours=2), event_id="3", corrects="2"),
    ]

    text = owners_page(client, customer, shipments=[shipment_payload(events=news)])

    assert "giao nhầm" not in text


def test_news_that_came_late_is_marked_but_history_is_not(client, customer, time_machine):
    time_machine.move_to(NOON, tick=False)
    parcels = [shipment_payload(events=[event_payload("picked_up", at=NOON - timedelta(days=2), event_id="1")])]
    assert "báo muộn" not in owners_page(client, customer, number="A", shipments=parcels)

    time_machine.shift(timedelta(days=1))
    late = event_payload("in_transit", at=NOON + timedelta(hours=2), event_id="2")
    parcels = [shipment_payload(events=[late])]

    assert "báo muộn" in owners_page(client, customer, number="A", shipments=parcels)


def test_a_silent_carrier_is_named_silent(client, customer, time_machine):
    time_machine.move_to(NOON + timedelta(days=9, minutes=1), tick=False)

    assert "không báo tin gì trong 9 ngày qua" in owners_page(
        client, customer, shipments=[shipment_payload("in_transit")]
    )


def test_an_order_without_parcels_says_so(client, customer):
    assert "Chưa có kiện hàng nào" in owners_page(client, customer)


@pytest.mark.parametrize(("parcels", "events"), [(1, 3), (8, 40)])
def test_the_page_costs_the_same_whatever_its_size(client, customer, parcels, events, django_assert_max_num_queries):
    order = make_order(
        customer=customer,
        lines=[line_payload(str(at)) for at in range(20)],
        shipments=[
            shipment_payload(*["in_transit"] * events, key=f"p{at}", contents={str(at): 1}) for at in range(parcels)
        ],
    )
    client.force_login(customer)
    client.get(reverse("orders"))  # what every page shows is at hand then

    with django_assert_max_num_queries(12):
        assert client.get(reverse("order_detail", args=[order.reference])).status_code == 200


def test_today_is_vietnams_today(time_machine):
    # 23:30 in Viet Nam is still the 20th; in Greenwich it is 16:30.
    time_machine.move_to("2026-11-20T23:30:00+07:00", tick=False)

    assert timezone.localdate() == NOON.date()
