"""A guest's choices follow into the account at sign-in."""

import pytest
from django.urls import reverse

from personalization import guest
from tests.factories.personalization import make_guest_cookie, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")


@pytest.fixture
def verified_user(user):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, user):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": "mot-mat-khau-dai", "next": "/vi/preferences/"}
    )


def test_choices_move_into_the_account_and_out_of_the_browser(client, verified_user):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(topics=("bao-hanh",), theme="dark")

    response = sign_in(client, verified_user)

    assert response.status_code == 302
    assert make_visitor(verified_user).preferences.topics == ("bao-hanh",)
    assert response.cookies[guest.COOKIE_NAME].value == ""
    assert "giờ nằm trong tài khoản" in client.get(response["Location"]).text


def test_account_that_decided_otherwise_keeps_its_choices(client, verified_user):
    store_preferences(verified_user, theme="light")
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(theme="dark")

    response = sign_in(client, verified_user)

    assert make_visitor(verified_user).preferences.theme == "light"
    assert response.cookies[guest.COOKIE_NAME].value == ""
    assert "lựa chọn của tài khoản được áp dụng" in client.get(response["Location"]).text


def test_forged_cookie_signs_in_without_a_word(client, verified_user):
    client.cookies[guest.COOKIE_NAME] = "forged"

    response = sign_in(client, verified_user)

    assert response.status_code == 302
    assert not make_visitor(verified_user).is_personalized


def test_wrong_password_moves_nothing(client, verified_user):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(theme="dark")

    client.post(reverse("account_login"), {"login": verified_user.email, "password": "sai"})

    assert not make_visitor(verified_user).is_personalized
    assert client.cookies[guest.COOKIE_NAME].value
