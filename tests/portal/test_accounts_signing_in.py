"""Signing in, signing up and getting back in: what works, what is refused, and what a stranger learns (nothing)."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse

from portal.models import User
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/vi/accounts/login/"
SIGNUP = "/vi/accounts/signup/"
CODE = "/vi/accounts/login/code/"
RESET = "/vi/accounts/password/reset/"
ACCOUNT = "/vi/account/"


def is_signed_in(client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def code_in(letter) -> str:
    return re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", letter.body, re.MULTILINE)[1]


def main_of(response) -> str:
    """Return the page between its main tags without what differs by request: token and typed address."""
    text = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r'value="[^"]*"|\S+@example\.com', "", text)


def test_the_password_signs_in(client):
    user = make_user()

    client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})

    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    make_user("co@example.com")

    wrong = client.post(LOGIN, {"login": "co@example.com", "password": "sai-mat-khau"})
    unknown = client.post(LOGIN, {"login": "khong@example.com", "password": "sai-mat-khau"})

    assert "không đúng" in main_of(wrong)
    assert (wrong.status_code, main_of(wrong)) == (unknown.status_code, main_of(unknown))


def test_too_many_wrong_passwords_have_to_wait(client):
    user = make_user()
    for _ in range(10):
        client.post(LOGIN, {"login": user.email, "password": "sai-mat-khau"})

    client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert not is_signed_in(client)


def test_a_code_from_the_letter_signs_in(client):
    user = make_user()
    page = client.post(CODE, {"email": user.email}).url

    client.post(page, {"code": code_in(mail.outbox[0])})

    assert is_signed_in(client)


def test_a_wrong_code_does_not(client):
    user = make_user()
    page = client.post(CODE, {"email": user.email}).url

    response = client.post(page, {"code": "SAI-SAI"})

    assert "Mã không đúng" in response.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("page", [CODE, RESET])
def test_asking_for_a_letter_tells_nobody_whether_an_account_exists(client, page):
    make_user("co@example.com")

    known = client.post(page, {"email": "co@example.com"}, follow=True)
    client.cookies.clear()
    unknown = client.post(page, {"email": "khong@example.com"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert main_of(known) == main_of(unknown)
    assert len(mail.outbox) == 2


def test_signing_up_with_a_taken_address_looks_like_signing_up(client):
    make_user("co@example.com")

    typed = {"password1": PASSWORD, "password2": PASSWORD}
    taken = client.post(SIGNUP, {**typed, "email": "co@example.com"}, follow=True)
    client.cookies.clear()
    free = client.post(SIGNUP, {**typed, "email": "moi@example.com"}, follow=True)

    assert taken.redirect_chain == free.redirect_chain
    assert main_of(taken) == main_of(free)


def test_signing_up_ends_signed_in_with_a_proved_address_at_the_welcome(client):
    page = client.post(SIGNUP, {"email": "Moi@Example.com", "password1": PASSWORD, "password2": PASSWORD}).url
    assert not is_signed_in(client)

    response = client.post(page, {"code": code_in(mail.outbox[0])})

    assert response.url == "/vi/preferences/welcome/"
    assert is_signed_in(client)
    assert EmailAddress.objects.get(user__email="moi@example.com").verified


def test_a_forgotten_password_is_replaced_with_a_code(client):
    user = make_user()
    new = "mot-mat-khau-moi-hoan-toan"
    page = client.post(RESET, {"email": user.email}).url

    page = client.post(page, {"code": code_in(mail.outbox[0])}).url
    client.post(page, {"password1": new, "password2": new})

    user.refresh_from_db()
    assert user.check_password(new)


def test_the_address_changes_once_the_new_one_is_proved(client):
    user = make_user("cu@example.com")
    client.force_login(user)

    page = client.post("/vi/accounts/email/", {"email": "moi@example.com", "action_add": ""}).url
    user.refresh_from_db()
    assert user.email == "cu@example.com"
    letter = next(letter for letter in mail.outbox if letter.recipients() == ["moi@example.com"])
    client.post(page, {"code": code_in(letter)})

    user.refresh_from_db()
    assert user.email == "moi@example.com"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["moi@example.com"]


def test_a_second_factor_is_asked_for_and_a_recovery_code_is_one(client):
    user = make_user()
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user).get_unused_codes()

    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert is_signed_in(client)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_another_site_after_signing_in(client, target, settings):
    settings.ALLOWED_HOSTS = ["*", "evil.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://evil.example"]
    user = make_user()

    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": target})

    assert response.url == "/vi/"


def test_one_is_sent_back_to_where_one_came_from(client):
    user = make_user()

    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": "/vi/contact/cases/"})

    assert response.url == "/vi/contact/cases/"


@pytest.fixture
def no_mail_server(monkeypatch):
    def refuse(backend, letters):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


@pytest.mark.parametrize("address", ["co@example.com", "khong@example.com"])
@pytest.mark.parametrize("page", [CODE, RESET])
def test_a_mail_server_that_is_down_is_told_to_the_reader_who_stays_on_the_page(client, no_mail_server, page, address):
    make_user("co@example.com")

    response = client.post(page, {"email": address}, follow=True)

    assert response.redirect_chain == [(page, 302)]
    assert "Hiện chúng tôi chưa gửi được thư" in response.content.decode()


def test_a_notice_that_cannot_be_sent_stops_nothing(client, no_mail_server):
    user = make_user()
    new = "mot-mat-khau-moi-hoan-toan"
    client.force_login(user)

    client.post("/vi/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    user.refresh_from_db()
    assert user.check_password(new)


@pytest.mark.parametrize("typed", ["\x00", "a" * 10_000, "<script>", "\ud800".encode("utf-8", "surrogatepass")])
def test_odd_input_gets_an_answer(client, typed):
    for page, field in ((LOGIN, "login"), (SIGNUP, "email"), (CODE, "email"), (RESET, "email")):
        assert client.post(page, {field: typed, "password": typed}).status_code == 200


def test_the_letters_name_the_site_of_the_settings_not_of_the_request(client, settings):
    make_user()

    client.post(RESET, {"email": "la@example.com"}, HTTP_HOST="evil.example")

    assert "evil.example" not in mail.outbox[0].body
    assert f"{settings.SITE_URL}/vi/accounts/signup/" in mail.outbox[0].body


def test_signing_out_everywhere_else_leaves_this_device_signed_in(client):
    user = make_user()
    elsewhere = type(client)()
    phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    elsewhere.post(LOGIN, {"login": user.email, "password": PASSWORD}, HTTP_USER_AGENT=phone)
    client.post(LOGIN, {"login": user.email, "password": PASSWORD}, HTTP_USER_AGENT="curl")

    page = client.get("/vi/accounts/sessions/").content.decode()
    client.post("/vi/accounts/sessions/")

    assert "Chrome trên Android" in page
    assert "Trình duyệt trên thiết bị không rõ" in page
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_createsuperuser_makes_an_administrator_who_signs_in_at_once(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", email="Chu@Example.com", interactive=False)
    client.post(LOGIN, {"login": "chu@example.com", "password": PASSWORD})

    assert is_signed_in(client)
    assert User.objects.get().is_superuser
