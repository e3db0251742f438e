"""Returns from the request to the money: who may ask for what, every step an event, nothing twice."""

from datetime import timedelta

import pytest

from tests.factories.tracking import (
    NOON,
    event_payload,
    line_payload,
    make_delivered_order,
    make_order,
    make_return,
    make_terms,
    order_event_payload,
    order_payload,
    return_choice,
    shipment_payload,
)
from tracking.models import AuditEntry, OrderEvent, ReturnRequest, TrackingEvent
from tracking.services import (
    MoveNotAllowed,
    ParcelEvent,
    ReturnRefused,
    approve_return,
    attach_return_parcel,
    erase_orders,
    exchange_return,
    ingest_orders,
    receive_return,
    record_events,
    refund_return,
    reject_return,
    stale_orders,
    withdraw_return,
)
from tracking.statuses import OrderHeadline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "terms")]


@pytest.fixture
def order():
    return make_delivered_order()


def test_a_request_keeps_what_was_asked_and_what_will_come_back(order, customer):
    choice = return_choice(order, condition="opened")

    request = make_return(order, choice, user=customer)

    line = request.lines.get()
    assert (line.quantity, line.reason, line.condition, line.fee_amount) == (1, "changed_mind", "opened", 219_000)
    assert (request.status, request.expected_refund_amount) == ("requested", 1_971_000)
    assert request.requested_by == customer
    assert order.events.filter(kind="return_requested", subject_key=f"return:{request.number}").exists()


def test_the_same_form_sent_twice_makes_one_return(order):
    first = make_return(order)

    assert make_return(order) == first
    assert ReturnRequest.objects.count() == 1
    assert order.events.filter(kind="return_requested").count() == 1


def test_what_is_in_a_return_cannot_go_back_again(order):
    make_return(order)

    with pytest.raises(ReturnRefused) as refused:
        make_return(order, request_key="r2")

    assert list(refused.value.problems) == [order.lines.get().pk]
    assert ReturnRequest.objects.count() == 1


def test_a_refused_return_frees_its_pieces(order, agent):
    request = make_return(order)

    reject_return(number=request.number, actor=agent, text="Máy đã in quá 200 trang")

    assert make_return(order, request_key="r2").status == "requested"


@pytest.mark.parametrize(
    ("choices", "where"),
    [
        (lambda order: [], 0),
        (lambda order: [return_choice(order), return_choice(order)], 0),
        (lambda order: [return_choice(order, quantity=2)], 1),
        (lambda order: [return_choice(make_delivered_order())], 0),
    ],
)
def test_a_faulty_request_is_refused_whole(order, choices, where):
    chosen = choices(order)

    with pytest.raises(ReturnRefused) as refused:
        make_return(order, *chosen) if chosen else _request_nothing(order)

    assert list(refused.value.problems) == [order.lines.get().pk if where else 0]
    assert not order.returns.exists()


def _request_nothing(order):
    from tracking.aftersales.states import Remedy
    from tracking.services import request_return

    return request_return(reference=order.reference, choices=[], remedy=Remedy.REFUND, request_key="r1")


def test_after_the_window_a_return_is_refused_with_the_last_day(order, today):
    today.move_to(NOON + timedelta(days=16))

    with pytest.raises(ReturnRefused, match="05/12/2026"):
        make_return(order)


def test_an_order_goes_by_the_rules_of_its_day(today):
    make_terms(valid_from=(NOON + timedelta(days=1)).date(), return_days=1)
    order = make_delivered_order()

    today.move_to(NOON + timedelta(days=10))

    assert make_return(order).status == "requested"


def test_a_sku_has_its_own_rules_before_its_product():
    make_terms("NM-R9", return_days=0)
    make_terms("R9-SET", return_days=30)
    lines = (
        line_payload("1", product_code="NM-R9", sku="NM-R9-W"),
        line_payload("2", product_code="NM-R9", sku="R9-SET"),
    )
    order = make_delivered_order(lines=lines)

    assert make_return(order, return_choice(order, line=1)).status == "requested"
    with pytest.raises(ReturnRefused):
        make_return(order, return_choice(order), request_key="r2")


