"""Who can see an order: its owner sees the links and takes them back."""

import pytest
from django.core import mail
from django.test import Client

from tests.factories.access import code_in, link_in, look_up, page_of
from tests.factories.tracking import make_order
from tracking import services
from tracking.models import AccessGrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    return make_order()


@pytest.fixture
def by_link(order, sending):
    """A browser that came by the link of a letter."""
    with sending():
        services.send_link(order=order, language="vi")
    client = Client()
    client.post(link_in(mail.outbox.pop()))
    return client


@pytest.fixture
def by_code(order, sending):
    """A browser that typed a code."""
    client = Client()
    look_up(client, order)
    with sending():
        client.post(page_of(order, "code/"))
    client.post(page_of(order, "code/"), {"code": code_in(mail.outbox.pop())})
    return client


def test_the_owner_sees_the_links_and_closes_one(by_link, by_code, order):
    page = by_code.get(page_of(order, "access/"))

    response = by_code.post(page_of(order, "access/"), {"link": AccessGrant.objects.links().get().pk})

    assert "Đóng liên kết này" in page.content.decode()
    assert response.status_code == 302
    assert by_link.get(page_of(order)).status_code == 404
    assert by_code.get(page_of(order)).status_code == 200
    assert "Không có liên kết nào đang mở" in by_code.get(page_of(order, "access/")).content.decode()


def test_closing_everything_ends_every_browser(by_link, by_code, order):
    response = by_code.post(page_of(order, "access/"))

    assert response["Location"] == "/vi/orders/"
    assert [client.get(page_of(order)).status_code for client in (by_link, by_code)] == [404, 404]


def test_an_account_keeps_its_order_when_it_closes_everything(by_link, client, customer):
    own = make_order(customer=customer)
    client.force_login(customer)

    response = client.post(page_of(own, "access/"))

    assert response["Location"] == page_of(own, "access/")
    assert client.get(page_of(own)).status_code == 200


def test_whoever_only_has_the_link_is_asked_for_a_code(by_link, order):
    answers = [by_link.get(page_of(order, "access/")), by_link.post(page_of(order, "access/"))]

    assert [answer["Location"] for answer in answers] == [page_of(order, "code/")] * 2
    assert AccessGrant.objects.links().get().revoked_at is None


def test_a_stranger_finds_nothing(client, order):
    assert client.get(page_of(order, "access/")).status_code == 404
    assert client.post(page_of(order, "access/")).status_code == 404


@pytest.mark.parametrize("link", ["0", "-1", "abc", "9" * 40, "999999"])
def test_a_link_that_is_none_of_the_orders_closes_nothing(by_code, order, link):
    other = services.grant_link(order=make_order(contact_email="khac@example.com"), language="vi")

    answers = [by_code.post(page_of(order, "access/"), {"link": chosen}) for chosen in (link, other.pk)]

    other.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert other.revoked_at is None


def test_leaving_closes_the_order_on_this_device_only(by_link, by_code, order):
    response = by_code.post(page_of(order, "leave/"))

    assert response["Location"] == "/vi/orders/"
    assert by_code.get(page_of(order)).status_code == 404
    assert by_link.get(page_of(order)).status_code == 200


def test_leaving_an_order_that_is_not_open_is_harmless(client, order):
    assert client.post(page_of(order, "leave/")).status_code == 302
    assert client.get(page_of(order, "leave/")).status_code == 405
