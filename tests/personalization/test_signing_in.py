"""A guest's choices wait at sign-in for their owner's word: taken over line by line, or left out; never lost in silence."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from personalization import guest, services
from personalization.merging import key_of
from personalization.models import ConsentRecord, VisitorProfile
from personalization.preferences import OwnedItem, Preferences
from personalization.services import withdraw_consent
from tests.factories.personalization import make_guest_cookie, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")


@pytest.fixture
def verified_user(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def merging() -> str:
    return reverse("preference_merge")


def sign_in(client, user, page="/vi/orders/?a=b"):
    fields = {"login": user.email, "password": "mot-mat-khau-dai", "next": page}
    return client.post(reverse("account_login"), fields)


def browser_of(client, **choices):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(**choices)
    return client


def test_signing_in_moves_nothing_and_leads_to_the_questions(client, verified_user):
    browser_of(client, topics=("bao-hanh",), theme="dark")

    response = sign_in(client, verified_user)

    page = client.get(response["Location"])
    assert response["Location"] == "/vi/preferences/merge/?next=%2Fvi%2Forders%2F%3Fa%3Db"
    assert make_visitor(verified_user).stored == Preferences()
    assert client.cookies[guest.COOKIE_NAME].value
    assert "Tài khoản: không có" in page.text and "Trình duyệt này: Bảo hành" in page.text
    assert "Trình duyệt này: Tối" in page.text
    assert page["Cache-Control"] == "private, no-store"


def test_what_is_chosen_is_taken_over_with_a_consent_and_leaves_the_browser(client, verified_user, merging):
    store_preferences(verified_user, theme="light", topics=("may-giat",))
    browser_of(client, theme="dark", topics=("bao-hanh",), owned=(OwnedItem("NM-R9"), OwnedItem("NM-W85")))
    sign_in(client, verified_user)
    answers = {
        "theme": "account",
        "topics": "both",
        key_of(OwnedItem("NM-R9")): "browser",
        key_of(OwnedItem("NM-W85")): "account",
    }

    response = client.post(merging, {**answers, "next": "/vi/orders/"})

    stored = make_visitor(verified_user).preferences
    assert response["Location"] == "/vi/orders/"
    assert (stored.theme, stored.topics, stored.owned_products) == ("light", ("may-giat", "bao-hanh"), ("NM-R9",))
    assert response.cookies[guest.COOKIE_NAME].value == ""

    again = client.post(merging, {**answers, "theme": "browser", "next": "/vi/orders/"})  # the other tab

    assert again["Location"] == "/vi/orders/"
    assert make_visitor(verified_user).preferences.theme == "light"


def test_keeping_the_account_takes_nothing_and_empties_the_browser(client, verified_user, merging):
    store_preferences(verified_user, theme="light")
    browser_of(client, theme="dark")
    sign_in(client, verified_user)

    response = client.post(merging, {"keep": "account", "theme": "browser", "next": "/vi/"})

    assert make_visitor(verified_user).preferences.theme == "light"
    assert response.cookies[guest.COOKIE_NAME].value == ""
    assert "lựa chọn của tài khoản được áp dụng" in client.get(reverse("preferences")).text


def test_leaving_the_questions_open_loses_nothing(client, verified_user, merging):
    store_preferences(verified_user, theme="light")
    browser_of(client, theme="dark")
    sign_in(client, verified_user)

    page = client.get(reverse("preferences"))

    assert 'data-theme="light"' in page.text
    assert merging in page.text
    assert client.cookies[guest.COOKIE_NAME].value


@pytest.mark.parametrize("has_withdrawn", [False, True])
def test_account_without_consent_takes_nothing_over_until_it_agrees(client, verified_user, merging, has_withdrawn):
    if has_withdrawn:
        store_preferences(verified_user)
        withdraw_consent(make_visitor(verified_user), keep_choices=False, source="preferences")
    browser_of(client, theme="dark")
    sign_in(client, verified_user)

    refused = client.post(merging, {"theme": "browser"})

    assert "chỉ lưu lựa chọn khi bạn đồng ý" in refused.text
    assert not VisitorProfile.objects.exists()
    assert client.cookies[guest.COOKIE_NAME].value

    client.post(merging, {"theme": "browser", "consent": "on"})

    assert make_visitor(verified_user).preferences.theme == "dark"
    assert ConsentRecord.objects.latest("pk").source == "guest_cookie"


def test_choices_that_say_nothing_new_leave_the_browser_without_a_question(client, verified_user):
    store_preferences(verified_user, theme="dark")
    browser_of(client, theme="dark")

    response = sign_in(client, verified_user)

    assert response["Location"] == "/vi/orders/?a=b"
    assert response.cookies[guest.COOKIE_NAME].value == ""


def test_choices_kept_without_consent_are_asked_about_by_nobody(client, verified_user):
    client.cookies[guest.COOKIE_NAME] = guest.pack(guest.GuestChoices(Preferences(theme="dark")))

    response = sign_in(client, verified_user)

    assert response["Location"] == "/vi/orders/?a=b"
    assert make_visitor(verified_user).stored == Preferences()


@pytest.mark.parametrize(
    "cookie",
    ["forged", "", "\x00", "a" * 5000, make_guest_cookie(theme="dark")[:-3]],
    ids=["forged", "empty", "zero", "long", "cut"],  # a signature holds the time
)
def test_cut_or_forged_cookie_signs_in_without_a_word(client, verified_user, cookie):
    client.cookies[guest.COOKIE_NAME] = cookie

    response = sign_in(client, verified_user)

    assert response["Location"] == "/vi/orders/?a=b"
    assert not make_visitor(verified_user).is_personalized


def test_wrong_password_moves_nothing(client, verified_user):
    browser_of(client, theme="dark")

    client.post(reverse("account_login"), {"login": verified_user.email, "password": "sai"})

    assert not make_visitor(verified_user).is_personalized
    assert client.cookies[guest.COOKIE_NAME].value


@pytest.mark.parametrize("answers", [{}, {"theme": "both"}, {"theme": "\x00"}, {"theme": "browser" * 1000}])
def test_forged_answer_is_asked_again_and_changes_nothing(account, user, merging, answers):
    store_preferences(user, theme="light")
    browser_of(account, theme="dark")

    response = account.post(merging, answers)

    assert response.status_code == 200
    assert "notice--danger" in response.text
    assert make_visitor(user).preferences.theme == "light"
    assert guest.COOKIE_NAME not in response.cookies


def test_more_products_than_an_account_holds_are_refused_in_a_sentence(account, user, merging, monkeypatch):
    store_preferences(user, owned=(OwnedItem("NM-W85"),))
    monkeypatch.setattr(services, "MAX_OWNED_PRODUCTS", 1)
    browser_of(account, owned=(OwnedItem("NM-R9"),))

    response = account.post(merging, {key_of(OwnedItem("NM-R9")): "browser"})

    assert "Một tài khoản chứa nhiều nhất 1 sản phẩm" in response.text
    assert make_visitor(user).preferences.owned_products == ("NM-W85",)


def test_stranger_and_foreign_addresses_are_led_to_pages_of_ours(client, account, user, merging):
    store_preferences(user, theme="light")

    nothing_to_ask = account.get(merging, {"next": "https://evil.example/"})
    browser_of(account, theme="dark")
    chosen = account.post(merging, {"theme": "browser", "next": "//evil.example"})
    account.logout()

    assert nothing_to_ask["Location"] == chosen["Location"] == "/vi/"
    assert client.get(merging)["Location"] == "/vi/preferences/"


def test_the_questions_cost_few_queries(account, user, merging, django_assert_max_num_queries):
    store_preferences(user, owned=tuple(OwnedItem("NM-W85", str(number)) for number in range(20)))
    browser_of(account, theme="dark", owned=tuple(OwnedItem("NM-R9", str(number)) for number in range(20)))

    with django_assert_max_num_queries(8):
        assert account.get(merging).status_code == 200
