"""Carriers' codes: what the tables say, and that nothing is guessed."""

import pytest

from tests.factories.tracking import event_payload, make_order, shipment_payload
from tracking.carriers import CARRIERS, Meaning, carrier_name, meaning_of, tracking_url
from tracking.statuses import Flag, Status

S = Status
# Every code that the carriers publish, by what it has to mean here.
GHN = {
    S.PRE_TRANSIT: "ready_to_pick picking money_collect_picking",
    S.PICKED_UP: "picked",
    S.IN_TRANSIT: "storing sorting transporting",
    S.OUT_FOR_DELIVERY: "delivering money_collect_delivering",
    S.ATTEMPT_FAILED: "delivery_fail",
    S.DELIVERED: "delivered",
    S.AWAITING_RETURN: "waiting_to_return",
    S.RETURNING: "return return_sorting return_transporting returning",
    S.RETURNED: "returned",
    S.CANCELLED: "cancel",
    S.LOST: "lost",
    S.DAMAGED: "damage damaged",
    S.EXCEPTION: "exception return_fail",
}
GHTK = {
    S.PRE_TRANSIT: "1 2 12",
    S.PICKUP_FAILED: "7 127",
    S.PICKED_UP: "123",
    S.IN_TRANSIT: "3",
    S.OUT_FOR_DELIVERY: "4",
    S.ATTEMPT_FAILED: "49",
    S.DELIVERED_REPORTED: "45",
    S.DELIVERED: "5 6 return_part_package",
    S.AWAITING_RETURN: "9",
    S.RETURNING: "20",
    S.RETURNED: "21 11",
    S.CANCELLED: "-1",
    S.EXCEPTION: "13",
    None: "8 10 128 410",
}
VIETTEL_POST = {
    S.PRE_TRANSIT: "-100 102 103 104",
    S.PICKED_UP: "105 200",
    S.IN_TRANSIT: "202 300 320 400",
    S.OUT_FOR_DELIVERY: "500 508",
    S.READY_FOR_PICKUP: "507",
    S.ATTEMPT_FAILED: "506",
    S.DELIVERED: "501",
    S.AWAITING_RETURN: "505",
    S.RETURNING: "502 515",
    S.RETURNED: "504",
    S.CANCELLED: "101 107 201 503",
}
AFTERSHIP = {
    S.PRE_TRANSIT: "Pending Pending_001 Pending_006 InfoReceived InfoReceived_001",
    S.PICKED_UP: "InTransit_002",
    S.IN_TRANSIT: "InTransit InTransit_001 InTransit_003 InTransit_009",
    S.OUT_FOR_DELIVERY: "OutForDelivery OutForDelivery_001 OutForDelivery_003 OutForDelivery_004",
    S.READY_FOR_PICKUP: "AvailableForPickup AvailableForPickup_001",
    S.ATTEMPT_FAILED: "AttemptFail AttemptFail_001 AttemptFail_002 AttemptFail_003",
    S.DELIVERED: "Delivered Delivered_001 Delivered_002 Delivered_003 Delivered_004 Delivered_005",
    S.AWAITING_RETURN: "Exception_003 Exception_008",
    S.RETURNING: "Exception_010",
    S.RETURNED: "Exception_011",
    S.DAMAGED: "Exception_012",
    S.LOST: "Exception_013",
    S.EXCEPTION: "Exception Exception_001 Exception_002 Exception_006 Exception_007 Exception_009 Exception_018",
    None: "Exception_004 Exception_005 Exception_016 Exception_017 Expired Expired_001",
}
SHOPIFY = {
    S.PRE_TRANSIT: "CONFIRMED LABEL_PURCHASED LABEL_PRINTED",
    S.PICKED_UP: "CARRIER_PICKED_UP",
    S.IN_TRANSIT: "IN_TRANSIT",
    S.OUT_FOR_DELIVERY: "OUT_FOR_DELIVERY",
    S.READY_FOR_PICKUP: "READY_FOR_PICKUP READY_FOR_RECIPIENT_PICKUP",
    S.ATTEMPT_FAILED: "ATTEMPTED_DELIVERY",
    S.DELIVERED: "DELIVERED PICKED_UP",
    S.RETURNING: "RETURNING_TO_SENDER",
    S.EXCEPTION: "FAILURE BUYER_ACTION_REQUIRED",
    None: "DELAYED",
}
TABLES = {"ghn": GHN, "ghtk": GHTK, "viettel_post": VIETTEL_POST, "aftership": AFTERSHIP, "shopify": SHOPIFY}


@pytest.mark.parametrize("carrier", TABLES)
def test_every_code_means_what_the_carrier_says(carrier):
    expected = {code: status for status, codes in TABLES[carrier].items() for code in codes.split()}

    found = {code: meaning_of(carrier, code).status for code in expected}

    assert found == expected


@pytest.mark.parametrize("carrier", TABLES)
def test_nothing_is_mapped_that_this_page_does_not_name(carrier):
    named = {code.lower() for codes in TABLES[carrier].values() for code in codes.split()}
    numbered = {f"{name}_00{at}" for name in ("pending", "intransit") for at in range(1, 10)}

    assert set(CARRIERS[carrier].meanings) - named <= numbered


@pytest.mark.parametrize("carrier", [*TABLES, "own_delivery", "somebody new"])
@pytest.mark.parametrize("code", ["", "teleported", "9" * 64, "5\x00", "delivered;drop"])
def test_an_unknown_code_is_unknown_and_never_guessed(carrier, code):
    assert meaning_of(carrier, code) == Meaning(Status.UNKNOWN)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.UNKNOWN])
def test_the_shops_own_drivers_and_carriers_nobody_described_report_in_our_words(status):
    assert meaning_of("own_delivery", status).status == meaning_of("somebody new", status).status == status


@pytest.mark.django_db
def test_a_service_that_reports_for_a_carrier_is_read_by_its_own_table():
    parcel = shipment_payload(carrier="ghn", events=(event_payload(code="Exception_011", vocabulary="aftership"),))

    order = make_order(shipments=[parcel])

    assert order.shipments.get().status == Status.RETURNED
    assert (order.shipments.get().events.get().raw_code, order.shipments.get().carrier) == ("Exception_011", "ghn")


def test_a_delay_changes_no_status():
    meaning = meaning_of("ghtk", "410")

    assert (meaning.status, meaning.flags) == (None, (Flag.DELAYED,))


def test_codes_are_written_in_lower_case_so_that_they_are_found():
    assert all(code == code.lower() for carrier in CARRIERS.values() for code in carrier.meanings)


def test_links_lead_to_the_carriers_own_hosts_only():
    hosts = {tracking_url(code, "X").split("/")[2] for code in CARRIERS if tracking_url(code, "X")}

    assert hosts == {"donhang.ghn.vn", "i.ghtk.vn", "viettelpost.com.vn"}
    assert tracking_url("ghn", "") == tracking_url("nobody", "X") == ""


def test_a_carrier_nobody_described_goes_by_its_own_name():
    assert carrier_name("J&T Express") == "J&T Express"
