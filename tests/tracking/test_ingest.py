"""The single door for orders and news: idempotent, in bulk, with an answer for each item."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.management import call_command
from pydantic import ValidationError

from tests.factories.tracking import (
    NOON,
    event_payload,
    line_payload,
    make_order,
    order_event_payload,
    order_payload,
    shipment_payload,
)
from tracking.models import Order, Shipment, TrackingEvent
from tracking.services import OrderPayload, ParcelEvent, claim_orders, ingest_orders, record_events, stale_orders
from tracking.services.ingest import MAX_BATCH, BatchTooLarge
from tracking.statuses import OrderHeadline, Status

pytestmark = pytest.mark.django_db


def test_an_order_sent_again_changes_nothing():
    payload = order_payload(
        shipments=[shipment_payload("picked_up", "in_transit")], events=[order_event_payload("paid")]
    )
    first = ingest_orders([payload], source="erp")

    again = ingest_orders([payload], source="erp")

    assert (first.count("created"), again.count("unchanged")) == (1, 1)
    assert TrackingEvent.objects.count() == 2
    assert first.items[0].reference == again.items[0].reference


def test_a_changed_order_is_updated_in_place():
    order = make_order(number="A", lines=[line_payload("1"), line_payload("2")], source="erp")
    payload = order_payload("A", lines=[line_payload("2", quantity=5)], recipient_name="Nguyễn An")

    result = ingest_orders([payload], source="erp")

    order.refresh_from_db()
    assert result.count("updated") == 1
    assert order.recipient_name == "Nguyễn An"
    assert [(line.line_key, line.quantity) for line in order.lines.all()] == [("2", 5)]


def test_the_same_number_from_two_sources_is_two_orders():
    ingest_orders([order_payload("A")], source="erp")
    ingest_orders([order_payload("A")], source="market")

    assert Order.objects.count() == 2


def test_a_faulty_item_does_not_stop_the_others():
    make_order(shipments=[shipment_payload(tracking_number="G1")])
    payloads = [
        order_payload("B", shipments=[shipment_payload(tracking_number="G1")]),
        order_payload("C"),
        order_payload("C"),
    ]

    result = ingest_orders(payloads, source="erp")

    assert [item.outcome for item in result.items] == ["rejected", "created", "rejected"]
    assert result.items[0].field == "tracking_number"


def test_events_in_any_order_and_number_give_the_same_state():
    make_order(number="A", shipments=[shipment_payload(tracking_number="G1")])
    news = [
        ParcelEvent("ghn", "G1", event_payload(code=code, at=NOON + timedelta(hours=hour), event_id=f"e{hour}"))
        for hour, code in enumerate(("picked", "transporting", "delivering", "delivered"))
    ]

    outcomes = [record_events([item], source="ghn")[0].outcome for item in (*reversed(news), *news)]

    assert outcomes == ["accepted"] * 4 + ["repeated"] * 4
    assert Shipment.objects.get().status == Status.DELIVERED
    assert Order.objects.get().headline == OrderHeadline.DELIVERED


def test_an_event_without_an_id_is_still_accepted_once():
    make_order(shipments=[shipment_payload(tracking_number="G1")])
    item = ParcelEvent("ghn", "G1", event_payload(code="picked", place="Kho A"))

    outcomes = [record_events([item], source="ghn")[0].outcome for _ in range(2)]

    assert outcomes == ["accepted", "repeated"]


def test_news_of_an_unknown_parcel_is_named_and_the_rest_is_stored():
    make_order(shipments=[shipment_payload(tracking_number="G1")])
    event = event_payload(code="picked")

    results = record_events([ParcelEvent("ghn", "G2", event), ParcelEvent("ghn", "G1", event)], source="ghn")

    assert [result.outcome for result in results] == ["unknown_parcel", "accepted"]


def test_an_unknown_code_is_kept_with_the_carriers_words(caplog):
    make_order(shipments=[shipment_payload(tracking_number="G1")])
    event = event_payload(code="drone_loading", text="Đang xếp lên máy bay")

    record_events([ParcelEvent("ghn", "G1", event)], source="ghn")

    stored = TrackingEvent.objects.get()
    assert (stored.status, stored.raw_code, stored.raw_text) == ("unknown", "drone_loading", "Đang xếp lên máy bay")
    assert "drone_loading" in caplog.text


def test_a_time_ahead_of_our_clock_is_marked(time_machine):
    time_machine.move_to(NOON)
    make_order(shipments=[shipment_payload(tracking_number="G1")])
    event = event_payload("delivered", at=NOON + timedelta(hours=3))

    record_events([ParcelEvent("ghn", "G1", event)], source="ghn")

    assert TrackingEvent.objects.get().is_ahead_of_clock
    assert Shipment.objects.get().status == Status.PRE_TRANSIT


def test_the_time_zone_of_the_source_is_kept():
    tokyo_noon = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
    make_order(shipments=[shipment_payload(tracking_number="G1", events=[event_payload("picked_up", at=tokyo_noon)])])

    stored = TrackingEvent.objects.get()

    assert stored.occurred_at == datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert stored.utc_offset_minutes == 540


def test_decomposed_names_are_stored_composed_and_without_tricks():
    name = unicodedata.normalize("NFD", "Nguyễn Thị Hoà") + "\u202e\x00"

    order = make_order(recipient_name=name)

    assert order.recipient_name == "Nguyễn Thị Hoà"


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_email": "", "contact_phone": ""},
        {"contact_email": "an"},
        {"contact_phone": "12"},
        {"lines": []},
        {"lines": [line_payload("1"), line_payload("1")]},
        {"placed_at": datetime(2026, 1, 1)},  # noqa: DTZ001  the point: no zone
        {"shipping_amount": 1.5},
        {"cod_amount": -1},
        {"currency": "đồng"},
        {"shipments": [shipment_payload(contents={"9": 1})]},
        {"unheard_of": 1},
        {"reference": "0000000001"},
    ],
)
def test_an_impossible_order_cannot_even_be_built(fields):
    with pytest.raises(ValidationError):
        order_payload(**fields)


def test_a_batch_has_a_limit():
    with pytest.raises(BatchTooLarge):
        ingest_orders([order_payload(str(number)) for number in range(MAX_BATCH + 1)], source="erp")


def test_a_large_batch_costs_as_many_queries_as_a_small_one(django_assert_max_num_queries):
    payloads = [order_payload(shipments=[shipment_payload("picked_up", tracking_number=f"G{at}")]) for at in range(60)]

    with django_assert_max_num_queries(40):
        result = ingest_orders(payloads, source="erp")

    assert result.count("created") == 60


def test_an_order_belongs_to_whoever_proved_its_address():
    user = get_user_model().objects.create_user("an@example.com")
    address = EmailAddress.objects.create(user=user, email=user.email, verified=False)

    unproved = make_order()
    address.verified = True
    address.save()
    claimed = claim_orders(user=user)
    later = make_order()

    unproved.refresh_from_db()
    assert claimed == 1
    assert unproved.customer == later.customer == user


def test_confirming_an_address_claims_its_orders(rf):
    from allauth.account.signals import email_confirmed

    order = make_order()
    user = get_user_model().objects.create_user("an@example.com")
    address = EmailAddress.objects.create(user=user, email=user.email, verified=True)

    email_confirmed.send(EmailAddress, request=rf.get("/"), email_address=address)

    order.refresh_from_db()
    assert order.customer == user


def test_the_stored_state_is_what_the_events_add_up_to(capsys):
    order = make_order(shipments=[shipment_payload("picked_up", "delivered")])
    assert list(stale_orders()) == []

    Shipment.objects.update(status="lost")
    Order.objects.update(headline="closed")
    with pytest.raises(SystemExit):
        call_command("rebuild_tracking_state", check=True)
    call_command("rebuild_tracking_state")
    capsys.readouterr()
    call_command("rebuild_tracking_state", check=True)

    order.refresh_from_db()
    assert order.headline == OrderHeadline.DELIVERED
    assert capsys.readouterr().out == "0 differences\n"


def test_parcels_without_contents_count_as_one_piece_each():
    shipments = [shipment_payload("delivered", key="a"), shipment_payload("in_transit", key="b")]

    order = make_order(lines=[line_payload(quantity=4)], shipments=shipments)

    assert order.headline == OrderHeadline.PARTLY_DELIVERED


def test_payloads_come_from_json_as_well():
    payload = OrderPayload.model_validate_json(order_payload("A").model_dump_json())

    assert payload == order_payload("A")
