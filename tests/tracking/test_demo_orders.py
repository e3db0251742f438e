"""The demo's sixty orders: every state, stable references, dates relative to today."""

from datetime import timedelta

import pytest
from django.core import mail

from portal.demo import orders, people
from tests.factories.access import link_in
from tests.tracking.test_lookup import look_up
from tracking.models import Order, OrderEvent, Shipment, TrackingEvent
from tracking.services import stale_orders
from tracking.statuses import OrderHeadline, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, time_machine):
    settings.DEMO = True
    time_machine.move_to("2026-11-20T15:00:00+07:00", tick=False)
    people.load(refresh=False)
    orders.load(refresh=False)
    return time_machine


def test_there_are_sixty_orders_with_their_owners(demo):
    owners = list(Order.objects.values_list("customer__email", flat=True))

    assert len(owners) == 60
    assert owners.count("khach@nhamay.example") == 14
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
    assert Order.objects.count() == 60


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

    assert Order.objects.count() == 60
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
