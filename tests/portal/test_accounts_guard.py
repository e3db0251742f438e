"""Who gets into the admin, and where the demo's accounts work."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group

from portal.models import User
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/vi/accounts/login/"
ON_THIS_MACHINE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def editor(db):
    return make_user("bientap@example.com", role="writer")


@pytest.fixture
def no_demo(settings):
    settings.DEMO = False


def sign_in(client, email: str, **request: str):
    return client.post(LOGIN, {"login": email, "password": PASSWORD}, follow=True, **request)


def test_outside_the_demo_staff_without_a_second_factor_is_sent_to_set_one_up(client, editor, no_demo):
    client.force_login(editor)

    response = client.get("/admin/pages/", HTTP_ACCEPT_LANGUAGE="vi", follow=True)

    assert response.redirect_chain[0][0] == "/vi/accounts/2fa/"
    assert "xác thực hai bước" in response.content.decode()


def test_with_a_second_factor_the_admin_opens(client, editor, no_demo):
    TOTP.activate(editor, generate_totp_secret())
    client.force_login(editor)

    assert client.get("/admin/").status_code == 200


def test_it_is_asked_for_at_sign_in(client, editor, no_demo):
    TOTP.activate(editor, generate_totp_secret())

    sign_in(client, editor.email)

    assert client.get("/admin/").status_code == 302


def test_in_the_demo_staff_needs_none(client, editor):
    client.force_login(editor)

    assert client.get("/admin/").status_code == 200


def test_a_customer_is_not_asked_for_a_second_factor_but_stays_outside(client, no_demo):
    client.force_login(make_user())

    response = client.get("/admin/")

    assert response.status_code == 403


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/pages/"])
def test_the_admin_signs_in_through_the_account_pages(client, address):
    response = client.get(address, HTTP_ACCEPT_LANGUAGE="vi", follow=True)

    assert response.redirect_chain[-1][0].startswith(LOGIN)


def test_after_signing_in_one_is_back_in_the_admin(client, editor):
    response = client.get("/admin/login/?next=/admin/pages/", HTTP_ACCEPT_LANGUAGE="vi")

    assert response.url == f"{LOGIN}?next=/admin/pages/"


def test_the_admin_has_no_password_reset_of_its_own(client):
    assert client.get("/admin/password_reset/").status_code == 404


def test_a_demo_account_works_on_the_machine_of_the_demo(client):
    make_user("khach@nhamay.example")

    sign_in(client, "khach@nhamay.example", **ON_THIS_MACHINE)

    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"HTTP_HOST": "shop.example"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
    ],
)
def test_it_is_refused_with_a_sentence_from_anywhere_else(client, elsewhere):
    make_user("khach@nhamay.example")
    make_user("nguoi-that@example.com")
    request = {**ON_THIS_MACHINE, **elsewhere}

    page = sign_in(client, "khach@nhamay.example", **request).content.decode()

    assert "mật khẩu công khai" in page
    assert "_auth_user_id" not in client.session

    sign_in(client, "nguoi-that@example.com", **request)

    assert "_auth_user_id" in client.session


def test_it_is_refused_where_the_site_has_a_public_address(client, settings):
    settings.SITE_URL = "https://help.shop.example"
    make_user("khach@nhamay.example")

    sign_in(client, "khach@nhamay.example", **ON_THIS_MACHINE)

    assert "_auth_user_id" not in client.session


def test_it_is_refused_once_the_demo_is_over(client, no_demo):
    make_user("khach@nhamay.example")

    sign_in(client, "khach@nhamay.example", **ON_THIS_MACHINE)

    assert "_auth_user_id" not in client.session


def test_a_demo_session_that_is_left_over_does_not_open_the_admin(client, no_demo):
    administrator = make_user("quantri@nhamay.example", is_staff=True, is_superuser=True)
    client.force_login(administrator)

    response = client.get("/admin/", **ON_THIS_MACHINE)

    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.fixture
def administrator(client):
    user = make_user("quantri@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_an_administrator_adds_a_colleague_by_full_name(client, administrator):
    page = client.get("/admin/users/new/").content.decode()
    client.post(
        "/admin/users/new/",
        {
            "email": "Moi@Example.com",
            "full_name": "Lê Hoài Chi",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "groups": [Group.objects.get(role="writer").pk],
        },
    )

    user = User.objects.get(email="moi@example.com")
    assert "first_name" not in page
    assert user.full_name == "Lê Hoài Chi"
    assert not EmailAddress.objects.get(user=user).verified


def test_an_address_changed_in_the_admin_has_to_prove_itself_and_the_old_one_is_gone(client, administrator):
    user = make_user("cu@example.com")

    client.post(f"/admin/users/edit/{user.pk}/", {"email": "moi@example.com", "full_name": "", "is_active": "on"})

    [address] = EmailAddress.objects.filter(user=user)
    assert (address.email, address.verified, address.primary) == ("moi@example.com", False, True)


def test_a_name_changed_in_the_admin_leaves_the_proved_address_alone(client, administrator):
    user = make_user("cu@example.com")

    client.post(f"/admin/users/edit/{user.pk}/", {"email": "cu@example.com", "full_name": "Tên", "is_active": "on"})

    user.refresh_from_db()
    assert user.full_name == "Tên"
    assert EmailAddress.objects.get(user=user).verified


def test_people_are_found_by_name(client, administrator):
    make_user("a@example.com", full_name="Trần Bình")
    make_user("b@example.com", full_name="Lê Chi")

    page = client.get("/admin/users/", {"q": "Bình"}).content.decode()

    assert "Trần Bình" in page
    assert "Lê Chi" not in page
