"""Warranties from delivery on; registering a serial number tells nobody anything."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.people import make_user
from tests.factories.tracking import (
    NOON,
    line_payload,
    make_delivered_order,
    make_order,
    order_payload,
    shipment_payload,
)
from tracking.models import Warranty, WarrantyClaim, WarrantyRegistration
from tracking.services import (
    ClaimStatus,
    MoveNotAllowed,
    NotCovered,
    TooManyRegistrations,
    confirm_registration,
    erase_orders,
    ingest_orders,
    move_claim,
    open_claim,
    refuse_registration,
    register_product,
    unregister_product,
    warranty_of_line,
)
from tracking.services.warranties import MAX_REGISTRATIONS
from tracking.warranty_periods import period_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "terms")]

SERIAL = "F6-2511-000123"


@pytest.fixture
def order(customer):
    line = line_payload(product_code="NM-F6", serial_numbers=(SERIAL,))
    return make_delivered_order(customer=customer, lines=(line,))


@pytest.fixture
def warranty(order):
    return Warranty.objects.get(order_line__order=order)


def test_the_warranty_starts_with_the_delivery(warranty):
    assert warranty.serial_key == "F62511000123"
    assert period_of(warranty).ends_on == date(2027, 11, 20)


def test_before_the_delivery_it_has_not_begun(customer):
    line = line_payload(serial_numbers=(SERIAL,))
    make_order(customer=customer, lines=(line,), shipments=[shipment_payload("in_transit")])
    warranty = Warranty.objects.get()

    with pytest.raises(NotCovered):
        open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1")

    assert period_of(warranty).starts_on is None


def test_a_serial_number_belongs_to_one_order(order):
    thief = order_payload("T-X", lines=(line_payload(serial_numbers=("f6 2511 000123",)),))

    result = ingest_orders([thief], source="shop")

    assert (result.items[0].outcome, result.items[0].field) == ("rejected", "serial_numbers")


def test_a_number_that_the_shop_corrects_changes_and_claims_stay(order, warranty, customer):
    open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1")
    line = line_payload(product_code="NM-F6", serial_numbers=("F6-2511-000124",))

    ingest_orders([order_payload(order.external_number, lines=(line,))], source="shop")

    assert Warranty.objects.get().serial_number == "F6-2511-000124"
    assert WarrantyClaim.objects.get().warranty == warranty


def test_the_owner_of_the_order_is_confirmed_at_once(warranty, customer):
    register_product(user=customer, product_code="NM-F6", serial_number="f6-2511 000123")

    registration = WarrantyRegistration.objects.get()
    assert (registration.status, registration.warranty) == ("confirmed", warranty)


def test_a_stranger_learns_nothing_by_registering(warranty, customer):
    stranger = make_user("la@example.com")
    seen = []

    for serial in (SERIAL, "F6-0000-999999"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = register_product(user=stranger, product_code="NM-F6", serial_number=serial)
        seen.append((answer, len(queries)))

    assert seen[0] == seen[1] == (None, seen[0][1])
    assert set(WarrantyRegistration.objects.values_list("status", "warranty", "decided_at")) == {
        ("pending", None, None)
    }
    warranty.refresh_from_db()
    assert warranty.holder is None


def test_registering_twice_is_registering_once(customer):
    register_product(user=customer, product_code="NM-F6", serial_number=SERIAL)
    register_product(user=customer, product_code="NM-F6", serial_number=SERIAL.lower())

    assert WarrantyRegistration.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "   ", "---"])
def test_an_empty_number_is_refused(customer, typed):
    with pytest.raises(ValueError, match="no serial number"):
        register_product(user=customer, product_code="NM-F6", serial_number=typed)


def test_nobody_registers_without_end(customer):
    for at in range(MAX_REGISTRATIONS):
        register_product(user=customer, product_code="NM-F6", serial_number=f"S{at}")

    with pytest.raises(TooManyRegistrations):
        register_product(user=customer, product_code="NM-F6", serial_number="one more")


def test_the_warranty_follows_the_appliance_once_the_staff_has_seen_a_proof(warranty, agent):
    buyer = make_user("nguoimua@example.com")
    register_product(user=buyer, product_code="NM-F6", serial_number=SERIAL)
    registration = WarrantyRegistration.objects.get()

    confirm_registration(registration_id=registration.pk, actor=agent, proof="ảnh tem máy và giấy bán")
    warranty.refresh_from_db()
    assert warranty.holder == buyer

    unregister_product(user=buyer, serial_number=SERIAL)
    warranty.refresh_from_db()
    assert warranty.holder is None


def test_a_number_nobody_sold_is_not_confirmed_but_can_be_refused(customer, agent):
    register_product(user=customer, product_code="NM-F6", serial_number="NONE")
    registration = WarrantyRegistration.objects.get()

    with pytest.raises(MoveNotAllowed):
        confirm_registration(registration_id=registration.pk, actor=agent, proof="")

    assert refuse_registration(registration_id=registration.pk, actor=agent, reason="x").status == "refused"


def test_an_article_without_serial_number_has_its_warranty_by_piece(customer):
    order = make_delivered_order(customer=customer, lines=(line_payload(quantity=2),))
    line_id = order.lines.get().pk

    second = warranty_of_line(order_line_id=line_id, unit=2)

    assert second == warranty_of_line(order_line_id=line_id, unit=2)
    assert period_of(second).starts_on == date(2026, 11, 20)
    with pytest.raises(ValueError, match="piece 3"):
        warranty_of_line(order_line_id=line_id, unit=3)


def test_a_claim_is_opened_once_and_goes_its_way(warranty, customer, agent, today):
    claim = open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1")
    assert open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1") == claim

    move_claim(number=claim.number, status=ClaimStatus.ACCEPTED, actor=agent)
    with pytest.raises(MoveNotAllowed):
        move_claim(number=claim.number, status=ClaimStatus.OPENED, actor=agent)
    move_claim(number=claim.number, status=ClaimStatus.IN_REPAIR, actor=agent)
    today.shift(timedelta(days=7))
    repaired = move_claim(number=claim.number, status=ClaimStatus.REPAIRED, actor=agent)

    assert repaired.status == "repaired"
    assert period_of(warranty).ends_on == date(2027, 11, 27)


def test_after_its_end_nothing_can_be_claimed(warranty, customer, today):
    today.move_to(NOON + timedelta(days=366))

    with pytest.raises(NotCovered, match="over"):
        open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1")


def test_erasing_orders_takes_warranties_and_claims(order, warranty, customer):
    open_claim(warranty_id=warranty.pk, user=customer, fault="Không nóng", request_key="c1")

    erase_orders(source="shop")

    assert not Warranty.objects.exists()
