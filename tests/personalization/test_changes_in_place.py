"""Hiding, moving and the theme, from any page and back to it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization import guest, responses
from personalization.changes import changed_with_undo, hide_module, pin_module, set_appearance
from personalization.consents import PURPOSES
from personalization.models import ConsentRecord
from personalization.preferences import PERSONALIZATION
from personalization.selectors import allows_now, modules_for
from personalization.services import ConsentMissing, withdraw_purpose
from tests.factories.personalization import GIVEN_AT, make_guest_cookie, make_user, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")

HIDE, MOVE, PIN, THEME, DISMISS = (
    f"preference_{change}" for change in ("hide_module", "move_module", "pin_module", "appearance", "dismiss_module")
)


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


def test_module_put_off_goes_down_and_comes_back_after_thirty_days(account, user):
    def keys():
        return [module.key for module in modules_for(make_visitor(user))]

    before = keys()
    response = post(account, DISMISS, key="mine")

    assert before[0] == "mine"
    assert keys()[-1] == "mine"
    assert "vì bạn đã chọn “để sau”" in modules_for(make_visitor(user))[-1].place
    assert "xuống dưới trong 30 ngày" in str(next(iter(get_messages(response.wsgi_request))))
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert keys() == before


def test_guest_puts_off_in_the_cookie_and_takes_it_back(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie()

    response = post(client, DISMISS, key="a")

    kept = guest.unpack(response.cookies[guest.COOKIE_NAME].value).preferences.dismissals
    assert [(one.key, one.on, one.times) for one in kept] == [("a", timezone.localdate(), 1)]
    token = next(iter(get_messages(response.wsgi_request))).extra_tags
    undone = post(client, "preference_undo", change=token)
    assert guest.unpack(undone.cookies[guest.COOKIE_NAME].value).preferences.dismissals == ()


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
    ("pinned", "fields", "expected"),
    [
        ((), {"key": "b", "before": "a"}, ("mine", "b", "a", "c")),
        # What the visitor saw is what they rearrange; what was not shown keeps its usual place.
        ((), {"key": "c", "before": "b", "shown": "b c forged"}, ("mine", "a", "c", "b")),
        # Up among the pinned is pinned there; down past the last of them is pinned no longer.
        (("b", "c"), {"key": "a", "before": "c"}, ("b", "a", "c", "mine")),
        (("b",), {"key": "a", "after": "b"}, ("b", "a", "mine", "c")),
        (("b", "c"), {"key": "b", "after": "c"}, ("c", "b", "mine", "a")),
        (("b",), {"key": "b", "after": "mine"}, ("mine", "b", "a", "c")),
    ],
)
def test_moved_module_stands_where_it_was_put(account, user, pinned, fields, expected):
    store_preferences(user, pinned_modules=pinned)

    post(account, MOVE, **fields)

    assert tuple(module.key for module in modules_for(make_visitor(user))) == expected


def test_pinned_module_stands_first_until_it_is_unpinned(account, user):
    post(account, PIN, key="c")
    post(account, PIN, key="b")
    post(account, PIN, key="b")  # pressed twice

    assert [(module.key, module.is_pinned) for module in modules_for(make_visitor(user))][:3] == [
        ("c", True),
        ("b", True),
        ("mine", False),
    ]

    post(account, PIN, key="c", unpin="yes")
    post(account, HIDE, key="b")

    assert make_visitor(user).preferences.pinned_modules == ()
    assert [module.key for module in modules_for(make_visitor(user))] == ["mine", "a", "c"]


def test_appearance_changes_at_once_and_says_so_in_the_language_chosen(account, user):
    post(account, THEME, text_size="larger", density="compact", language="en")

    page = account.get(reverse("preferences")).text
    preferences = make_visitor(user).preferences
    assert (preferences.text_size, preferences.density, preferences.language) == ("larger", "compact", "en")
    assert 'data-text-size="larger"' in page and 'data-density="compact"' in page
    assert "Your pages now look the way you chose." in page


# --- Undo ---


def undo_of(client) -> str:
    """The text of the undo button on the next page, a page that shows messages."""
    page = BeautifulSoup(client.get(reverse("preferences")).content, "html.parser")
    return page.select_one("button[name=change]")["value"]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (HIDE, {"key": "c"}),
        (PIN, {"key": "b"}),
        (MOVE, {"key": "b", "before": "c"}),
        (THEME, {"theme": "light"}),
        (THEME, {"language": "en"}),
    ],
)
def test_every_change_in_place_is_taken_back_and_nothing_else(account, user, name, fields):
    store_preferences(user, theme="dark", pinned_modules=("c",), module_order=("c", "b", "a", "mine"))
    before = make_visitor(user).stored
    post(account, name, **fields)
    token = undo_of(account)
    post(account, THEME, density="compact")  # something else in between stays

    response = post(account, "preference_undo", change=token)

    assert response["Location"] == "/vi/"
    assert make_visitor(user).stored == replace(before, density="compact")


def test_guest_takes_a_change_back(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(theme="dark")
    post(client, THEME, theme="light")

    response = post(client, "preference_undo", change=undo_of(client))

    assert guest.unpack(response.cookies[guest.COOKIE_NAME].value).preferences.theme == "dark"


def test_guests_do_not_undo_with_the_text_of_another_browser(client):
    theirs, given_at = Client(), GIVEN_AT - timedelta(days=1)
    consent = guest.GivenConsent(PURPOSES[PERSONALIZATION].version, "vi", given_at)
    choices = guest.unpack(make_guest_cookie(theme="dark", hidden_modules=frozenset({"a"})))
    theirs.cookies[guest.COOKIE_NAME] = guest.pack(replace(choices, consents={PERSONALIZATION: consent}))
    post(theirs, HIDE, key="b")
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie()

    response = post(client, "preference_undo", change=undo_of(theirs))

    assert "Không còn gì để hoàn tác" in str(next(iter(get_messages(response.wsgi_request))))
    assert guest.COOKIE_NAME not in response.cookies


def test_what_changed_nothing_offers_no_undo(account):
    response = post(account, THEME, theme="auto")

    assert not list(get_messages(response.wsgi_request))


@pytest.mark.parametrize("token", ["", "undo:", "forged", "\x00", "a" * 10_000, "undo:W10:x:y"])
def test_forged_undo_changes_nothing(account, user, token):
    before = make_visitor(user).stored

    response = post(account, "preference_undo", change=token)

    assert "Không còn gì để hoàn tác" in str(next(iter(get_messages(response.wsgi_request))))
    assert make_visitor(user).stored == before


def test_undo_of_somebody_else_or_of_an_hour_ago_changes_nothing(account, user):
    other = make_user("binh@example.com")
    store_preferences(other, theme="dark")
    theirs = changed_with_undo(make_visitor(other), lambda visitor: set_appearance(visitor, theme="light"))
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        old = changed_with_undo(make_visitor(user), lambda visitor: set_appearance(visitor, theme="light"))

    for token in (theirs, old):
        post(account, "preference_undo", change=token)

    assert make_visitor(user).stored.theme == "light"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (HIDE, {"key": "forged"}),
        (HIDE, {}),
        (HIDE, {"key": "<script>"}),
        (HIDE, {"key": "\x00"}),
        (DISMISS, {"key": "forged"}),
        (DISMISS, {}),
        (HIDE, {"key": "a" * 10_000}),
        (MOVE, {"key": "a", "before": "forged"}),
        (MOVE, {"key": "forged", "after": "a"}),
        (MOVE, {"key": "a", "after": "a"}),
        (MOVE, {"key": "a"}),
        (THEME, {"theme": "sepia"}),
        (THEME, {"text_size": "\x00"}),
        (THEME, {"language": "de"}),
        (THEME, {}),
        ("preference_pin_module", {"key": "forged"}),
        ("preference_decide", {"purpose": "forged", "decision": "allow"}),
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

    assert response["Location"].startswith("/vi/preferences/?need=consent")
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


@pytest.mark.parametrize("name", [HIDE, MOVE, THEME, DISMISS, "preference_withdraw", "preference_delete"])
def test_following_a_link_changes_nothing(account, user, name):
    before = make_visitor(user).stored

    response = account.get(reverse(name), {"key": "a", "theme": "dark"})

    assert response["Location"] == "/vi/preferences/"
    assert make_visitor(user).stored == before


@pytest.mark.parametrize("name", [HIDE, MOVE, THEME, DISMISS, "preference_withdraw", "preference_delete"])
def test_post_from_another_site_is_refused(user, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert strict.post(reverse(name), {"key": "a", "theme": "dark"}).status_code == 403


def test_withdrawing_goes_back_to_the_page(account, user):
    response = post(account, "preference_withdraw", choices="keep")

    assert response["Location"] == "/vi/"
    assert not make_visitor(user).is_personalized
    assert list(ConsentRecord.objects.values_list("is_granted", flat=True)) == [True, False]


def test_changing_too_often_is_refused(account, monkeypatch):
    monkeypatch.setattr(responses, "SAVE_RATES", "2/m/ip")
    for _time in range(2):
        post(account, THEME, theme="dark")

    response = post(account, THEME, theme="light")

    assert response.status_code == 429
    assert "quá nhanh" in response.text


def test_two_tabs_of_one_account_keep_both_changes(user):
    store_preferences(user)
    first, second = make_visitor(user), make_visitor(user)
    assert first.stored == second.stored  # both pages are under way

    changed_with_undo(first, lambda visitor: pin_module(visitor, "mine"))
    changed_with_undo(second, lambda visitor: hide_module(visitor, "a"))

    stored = make_visitor(user).stored
    assert (stored.pinned_modules, stored.hidden_modules) == (("mine",), {"a"})


def test_change_under_way_while_the_consent_is_withdrawn_does_not_give_it_again(user):
    store_preferences(user)
    under_way = make_visitor(user)
    assert under_way.is_personalized
    withdraw_purpose(make_visitor(user), PERSONALIZATION, source=ConsentRecord.Source.PREFERENCES)

    with pytest.raises(ConsentMissing):
        changed_with_undo(under_way, lambda visitor: hide_module(visitor, "a"))

    assert not allows_now(user, PERSONALIZATION)
