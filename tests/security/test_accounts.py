"""Accounts against those who guess who has one, and who fill other people's mailboxes."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.utils import timezone

from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SIGNUP, LOGIN, CODE, RESET = (f"/vi/accounts/{part}/" for part in ("signup", "login", "login/code", "password/reset"))
NEW_PASSWORD = "chiec-o-mau-xanh-9"


def answer(response) -> tuple:
    """Everything a stranger could compare."""
    changing = ("Content-Length", "Content-Security-Policy", "Expires")
    headers = {name: value for name, value in response.items() if name not in changing}
    return response.status_code, headers, sorted(response.cookies)


@pytest.fixture
def hashings(monkeypatch, settings):
    """The list grows with each password that is hashed; hashing is most of the time of an answer."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    done = []
    encode = ScryptPasswordHasher.encode

    def counted(self, *args, **options):
        done.append(1)
        return encode(self, *args, **options)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    return done


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (SIGNUP, lambda email: {"email": email, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}),
        (LOGIN, lambda email: {"login": email, "password": "sai-mat-khau"}),
        (CODE, lambda email: {"email": email}),
        (RESET, lambda email: {"email": email}),
    ],
)
def test_an_address_with_an_account_is_answered_like_one_without_and_costs_as_much(
    client_class, hashings, address, form
):
    make_user("co@example.com")
    del hashings[:]

    with_account = answer(client_class().post(address, form("co@example.com")))
    spent = len(hashings)
    without = answer(client_class().post(address, form("khong@example.com")))

    assert with_account == without
    assert len(hashings) == 2 * spent


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (RESET, {"email": "nan-nhan@example.com"}),
        (CODE, {"email": "nan-nhan@example.com"}),
        (SIGNUP, {"email": "nan-nhan@example.com", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}),
    ],
)
def test_one_mailbox_gets_few_letters_a_day_however_many_addresses_ask(client_class, mailoutbox, address, form):
    make_user("nan-nhan@example.com")

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(40):
            client_class(REMOTE_ADDR=f"198.51.100.{number}").post(address, form)
            clock.shift(timedelta(minutes=2))

    assert 1 <= len(mailoutbox) <= 20


def test_guessing_a_password_is_stopped_from_one_address_and_from_many(client_class):
    make_user("dich@example.com")
    for number in range(6):
        client_class(REMOTE_ADDR=f"198.51.100.{number}").post(LOGIN, {"login": "dich@example.com", "password": "sai"})

    stranger = client_class(REMOTE_ADDR="203.0.113.9")
    page = stranger.post(LOGIN, {"login": "dich@example.com", "password": PASSWORD})

    assert "Đăng nhập sai quá nhiều lần" in page.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it(client):
    make_user("khach@example.com")
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted

    client.post(LOGIN, {"login": "khach@example.com", "password": PASSWORD})

    assert client.session.session_key != planted
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\t//evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
    ],
)
def test_no_next_leads_to_another_site(client_class, target):
    make_user("khach@example.com")
    client = client_class()

    answers = [
        client.post(LOGIN, {"login": "khach@example.com", "password": PASSWORD, "next": target}),
        client.post("/vi/preferences/withdraw/", {"next": target}),
        client.post("/vi/accounts/logout/", {"next": target}),
    ]

    assert [response.url for response in answers] == ["/vi/"] * 3
