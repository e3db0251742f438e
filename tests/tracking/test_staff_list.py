"""Orders in the admin: agents read, editors do not, nobody writes."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.factories.tracking import event_payload, make_order, shipment_payload
from tests.tracking.conftest import make_customer
from tracking.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db, settings):
    settings.DEMO = True  # no second factor: another test's matter

    def make(email, *permissions, **fields):
        user = make_customer(email)
        user.is_staff = True
        for name, value in fields.items():
            setattr(user, name, value)
        user.save()
        group = Group.objects.create(name=email)
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for codename in permissions:
            group.permissions.add(Permission.objects.get(codename=codename))
        user.groups.add(group)
        return user

    return make


@pytest.fixture
def order(db):
    news = [event_payload("delivered", event_id="1"), event_payload("in_transit", event_id="0", code="lùi")]
    news[1] = event_payload("in_transit", at=news[0].occurred_at.replace(hour=9), event_id="2", text="quét muộn")
    return make_order(number="NM-77", recipient_name="Nguyễn An", shipments=[shipment_payload(events=news)])


def test_an_agent_finds_and_reads_orders(client, staff, order):
    client.force_login(staff("hotro@example.com", "view_order"))

    listed = client.get(reverse("orders:index"), {"q": order.reference}).content.decode()
    read = client.get(reverse("orders:inspect", args=[order.pk])).content.decode()

    assert "NM-77" in listed
    assert "Nguyễn An" in read and order.reference in read
    assert "quét muộn" in read  # the event without effect, which customers do not see


@pytest.mark.parametrize("query", ["NM-77", "an@example.com", "Nguyễn"])
def test_orders_are_found_by_number_contact_and_name(client, staff, order, query):
    make_order(number="KHAC-1", contact_email="x@example.com")
    client.force_login(staff("hotro@example.com", "view_order"))

    text = client.get(reverse("orders:index"), {"q": query}).content.decode()

    assert "NM-77" in text and "KHAC-1" not in text


@pytest.mark.parametrize("route", ["index", "inspect"])
def test_an_editor_may_not_see_orders(client, staff, order, route):
    client.force_login(staff("bientap@example.com"))
    arguments = [order.pk] if route == "inspect" else []

    response = client.get(reverse(f"orders:{route}", args=arguments))

    assert response.status_code == 302
    assert order.reference not in response.content.decode()


@pytest.mark.parametrize("route", ["edit", "delete"])
def test_not_even_an_administrator_changes_an_order(client, staff, order, route):
    client.force_login(staff("quantri@example.com", is_superuser=True))

    response = client.post(reverse(f"orders:{route}", args=[order.pk]), {"external_number": "X"})

    assert response.status_code in (302, 403)
    assert Order.objects.get().external_number == "NM-77"


def test_a_customer_is_sent_to_the_sign_in(client, order, customer):
    client.force_login(customer)

    assert client.get(reverse("orders:index")).status_code in (302, 403)
