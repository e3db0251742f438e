"""Carriers' codes: what the tables say, and that nothing is guessed."""

import pytest

from tracking.carriers import CARRIERS, carrier_name, meaning_of, tracking_url
from tracking.statuses import Flag, Status


@pytest.mark.parametrize(
    ("carrier", "code", "status"),
    [
        ("ghn", "delivery_fail", Status.ATTEMPT_FAILED),
        ("ghn", "DELIVERED", Status.DELIVERED),
        ("ghn", "waiting_to_return", Status.AWAITING_RETURN),
        ("ghn", "damage", Status.DAMAGED),
        ("ghtk", "5", Status.DELIVERED),
        ("ghtk", "9", Status.AWAITING_RETURN),
        ("ghtk", "45", Status.DELIVERED_REPORTED),
        ("viettel_post", "507", Status.READY_FOR_PICKUP),
        ("viettel_post", "-100", Status.PRE_TRANSIT),
        ("own_delivery", "out_for_delivery", Status.OUT_FOR_DELIVERY),
        ("somebody new", "delivered", Status.DELIVERED),
        ("ghn", "teleported", Status.UNKNOWN),
        ("ghtk", "", Status.UNKNOWN),
    ],
)
def test_codes_mean_what_the_carriers_say(carrier, code, status):
    assert meaning_of(carrier, code).status == status


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
