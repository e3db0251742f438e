"""The demo's sixty-one orders: every state, stable references, dates relative to today."""

from datetime import timedelta

import pytest
from django.core import mail

from portal.demo import aftersales, orders, people
from portal.models import User
from tests.factories.access import link_in
from tests.tracking.test_lookup import look_up
from tracking import selectors
from tracking.models import LedgerEntry, Order, OrderEvent, ReturnRequest, Shipment, TrackingEvent, WarrantyClaim
from tracking.services import ledger_differences, stale_orders
from tracking.statuses import OrderHeadline, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, time_machine):
    settings.DEMO = True
    time_machine.move_to("2026-11-20T15:00:00+07:00", tick=False)
    people.load(refresh=False)
    orders.load(refresh=False)
    aftersales.load(refresh=False)
    return time_machine


def test_there_are_sixty_one_orders_with_their_owners(demo):
    owners = list(Order.objects.values_list("customer__email", flat=True))

    assert len(owners) == 61
    assert owners.count("khach@nhamay.example") == 15
    assert owners.count("khach2@nhamay.example") == 8


def test_the_sample_order_has_a_letter_with_a_link(settings, client, sending):
    settings.DEMO = True
    people.load(refresh=False)
    with sending():
        orders.load(refresh=False)

    [letter] = mail.outbox
    assert letter.to == [orders.SAMPLE_ORDER.email]
    assert client.post(link_in(letter)).status_code == 302


def test_every_state_is_there(demo):
    headlines = set(Order.objects.values_list("headline", flat=True))
    statuses = set(Shipment.objects.values_list("status", flat=True))
    events = set(TrackingEvent.objects.values_list("status", flat=True))

    assert headlines == set(OrderHeadline.values)
    assert {"lost", "damaged", "returned", "cancelled", "ready_for_pickup", "delivered_reported"} <= statuses
    assert Status.UNKNOWN in events and "" in events
    assert list(stale_orders()) == []


def test_loading_again_changes_nothing(demo):
    before = (OrderEvent.objects.count(), TrackingEvent.objects.count())
    demo.shift(timedelta(days=2))

    orders.load(refresh=False)

    assert (OrderEvent.objects.count(), TrackingEvent.objects.count()) == before


def test_refreshing_moves_the_dates_and_keeps_the_references(demo):
    before = Order.objects.get(external_number="NM-10001")
    demo.shift(timedelta(days=10))

    orders.load(refresh=True)

    after = Order.objects.get(external_number="NM-10001")
    assert after.reference == before.reference
    assert after.placed_at - before.placed_at == timedelta(days=10)
    assert Order.objects.count() == 61


def test_nothing_of_the_story_lies_in_the_future(demo):
    from django.utils import timezone

    assert not TrackingEvent.objects.filter(occurred_at__gt=timezone.now()).exists()
    assert not Order.objects.filter(placed_at__gt=timezone.now()).exists()


@pytest.mark.parametrize(
    "moment", ["2026-11-20T00:10:00+07:00", "2026-11-20T09:00:00+07:00", "2026-11-20T23:50:00+07:00"]
)
def test_the_story_can_be_told_at_any_hour(settings, time_machine, moment):
    settings.DEMO = True
    time_machine.move_to(moment, tick=False)
    people.load(refresh=False)

    orders.load(refresh=False)

    assert Order.objects.count() == 61
    assert set(Order.objects.values_list("headline", flat=True)) == set(OrderHeadline.values)


def test_the_printed_sample_opens(demo, client):
    sample = orders.SAMPLE_ORDER

    response = look_up(client, sample.number, sample.email)

    assert response.status_code == 302
    assert client.get(response["Location"]).status_code == 200


def test_nobody_real_is_in_the_demo(demo):
    for email, phone in Order.objects.values_list("contact_email", "contact_phone"):
        assert email.endswith(("@example.com", "@nhamay.example"))
        assert phone.startswith("+8410")


def test_there_is_something_of_everything_after_the_sale(demo):
    customer = User.objects.get(email="khach@nhamay.example")
    covers = {row.cover.value for row in selectors.warranties_of(customer)}
    options = {
        option.eligibility.verdict
        for reference in customer.orders.values_list("reference", flat=True)
        for option in selectors.return_options(reference)
    }
    points = selectors.points_of(customer)
    kinds = {str(entry.kind) for entry in selectors.ledger_page(customer, 1).object_list}

    assert {"running", "ends_soon", "not_started"} <= covers
    assert {"allowed", "window_over", "not_delivered", "already_returned", "cancelled"} <= options
    assert [(one.status.value, one.parcel_status.value) for one in selectors.returns_of(customer)] == [
        ("approved", "in_transit")
    ]
    assert points.balance.usable > 0
    assert points.balance.waiting > 0
    assert points.balance.next_expiry_points < points.balance.usable
    assert {"Điểm tích được", "Điểm cửa hàng tặng", "Điểm đã dùng", "Điểm hết hạn"} <= kinds
    assert selectors.tier_of(customer).name == "Mây Hồng"
    assert list(ledger_differences()) == []


def test_what_came_after_the_sale_is_made_once(demo):
    before = (LedgerEntry.objects.count(), ReturnRequest.objects.count(), WarrantyClaim.objects.count())

    aftersales.load(refresh=False)

    assert (LedgerEntry.objects.count(), ReturnRequest.objects.count(), WarrantyClaim.objects.count()) == before


def test_a_refreshed_demo_has_its_return_and_its_claim_again(demo):
    demo.shift(timedelta(days=10))
    orders.load(refresh=True)

    aftersales.load(refresh=True)

    assert (ReturnRequest.objects.count(), WarrantyClaim.objects.count()) == (1, 1)
    assert list(stale_orders()) == []
