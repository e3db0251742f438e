"""The rights over one's data: read all of it, take it along, and have it erased without a trace that names anybody."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.models import User
from tests.factories.people import PASSWORD, make_user
from tests.factories.support import open_ticket
from tests.factories.tracking import (
    event_payload,
    line_payload,
    make_delivered_order,
    make_order,
    make_return,
    make_terms,
    order_payload,
    shipment_payload,
)
from tracking import services
from tracking.models import Order
from tracking.selectors import access_order_by_reference

pytestmark = pytest.mark.django_db
# No word of it occurs anywhere else in the data of the tests.
PLANTED = ("zyxnguyen", "0912777888", "912777888", "Ngõ Zyx", "Zyx Tên", "Zyx lời", "zyxseri")
EMAIL = "zyxnguyen@example.com"


@pytest.fixture
def customer(db):
    """Somebody with something in every app, each text of theirs planted."""
    make_terms()
    user = make_user(EMAIL, full_name="Zyx Tên")
    news = event_payload(
        "delivered",
        at=timezone.now() - timedelta(days=1),
        event_id="1",
        text="giao cho Zyx Tên",
        received_by="Zyx Tên",
        place="Ngõ Zyx",
    )
    person = {
        "contact_phone": "0912777888",
        "recipient_name": "Zyx Tên",
        "recipient_address": "3 Ngõ Zyx, Cầu Giấy, Hà Nội",
    }
    order = make_delivered_order(
        number="GIU-1",
        customer=user,
        delivered_at=timezone.now() - timedelta(days=1),
        shipments=[shipment_payload(events=(news,))],
        lines=[line_payload(title="=HYPERLINK(1)")],
        **person,
    )
    services.grant_link(order=order, language="vi")
    services.subscribe(order=order, email=EMAIL, language="vi", may_write=True)
    request = make_return(order, user=user)
    type(request).objects.update(comment="Zyx lời nhắn")
    warranty = services.warranty_of_line(order_line_id=order.lines.get().pk)
    services.open_claim(warranty_id=warranty.pk, user=user, fault="Zyx lời kể", request_key="c")
    services.register_product(user=user, product_code="NM-F6", serial_number="zyxseri-9")
    services.prove_contact(user=user, contact="0912777888")
    services.report_order_by_hand(
        reference=order.reference, occurred_at=timezone.now(), text="Zyx lời dặn", request_key="k", actor=None
    )
    open_ticket(user=user, email=EMAIL, name="Zyx Tên", body="Zyx lời hỏi")
    return user


def sign_in(client, user):
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def where_planted() -> dict[str, str]:
    """Every table in which a planted value stands, with the value."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own names
            text = repr(cursor.fetchall()).lower()
            found |= {table: value for value in PLANTED if value.lower() in text}  # noqa: B035  one of them will do
    return found


def test_the_page_and_the_file_hold_what_every_app_keeps(client, customer, django_assert_max_num_queries):
    client.force_login(customer)

    with django_assert_max_num_queries(40):
        page = client.get(reverse("account_data"))
    file = client.get(reverse("account_data_download"))
    archive = zipfile.ZipFile(io.BytesIO(file.content))
    everything = json.loads(archive.read("data.json"))

    text = page.content.decode()
    assert all(value in text for value in ("GIU-1", EMAIL, "zyxseri-9", "Zyx Tên"))
    assert everything["tracking.orders"][0]["recipient_name"] == "Zyx Tên"
    assert "Zyx lời hỏi" in json.dumps(everything, ensure_ascii=False)
    assert {"account", "support.tickets", "tracking.orders", "tracking.after_sales"} <= set(everything)
    assert archive.read("tracking.orders.csv").decode("utf-8-sig").startswith("reference,")
    for response in (page, file):
        assert "no-store" in response["Cache-Control"]


def test_a_file_of_somebody_else_holds_nothing_of_it(client, customer):
    client.force_login(make_user("khac@example.com"))

    archive = zipfile.ZipFile(io.BytesIO(client.get(reverse("account_data_download")).content))

    assert not any(value.encode() in archive.read(name) for name in archive.namelist() for value in PLANTED)


def test_erasing_leaves_no_trace_in_any_table(client, customer):
    sign_in(client, customer)
    assert "tracking_order" in where_planted()

    response = client.post(reverse("account_erase"), {"agree": "yes"})

    assert response.status_code == 302
    assert where_planted() == {}
    assert not User.objects.filter(pk=customer.pk).exists()
    assert "_auth_user_id" not in client.session
    order = Order.objects.get(external_number="GIU-1")
    assert (order.customer, order.headline, order.lines.count()) == (None, "delivered", 1)
    assert not list(services.stale_orders())
    assert not list(services.ledger_differences())


def test_an_erased_order_is_like_one_that_never_was(client, customer):
    sign_in(client, customer)
    reference = Order.objects.get(external_number="GIU-1").reference
    client.post(reverse("account_erase"), {"agree": "yes"})

    assert access_order_by_reference(number=reference, contact=EMAIL) is None
    assert access_order_by_reference(number=reference, contact="") is None


def test_a_later_report_of_the_shop_brings_nothing_back(client, customer):
    sign_in(client, customer)
    client.post(reverse("account_erase"), {"agree": "yes"})
    make_user(EMAIL)

    again = order_payload("GIU-1", contact_email=EMAIL, contact_phone="0912777888", recipient_name="Zyx Tên")
    services.ingest_orders([again], source="shop")

    order = Order.objects.get(external_number="GIU-1")
    assert (order.contact_email, order.contact_phone, order.recipient_name, order.name_key) == ("", "", "", "")
    assert order.customer is None


def test_others_keep_what_is_theirs(client, customer):
    other = make_user("khac@example.com", full_name="Người Khác")
    make_order(number="KHAC-1", customer=other, recipient_name="Người Khác")
    open_ticket(user=other, email=other.email, body="còn đây")
    sign_in(client, customer)

    client.post(reverse("account_erase"), {"agree": "yes"})

    assert Order.objects.get(external_number="KHAC-1").recipient_name == "Người Khác"
    assert other.email in repr(list(apps.get_model("support", "Ticket").objects.values()))


def test_without_a_fresh_proof_nothing_is_erased(client, customer):
    client.force_login(customer)

    response = client.post(reverse("account_erase"), {"agree": "yes"})

    assert "reauthenticate" in response["Location"]
    assert User.objects.filter(pk=customer.pk).exists()


def test_without_agreeing_nothing_is_erased(client, customer):
    sign_in(client, customer)

    response = client.post(reverse("account_erase"))

    assert response.context["is_missing"]
    assert User.objects.filter(pk=customer.pk).exists()


def test_the_staff_is_sent_to_an_administrator(client, settings):
    settings.DEMO = True
    agent = make_user("hotro@example.com", role="agent")
    sign_in(client, agent)

    client.post(reverse("account_erase"), {"agree": "yes"})

    assert User.objects.filter(pk=agent.pk).exists()
