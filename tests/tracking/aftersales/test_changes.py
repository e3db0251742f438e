"""Cancelling and changing the address before dispatch: once, in time, and the parcel's own news win."""

from datetime import timedelta

import pytest

from tests.factories.tracking import (
    NOON,
    award,
    event_payload,
    make_delivered_order,
    make_order,
    order_event_payload,
    order_payload,
    shipment_payload,
)
from tracking.models import AddressChange, OrderEvent
from tracking.services import (
    ChangeRefused,
    ParcelEvent,
    account_of_user,
    cancel_order,
    change_address,
    ingest_orders,
    ledger_differences,
    record_events,
    redeem_points,
    stale_orders,
)
from tracking.statuses import OrderHeadline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

OLD, NEW = "1 Phố Cũ, Phường Một, Hà Nội", "2 Phố Mới, Phường Hai, Đà Nẵng"


@pytest.fixture
def order():
    parcel = shipment_payload("pre_transit", tracking_number="GHN1")
    return make_order(number="T-C", shipments=[parcel], events=[order_event_payload("paid")], recipient_address=OLD)


def test_an_order_is_cancelled_once(order):
    assert cancel_order(reference=order.reference).is_new is True
    assert cancel_order(reference=order.reference).is_new is False

    order.refresh_from_db()
    assert order.headline == OrderHeadline.CANCELLED
    assert OrderEvent.objects.filter(kind="cancelled").count() == 1
    assert list(stale_orders()) == []


def test_an_order_that_was_packed_all_the_same_is_shown_as_what_it_is(order):
    cancel_order(reference=order.reference)

    record_events([ParcelEvent("ghn", "GHN1", event_payload("picked_up", at=NOON + timedelta(days=6)))], source="ghn")

    order.refresh_from_db()
    assert order.headline == OrderHeadline.SHIPPED


def test_points_used_for_a_cancelled_order_come_back(order, customer, today):
    owner = account_of_user(user=customer)
    award(owner, 100, expires_on=NOON.date() + timedelta(days=30))
    redeem_points(owner=owner, points=60, key="use-1", order_reference=order.reference)

    cancel_order(reference=order.reference)
    cancel_order(reference=order.reference)

    assert owner.ledger_accounts.get().balance == 100
    assert list(ledger_differences()) == []


@pytest.mark.parametrize("change", [cancel_order, lambda reference: change_address(reference=reference, address=NEW)])
def test_what_has_left_or_is_being_packed_is_not_changed(change):
    packed = make_order(changes_until=NOON)

    for order in (make_delivered_order(), packed):
        with pytest.raises(ChangeRefused) as refused:
            change(reference=order.reference)
        assert refused.value.offer.sentence


def test_a_new_address_stands_until_the_shop_has_read_it(order):
    change_address(reference=order.reference, address=NEW)
    order.refresh_from_db()
    assert (order.recipient_address, order.recipient_province) == (NEW, "Đà Nẵng")

    ingest_orders([order_payload("T-C", recipient_address=OLD, recipient_name="An")], source="shop")
    order.refresh_from_db()
    assert order.recipient_address == NEW

    ingest_orders([order_payload("T-C", recipient_address=NEW)], source="shop")
    ingest_orders([order_payload("T-C", recipient_address=OLD)], source="shop")
    order.refresh_from_db()
    assert order.recipient_address == OLD
    assert AddressChange.objects.get().settled_at is not None


def test_an_address_may_be_changed_again_and_the_history_does_not_hold_it(order):
    change_address(reference=order.reference, address=NEW)
    change_address(reference=order.reference, address="3 Phố Ba, Phường Ba, Cần Thơ")
    repeated = change_address(reference=order.reference, address="3 Phố Ba, Phường Ba, Cần Thơ")

    change = AddressChange.objects.get()
    assert (change.old_address, change.new_address) == (OLD, "3 Phố Ba, Phường Ba, Cần Thơ")
    assert repeated.is_new is False
    assert list(OrderEvent.objects.filter(kind="address_changed").values_list("text", flat=True)) == ["", ""]


@pytest.mark.parametrize("typed", ["", "  \n\t", "\x00\u202e"])
def test_an_empty_address_is_refused(order, typed):
    with pytest.raises(ChangeRefused):
        change_address(reference=order.reference, address=typed)


def test_a_very_long_address_is_cut_and_cleaned(order):
    change_address(reference=order.reference, address="x\x00" * 5000)

    order.refresh_from_db()
    assert len(order.recipient_address) == 300
    assert "\x00" not in order.recipient_address