def test_a_return_goes_its_way_step_by_step_and_the_order_follows(order, agent):
    number = make_return(order).number
    order.refresh_from_db()
    assert order.headline == OrderHeadline.DELIVERED

    approve_return(number=number, actor=agent)
    order.refresh_from_db()
    assert order.headline == OrderHeadline.RETURN_IN_PROGRESS

    receive_return(number=number, actor=agent)
    assert order.lines.get().returned_quantity == 1

    request = refund_return(number=number, actor=agent, amount=2_190_000)
    order.refresh_from_db()
    assert (request.status, request.refund_amount) == ("refunded", 2_190_000)
    assert order.headline == OrderHeadline.CLOSED
    assert list(stale_orders()) == []
    assert AuditEntry.objects.filter(subject=f"return:{number}").count() == 3


def test_a_step_made_twice_is_made_once(order, agent):
    number = make_return(order).number

    approve_return(number=number, actor=agent)
    approve_return(number=number, actor=agent)

    assert OrderEvent.objects.filter(kind="return_approved").count() == 1


def test_steps_cannot_be_skipped_or_taken_back(order, agent):
    number = make_return(order).number

    with pytest.raises(MoveNotAllowed):
        refund_return(number=number, actor=agent, amount=1)
    withdraw_return(number=number)
    for move in (approve_return, receive_return, exchange_return):
        with pytest.raises(MoveNotAllowed):
            move(number=number, actor=agent)

    assert ReturnRequest.objects.get().status == "withdrawn"


def test_a_return_travels_as_a_parcel_of_its_own(order, agent):
    number = make_return(order).number
    approve_return(number=number, actor=agent)

    attach_return_parcel(number=number, carrier="ghtk", tracking_number="DT1", actor=agent)
    parcel = attach_return_parcel(number=number, carrier="ghtk", tracking_number="DT2", actor=agent)
    record_events([ParcelEvent("ghtk", "DT2", event_payload(code="5"))], source="ghtk")

    assert ReturnRequest.objects.get().shipment == parcel
    assert order.shipments.count() == 2
    parcel.refresh_from_db()
    assert (parcel.status, parcel.direction) == ("delivered", "return")
    assert parcel.lines.get().quantity == 1


def test_the_shops_next_report_of_the_order_leaves_the_return_alone(order, agent):
    number = make_return(order).number
    approve_return(number=number, actor=agent)
    attach_return_parcel(number=number, carrier="ghtk", tracking_number="DT1", actor=agent)
    payload = order_payload(order.external_number, recipient_name="Khác", shipments=[shipment_payload(key="p1")])

    ingest_orders([payload], source="shop")

    assert ReturnRequest.objects.get().shipment.lines.get().quantity == 1


def test_a_return_that_the_shops_own_system_settles_is_reported_by_events(order):
    number = make_return(order).number
    kinds = ("return_approved", "return_received", "return_refunded")
    events = [
        order_event_payload(kind, at=NOON + timedelta(days=6, hours=hour), return_number=number)
        for hour, kind in enumerate(kinds)
    ]

    ingest_orders([order_payload(order.external_number, events=events)], source="shop")

    assert ReturnRequest.objects.get().status == "refunded"


def test_an_order_that_has_not_arrived_cannot_be_sent_back():
    order = make_order(shipments=[shipment_payload("in_transit")])

    with pytest.raises(ReturnRefused):
        make_return(order)


def test_erasing_orders_takes_their_returns(order):
    make_return(order)

    erase_orders(source="shop")

    assert not ReturnRequest.objects.exists()
    assert not TrackingEvent.objects.exists()


def test_asking_costs_the_same_for_one_line_and_for_many(order, django_assert_max_num_queries):
    lines = tuple(line_payload(str(at)) for at in range(1, 6))
    big = make_delivered_order(lines=lines)
    choices = [return_choice(big, line=at) for at in range(5)]

    with django_assert_max_num_queries(36):
        make_return(order)
    with django_assert_max_num_queries(36):
        make_return(big, *choices)
