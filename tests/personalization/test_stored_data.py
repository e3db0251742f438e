"""What is stored about a visitor: shown in full, downloaded, deleted."""

import json

import pytest
from django.urls import reverse

from personalization import guest
from personalization.models import ConsentRecord, VisitorProfile
from personalization.preferences import OwnedItem
from tests.factories.personalization import make_guest_cookie, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")


def test_page_shows_everything_stored(account, user, address):
    store_preferences(
        user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85", "W85-001"),), hidden_modules=frozenset("a")
    )

    text = account.get(address).text

    for part in ("Bảo hành", "W85-001", "Ô a", "Các chủ đề bạn đã chọn", "Đồng ý lúc", "2026-11"):
        assert part in text


def test_download_holds_everything_stored(account, user):
    store_preferences(user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85", "W85-001"),))

    response = account.get(reverse("preference_download"))

    data = json.loads(response.text)
    assert response["Cache-Control"] == "private, no-store"
    assert "attachment" in response["Content-Disposition"]
    assert data["preferences"]["topics"] == ["bao-hanh"]
    assert data["owned_products"] == [{"product_code": "NM-W85", "serial_number": "W85-001", "purchased_on": None}]
    assert [consent["granted"] for consent in data["consents"]] == [True]


def test_guest_downloads_what_the_browser_holds(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(topics=("bao-hanh",))

    data = client.get(reverse("preference_download")).json()

    assert data["preferences"]["topics"] == ["bao-hanh"]
    assert len(data["consents"]) == 1


def test_stranger_downloads_an_empty_file(client):
    data = client.get(reverse("preference_download")).json()

    assert data["consents"] == []
    assert data["preferences"]["topics"] == []


def test_deleting_everything_leaves_only_the_decisions(account, user, address):
    store_preferences(user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85"),))

    response = account.post(reverse("preference_delete"), follow=True)

    assert "đã được xóa" in response.text
    assert not VisitorProfile.objects.exists()
    assert list(ConsentRecord.objects.values_list("is_granted", flat=True)) == [True, False]


def test_guest_deletes_the_cookie(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(theme="dark")

    response = client.post(reverse("preference_delete"))

    assert response.cookies[guest.COOKIE_NAME].value == ""


def test_useless_cookie_is_taken_away(client, address):
    client.cookies[guest.COOKIE_NAME] = "forged"

    response = client.get(address)

    assert response.status_code == 200
    assert response.cookies[guest.COOKIE_NAME].value == ""
