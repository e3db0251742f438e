"""Every account page opens, in Vietnamese throughout, in our frame; a text nobody translated fails here."""

import html
import re
from email.header import decode_header, make_header

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.urls import reverse

from portal.models import User
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db

# Words that stand in no Vietnamese sentence; brand names and what the test itself typed are taken out before.
ENGLISH = re.compile(
    r"\b(the|you|your|please|this|that|and|not|sign|enter|password|change|add|remove|cancel|confirm|with|code|codes"
    r"|has|have|been|was|is|are|for|from|new|key|keys|current|required|field|must|too|try|again|account)\b",
    re.IGNORECASE,
)
OPEN_PAGES = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_inactive",
]
OWN_PAGES = [
    "account",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
]
PROTECTED_PAGES = [
    "account_email",
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
]


@pytest.fixture
def customer(client):
    """A customer who has just confirmed the password, so that no page asks for it again."""
    user = make_user()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return user


@pytest.fixture
def protected_customer(customer):
    """The same with an authenticator app and recovery codes."""
    TOTP.activate(customer, generate_totp_secret())
    RecoveryCodes.activate(customer)
    return customer


def visible_text(page: str) -> str:
    """Return what a reader of the page meets between header and footer, hints for screen readers included."""
    body = page.split("<main", 1)[1].split("</main>", 1)[0] if "<main" in page else page
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
    attributes = " ".join(re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + attributes)


def assert_vietnamese(text: str) -> None:
    text = re.sub(r"\(passkey\)|passkey|\S+@\S+|https?://\S+", " ", text)
    assert sorted(set(ENGLISH.findall(text))) == []


def assert_page(response) -> None:
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="vi"' in page
    assert "<h1" in page
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert_vietnamese(html.unescape(title))
    assert_vietnamese(visible_text(page))


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_pages_for_everyone_are_vietnamese(client, name):
    assert_page(client.get(reverse(name)))


@pytest.mark.parametrize("name", OPEN_PAGES[:4])
def test_their_errors_too(client, name):
    assert_page(client.post(reverse(name), {}))


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_a_customer_are_vietnamese(client, customer, name):
    assert_page(client.get(reverse(name)))


@pytest.mark.parametrize(
    "name", ["account_email", "account_change_password", "account_reauthenticate", "mfa_activate_totp"]
)
def test_errors_of_their_forms_are_vietnamese(client, customer, name):
    assert_page(client.post(reverse(name), {"action_add": "", "email": "x", "oldpassword": "falsch", "password": "y"}))


@pytest.mark.parametrize("name", PROTECTED_PAGES)
def test_pages_of_a_protected_account_are_vietnamese(client, protected_customer, name):
    assert_page(client.get(reverse(name)))


def test_the_list_of_keys_is_vietnamese(client, customer):
    key = Authenticator.objects.create(
        user=customer, type=Authenticator.Type.WEBAUTHN, data={"name": "Chìa 1", "credential": {}}
    )

    for url in (
        reverse("mfa_list_webauthn"),
        reverse("mfa_edit_webauthn", args=[key.pk]),
        reverse("mfa_remove_webauthn", args=[key.pk]),
    ):
        assert_page(client.get(url))


@pytest.mark.parametrize(
    ("host", "is_told"), [("127.0.0.1:8000", True), ("[::1]:8000", True), ("localhost:8000", False)]
)
def test_where_passkeys_cannot_work_the_page_says_so(client, host, is_told):
    page = client.get(reverse("account_login"), HTTP_HOST=host).content.decode()

    assert ("chỉ dùng được với tên miền" in page) == is_told


def test_setting_a_first_password_is_vietnamese(client, customer):
    customer.set_unusable_password()
    customer.save()
    client.force_login(customer)

    assert_page(client.get(reverse("account_set_password")))


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("ngan", "ngan", "Mật khẩu quá ngắn"),
        ("password", "password", "phổ biến"),
        ("12345678", "12345678", "phổ biến"),
        ("moi@example.com", "moi@example.com", "giống"),
        ("mot-mat-khau-dai", "mot-mat-khau-khac", "phải giống nhau"),
    ],
)
def test_a_weak_password_gets_a_vietnamese_sentence(client, password, again, sentence):
    response = client.post(
        reverse("account_signup"), {"email": "moi@example.com", "password1": password, "password2": again}
    )

    assert sentence in visible_text(response.content.decode())
    assert_page(response)
    assert not User.objects.exists()


def test_the_second_step_of_signing_in_is_vietnamese(client, protected_customer):
    client.logout()

    response = client.post(
        reverse("account_login"), {"login": protected_customer.email, "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert_page(response)
    assert_page(client.post(reverse("mfa_authenticate"), {"code": "000000"}))


@pytest.mark.parametrize(
    ("start", "typed"),
    [
        ("account_signup", {"email": "moi@example.com", "password1": PASSWORD, "password2": PASSWORD}),
        ("account_request_login_code", {"email": "khach@example.com"}),
        ("account_reset_password", {"email": "khach@example.com"}),
    ],
)
def test_the_page_that_asks_for_a_code_and_its_letter_are_vietnamese(client, start, typed):
    make_user()

    response = client.post(reverse(start), typed, follow=True)

    assert_page(response)
    assert_page(client.post(response.redirect_chain[-1][0], {"code": "SAI-SAI"}))
    [letter] = mail.outbox
    assert letter.extra_headers["Content-Language"] == "vi"
    assert "Nhà Mây" in str(make_header(decode_header(letter.from_email)))
    assert "Nhà Mây" in letter.body
    assert_vietnamese(letter.subject + "\n" + letter.body)


@pytest.mark.parametrize(
    ("start", "typed"),
    [
        ("account_signup", {"email": "khach@example.com", "password1": PASSWORD, "password2": PASSWORD}),
        ("account_request_login_code", {"email": "la@example.com"}),
        ("account_reset_password", {"email": "la@example.com"}),
    ],
)
def test_letters_for_the_wrong_door_are_vietnamese(client, start, typed):
    make_user()

    client.post(reverse(start), typed)

    [letter] = mail.outbox
    assert_vietnamese(letter.subject + "\n" + letter.body)


def test_notices_about_changes_of_the_account_are_vietnamese(client, customer):
    new = "mot-mat-khau-khac-nua"

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    [letter] = mail.outbox
    assert_vietnamese(letter.subject + "\n" + letter.body)


def test_the_english_pages_are_english(client):
    page = client.get("/en/accounts/login/").content.decode()

    assert '<html lang="en"' in page
    assert "Sign In" in page
