"""The guest's cookie: signed, small, and never trusted when touched."""

from datetime import date
from hashlib import sha256

import pytest
import time_machine
from django.core import signing
from django.urls import reverse

from personalization import guest
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, OwnedItem
from tests.factories.personalization import GIVEN_AT, make_guest_cookie, make_visitor

OWNED = (OwnedItem("NM-W85", "W85-001", date(2026, 5, 2)), OwnedItem("NM-R9"))


def resigned(**changes) -> str:
    """The cookie with some of its values replaced, and signed by us."""
    data = signing.loads(make_guest_cookie(), salt=guest.SALT)
    return signing.dumps({**data, **changes}, salt=guest.SALT, compress=True)


def test_what_was_kept_is_read_back():
    cookie = make_guest_cookie(
        topics=("bao-hanh",), owned=OWNED, theme="dark", module_order=("b",), hidden_modules=frozenset({"a"})
    )

    preferences = make_visitor(cookie=cookie).preferences

    assert preferences.topics == ("bao-hanh",)
    assert preferences.owned == OWNED
    assert preferences.owned_products == ("NM-W85", "NM-R9")
    assert (preferences.theme, preferences.module_order) == ("dark", ("b",))
    assert preferences.hidden_modules == {"a"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda cookie: cookie[:-1],
        lambda cookie: cookie[: len(cookie) // 2],
        lambda cookie: "A" + cookie,
        lambda cookie: cookie.upper(),
        lambda cookie: "",
        lambda cookie: "\x00" * 10,
        lambda cookie: "không phải cookie",
        lambda cookie: "a:" * 5000,
        lambda cookie: signing.dumps({"v": 1, "t": ["x"]}, salt="another.salt"),
    ],
)
def test_damaged_or_forged_cookie_is_as_none(damage):
    visitor = make_visitor(cookie=damage(make_guest_cookie(theme="dark")))

    assert visitor.stored == NOTHING_STORED
    assert not visitor.is_personalized


@pytest.mark.parametrize(
    "changes",
    [
        *({"v": 0}, {"d": []}, {"t": None}, {"o": [["only-code"]]}, {"c": {"x": [1]}}),
        # Each of these broke every page of its owner.
        *({"c": [1]}, {"c": None}, {"t": [1, {}]}, {"t": "abc"}, {"h": [1, "a"]}, {"m": [{}]}, {"p": [["a"]]}),
        *(
            {"o": [[1, 2, None]]},
            {"o": [["NM-R9", "S" * 41, None]]},
            {"c": {PERSONALIZATION: ["2026-11", 5, "2026-11-01"]}},
        ),
    ],
)
def test_cookie_of_another_format_is_as_none(changes):
    assert guest.unpack(resigned(**changes)) is None


def test_cookie_written_before_something_could_be_chosen_still_counts():
    data = signing.loads(make_guest_cookie(theme="dark", channel="zalo", pinned_modules=("a",)), salt=guest.SALT)
    older = signing.dumps({name: data[name] for name in data.keys() - {"r", "p"}}, salt=guest.SALT, compress=True)

    preferences = guest.unpack(older).preferences

    assert (preferences.theme, preferences.channel, preferences.pinned_modules) == ("dark", "", ())


def test_channel_and_pins_are_read_back_and_an_unknown_channel_is_none():
    kept = guest.unpack(make_guest_cookie(channel="zalo", pinned_modules=("b", "a"))).preferences
    odd = guest.unpack(resigned(r="fax")).preferences

    assert (kept.channel, kept.pinned_modules, odd.channel) == ("zalo", ("b", "a"), "")


@pytest.mark.parametrize("damage", [lambda cookie: cookie[:-3], lambda cookie: "forged"])
def test_whoever_brings_a_cookie_that_nobody_can_read_is_told_once(client, site_tree, damage):
    client.cookies[guest.COOKIE_NAME] = damage(make_guest_cookie(theme="dark"))

    first, second = client.get(reverse("preferences")), client.get(reverse("preferences"))

    assert "không đọc được" in first.text
    assert first.cookies[guest.COOKIE_NAME].value == ""
    assert "không đọc được" not in second.text


def test_values_that_no_longer_exist_fall_back():
    choices = guest.unpack(resigned(d=["de", "sepia", "huge", "airy"]))

    preferences = choices.preferences
    assert (preferences.language, preferences.theme, preferences.text_size, preferences.density) == (
        "",
        "auto",
        "normal",
        "comfortable",
    )


def test_consent_to_older_words_does_not_count():
    cookie = resigned(c={"personalization": ["2019-01", "vi", GIVEN_AT.isoformat()]})

    visitor = make_visitor(cookie=cookie)

    assert not visitor.is_personalized
    assert visitor.preferences == NOTHING_STORED


def test_cookie_of_last_year_is_as_none():
    with time_machine.travel("2025-01-01"):
        cookie = make_guest_cookie(theme="dark")

    with time_machine.travel("2026-01-02"):
        assert guest.unpack(cookie) is None


def test_too_much_for_a_browser_is_refused():
    owned = tuple(OwnedItem(f"NM-{number:05d}", sha256(str(number).encode()).hexdigest()[:40]) for number in range(300))

    with pytest.raises(guest.TooMuchForBrowser):
        make_guest_cookie(owned=owned)


def test_fifty_products_with_dates_fit_a_browser():
    owned = tuple(OwnedItem("NM-W85", f"W85-{number:06d}", date(2026, 1, 1)) for number in range(50))

    assert len(make_guest_cookie(owned=owned)) <= guest.MAX_VALUE_BYTES
