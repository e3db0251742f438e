"""Hiding, moving and the theme, from any page and back to it."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from personalization import guest
from personalization.models import ConsentRecord
from tests.factories.personalization import make_guest_cookie, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")

HIDE, MOVE, THEME = "preference_hide_module", "preference_move_module", "preference_theme"


@pytest.fixture
def account(client, user):
    store_preferences(user)
    client.force_login(user)
    return client


def post(client, name, **fields):
    return client.post(reverse(name), {"next": "/vi/", **fields})


def test_hidden_module_goes_and_the_page_comes_back(account, user):
    response = post(account, HIDE, key="a")

    assert response["Location"] == "/vi/"
    assert make_visitor(user).preferences.hidden_modules == {"a"}
    assert "đã được ẩn" in str(next(iter(get_messages(response.wsgi_request))))


def test_guest_hides_in_the_cookie(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie()

    response = post(client, HIDE, key="a")

    kept = guest.unpack(response.cookies[guest.COOKIE_NAME].value)
    assert kept.preferences.hidden_modules == {"a"}
    assert kept.preferences.allows_personalization


def test_module_moves_before_its_neighbour(account, user):
    post(account, MOVE, key="c", before="a")

    assert make_visitor(user).preferences.module_order == ("mine", "c", "a", "b")


def test_module_moves_after_its_neighbour(account, user):
    post(account, MOVE, key="mine", after="b")

    assert make_visitor(user).preferences.module_order == ("a", "b", "mine", "c")


def test_theme_is_stored(account, user):
    post(account, THEME, theme="dark")

    assert make_visitor(user).preferences.theme == "dark"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (HIDE, {"key": "forged"}),
        (HIDE, {}),
        (HIDE, {"key": "<script>"}),
        (HIDE, {"key": "\x00"}),
        (HIDE, {"key": "a" * 10_000}),
        (MOVE, {"key": "a", "before": "forged"}),
        (MOVE, {"key": "forged", "after": "a"}),
        (MOVE, {"key": "a", "after": "a"}),
        (MOVE, {"key": "a"}),
        (THEME, {"theme": "sepia"}),
    ],
)
def test_forged_key_is_refused_in_a_sentence(account, user, name, fields):
    before = make_visitor(user).stored

    response = post(account, name, **fields)

    assert response.status_code == 400
    assert "Không có ô hoặc lựa chọn nào như vậy" in response.text
    assert make_visitor(user).stored == before


@pytest.mark.parametrize(("name", "fields"), [(HIDE, {"key": "a"}), (THEME, {"theme": "dark"})])
def test_without_consent_it_is_asked_for_first(client, name, fields):
    response = post(client, name, **fields)

    assert response["Location"] == "/vi/preferences/?need=consent#consent"
    assert guest.COOKIE_NAME not in response.cookies
    assert "cần bạn đồng ý trước" in client.get(response["Location"]).text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "",
        "\n",
        "/vi/" + "a" * 3000,
    ],
)
def test_foreign_address_leads_home(account, address):
    response = post(account, THEME, theme="dark", next=address)

    assert response["Location"] == "/vi/"


@pytest.mark.parametrize("name", [HIDE, MOVE, THEME, "preference_withdraw", "preference_delete"])
def test_following_a_link_changes_nothing(account, user, name):
    before = make_visitor(user).stored

    response = account.get(reverse(name), {"key": "a", "theme": "dark"})

    assert response["Location"] == "/vi/preferences/"
    assert make_visitor(user).stored == before


@pytest.mark.parametrize("name", [HIDE, MOVE, THEME, "preference_withdraw", "preference_delete"])
def test_post_from_another_site_is_refused(user, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert strict.post(reverse(name), {"key": "a", "theme": "dark"}).status_code == 403


def test_withdrawing_goes_back_to_the_page(account, user):
    response = post(account, "preference_withdraw", choices="keep")

    assert response["Location"] == "/vi/"
    assert not make_visitor(user).is_personalized
    assert list(ConsentRecord.objects.values_list("is_granted", flat=True)) == [True, False]


def test_changing_too_often_is_refused(account):
    for _time in range(60):
        post(account, THEME, theme="dark")

    response = post(account, THEME, theme="light")

    assert response.status_code == 429
    assert "quá nhanh" in response.text
