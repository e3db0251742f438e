"""Points, warranties and returns of the account: everything of one's own, nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from personalization.preferences import OwnedItem
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences
from tests.factories.tracking import event_payload, line_payload, make_order, shipment_payload
from tracking import services
from tracking.models import OrderLine, WarrantyClaim, WarrantyRegistration
from tracking.services import NewTerms

pytestmark = pytest.mark.django_db

POINTS, RETURNS, WARRANTIES = "/vi/account/points/", "/vi/account/returns/", "/vi/account/warranties/"


@pytest.fixture
def customer(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def washing_machine(customer):
    """An appliance that was delivered to the customer ten days ago, with two years of warranty."""
    services.add_terms([NewTerms(article_code="NM-W85", return_days=15, warranty_months=24)])
    day = timezone.now() - timedelta(days=10)
    parcel = shipment_payload(events=(event_payload("delivered", at=day, event_id="1"),))
    lines = (line_payload(title="Máy giặt W85", product_code="NM-W85"),)
    order = make_order(customer=customer, lines=lines, shipments=[parcel], placed_at=day - timedelta(days=3))
    return OrderLine.objects.get(order=order)


@pytest.mark.parametrize("address", [POINTS, RETURNS, WARRANTIES])
def test_stranger_is_asked_to_sign_in(client, db, address):
    assert client.get(address).url.startswith("/vi/accounts/login/")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [(POINTS, "Chưa có lần cộng trừ nào"), (RETURNS, "chưa trả hàng"), (WARRANTIES, "Chưa có bảo hành nào")],
)
def test_empty_page_says_what_would_stand_there(client, customer, address, sentence):
    response = client.get(address)

    assert sentence in response.text
    assert "no-store" in response["Cache-Control"]


def test_every_point_is_explained(client, customer):
    today = timezone.localdate()
    services.award_points(
        owner=services.account_of_user(user=customer),
        points=120,
        usable_from=today,
        expires_on=today + timedelta(days=365),
        key="mua-1",
        text="Mua máy giặt W85",
    )

    page = client.get(POINTS).text

    assert "Mua máy giặt W85" in page
    assert "+120" in page


def test_product_told_for_the_pages_is_registered_with_one_press_and_only_then(client, customer):
    store_preferences(customer, owned=(OwnedItem("NM-R9", "R9-001"), OwnedItem("NM-W85")))

    before = client.get(WARRANTIES).text
    assert not WarrantyRegistration.objects.exists()
    client.post(WARRANTIES, {"product_code": "NM-R9", "serial_number": "R9-001"})

    after = client.get(WARRANTIES).text
    assert before.count('value="R9-001"') == 1 and 'value="NM-W85"' not in before
    assert WarrantyRegistration.objects.get().serial_number == "R9-001"
    assert 'value="R9-001"' not in after


def test_warranty_runs_from_the_delivery_and_a_fault_is_reported_once(client, customer, washing_machine):
    page = client.get(WARRANTIES).text
    assert "Máy giặt W85" in page
    assert f">{washing_machine.order.external_number}</a>" in page
    address = f"{WARRANTIES}{washing_machine.pk}/1/"
    assert address in page

    report = {"fault": "Không xả nước", "request_key": "mot-lan"}
    for _time in range(2):
        assert client.post(address, report).status_code == 302

    assert WarrantyClaim.objects.get().fault == "Không xả nước"


def test_fault_without_words_keeps_the_form(client, customer, washing_machine):
    response = client.post(f"{WARRANTIES}{washing_machine.pk}/1/", {"fault": "  ", "request_key": "x"})

    assert "Hãy cho biết máy bị gì." in response.text


def test_nobody_reports_a_fault_of_somebody_else_s_appliance(client, washing_machine):
    client.force_login(make_user("khac@example.com"))

    response = client.post(f"{WARRANTIES}{washing_machine.pk}/1/", {"fault": "Hỏng", "request_key": "x"})

    assert response.url == WARRANTIES
    assert not WarrantyClaim.objects.exists()


def test_serial_numbers_get_one_answer_whether_they_exist_or_not(client, customer):
    answers = []
    for number in ("W85-000001", "khong-co-that"):
        response = client.post(WARRANTIES, {"product_code": "NM-W85", "serial_number": number}, follow=True)
        answers.append((response.status_code, response.redirect_chain, "Đã ghi nhận" in response.text))

    assert answers[0] == answers[1]
    assert WarrantyRegistration.objects.count() == 2


@pytest.mark.parametrize("number", ["", "---", "x" * 41, "\x00"])
def test_serial_number_that_is_none_is_told_at_the_field(client, customer, number):
    response = client.post(WARRANTIES, {"product_code": "NM-W85", "serial_number": number})

    assert "serial_number" in response.context["form"].errors
    assert not WarrantyRegistration.objects.exists()
