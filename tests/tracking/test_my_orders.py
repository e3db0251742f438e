"""The list of a customer's orders, the boxes on the home page and the account's summary."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from personalization.preferences import PERSONALIZATION
from personalization.visitor import Visitor
from tests.factories.personalization import store_preferences
from tests.factories.tracking import NOON, line_payload, make_order, order_event_payload, shipment_payload
from tracking import selectors, visitor_facts
from tracking.home_modules import OpenOrders, OrdersInTrouble

pytestmark = pytest.mark.django_db
URL = "/vi/orders/"


def visitor_of(user, rf) -> Visitor:
    request = rf.get("/vi/")
    request.user = user
    return Visitor(request)


def test_a_customer_without_orders_is_told_where_they_would_be(client, customer):
    client.force_login(customer)

    text = client.get(URL).content.decode()

    assert "Chưa có đơn hàng nào" in text
    assert "Tra cứu đơn khác" in text


def test_a_customer_sees_their_own_orders_latest_first(client, customer, other_customer):
    make_order(customer=customer, number="DON-CU", placed_at=NOON - timedelta(days=3))
    make_order(customer=customer, number="DON-MOI", placed_at=NOON)
    make_order(customer=other_customer, number="DON-KHAC")
    client.force_login(customer)

    text = client.get(URL).content.decode()

    assert text.index("DON-MOI") < text.index("DON-CU")
    assert "DON-KHAC" not in text
    assert "2 đơn, mới nhất ở trên" in text


@pytest.mark.parametrize(
    ("page", "shown"), [("1", "T-10"), ("2", "T-00"), ("99", "T-00"), ("-3", "T-00"), ("abc", "T-10"), ("", "T-10")]
)
def test_a_page_number_out_of_range_shows_a_page_that_exists(client, customer, page, shown):
    for at in range(11):
        make_order(customer=customer, number=f"T-{at:02}", placed_at=NOON + timedelta(hours=at))
    client.force_login(customer)

    response = client.get(URL, {"page": page})

    assert response.status_code == 200
    assert shown in response.content.decode()


@pytest.mark.parametrize("orders", [1, 25])
def test_the_list_costs_the_same_whatever_its_length(client, customer, orders, django_assert_max_num_queries):
    for _ in range(orders):
        make_order(
            customer=customer,
            lines=[line_payload("1"), line_payload("2")],
            shipments=[shipment_payload("picked_up"), shipment_payload("in_transit", key="p2")],
        )
    client.force_login(customer)

    with django_assert_max_num_queries(12):
        client.get(URL)


def test_the_title_names_the_first_item_and_counts_the_others(customer):
    make_order(customer=customer, lines=[line_payload("1", title="Nồi"), line_payload("2"), line_payload("3")])

    assert selectors.orders_page(customer, 1).object_list[0].title == "Nồi và 2 món khác"


def test_the_account_summary_counts(customer):
    make_order(customer=customer, shipments=[shipment_payload("delivered")])
    make_order(customer=customer, shipments=[shipment_payload("attempt_failed")])
    make_order(customer=customer, events=[order_event_payload("cancelled")])

    summary = selectors.account_summary(customer, latest=2)

    assert (summary.total, summary.open, summary.needs_attention, len(summary.latest)) == (3, 1, 1, 2)


def test_boxes_part_trouble_from_the_rest(rf, customer):
    quiet = make_order(customer=customer, shipments=[shipment_payload("in_transit")])
    failed = make_order(customer=customer, shipments=[shipment_payload("attempt_failed")])
    late = make_order(customer=customer, promised_until=timezone.localdate() - timedelta(days=1))
    make_order(customer=customer, shipments=[shipment_payload("delivered")])
    store_preferences(customer, consents=frozenset({PERSONALIZATION}))
    visitor = visitor_of(customer, rf)

    trouble, on_the_way = OrdersInTrouble().content(visitor), OpenOrders().content(visitor)

    assert {order.reference for order in trouble["orders"]} == {failed.reference, late.reference}
    assert [order.reference for order in on_the_way["orders"]] == [quiet.reference]
    assert OrdersInTrouble().reason(visitor, trouble).fact == "tracking.orders_in_trouble"


def test_boxes_have_nothing_for_a_guest_or_a_customer_without_orders(rf, customer):
    from django.contrib.auth.models import AnonymousUser

    for user in (AnonymousUser(), customer):
        visitor = visitor_of(user, rf)
        assert OpenOrders().content(visitor) is None
        assert OrdersInTrouble().content(visitor) is None


def test_the_home_page_shows_the_boxes_after_consent_only(client, customer, site_tree):
    make_order(customer=customer, shipments=[shipment_payload("in_transit")])
    client.force_login(customer)

    before = client.get("/vi/").content.decode()
    store_preferences(customer)
    after = client.get("/vi/").content.decode()

    assert "Đơn hàng đang đến với bạn" not in before
    assert "Đơn hàng đang đến với bạn" in after


def test_facts_count_and_are_silent_without_consent(rf, customer):
    make_order(customer=customer, shipments=[shipment_payload("in_transit")])
    make_order(customer=customer, shipments=[shipment_payload("delivered")])
    silent = visitor_of(customer, rf).facts.ask(visitor_facts.open_orders)
    store_preferences(customer)
    facts = visitor_of(customer, rf).facts

    assert silent == 0
    assert facts.ask(visitor_facts.open_orders) == 1
    assert facts.ask(visitor_facts.orders_in_trouble) == 0


def test_what_came_this_week_is_counted(rf, customer, time_machine):
    time_machine.move_to(NOON + timedelta(days=6), tick=False)
    make_order(customer=customer, shipments=[shipment_payload("delivered")])
    store_preferences(customer)

    this_week = visitor_of(customer, rf).facts.ask(visitor_facts.delivered_this_week)
    time_machine.shift(timedelta(days=2))
    next_week = visitor_of(customer, rf).facts.ask(visitor_facts.delivered_this_week)

    assert (this_week, next_week) == (1, 0)


def test_the_registry_lists_our_boxes(capsys):
    call_command("show_home_modules")

    assert {"tracking.open_orders", "tracking.orders_in_trouble"} <= set(capsys.readouterr().out.split())
