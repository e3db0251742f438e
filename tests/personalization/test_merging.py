"""What a browser's choices and an account's differ in, and what becomes of each answer."""

from dataclasses import replace
from datetime import date

import pytest

from personalization.merging import ACCOUNT, BOTH, BROWSER, differences, key_of, merged
from personalization.preferences import OwnedItem, Preferences
from tests.factories.personalization import CONSENTED

ACCOUNTS = Preferences(
    consents=CONSENTED,
    theme="light",
    topics=("may-giat",),
    owned=(OwnedItem("NM-W85", "W1", date(2026, 5, 2)),),
    hidden_modules=frozenset({"a"}),
)
BROWSERS = Preferences(
    consents=CONSENTED,
    theme="dark",
    language="en",
    topics=("bao-hanh", "may-giat"),
    owned=(OwnedItem("NM-W85"), OwnedItem("NM-R9"), OwnedItem("NM-W85", "W1", date(2026, 5, 3))),
    hidden_modules=frozenset({"b"}),
    pinned_modules=("c",),
)


def test_each_thing_said_otherwise_is_a_question_with_an_answer_that_loses_nothing():
    asked = {one.key: (one.answers, one.proposal) for one in differences(ACCOUNTS, BROWSERS)}

    assert asked == {
        "topics": ((ACCOUNT, BROWSER, BOTH), BOTH),
        "hidden_modules": ((ACCOUNT, BROWSER, BOTH), BOTH),
        key_of(BROWSERS.owned[1]): ((ACCOUNT, BROWSER), BROWSER),
        key_of(BROWSERS.owned[2]): ((ACCOUNT, BROWSER), BROWSER),
        "language": ((ACCOUNT, BROWSER), BROWSER),
        "theme": ((ACCOUNT, BROWSER), ACCOUNT),
        "pinned_modules": ((ACCOUNT, BROWSER), BROWSER),
    }


@pytest.mark.parametrize(
    "browser", [Preferences(consents=CONSENTED), replace(ACCOUNTS), Preferences(topics=("may-giat",))]
)
def test_what_the_browser_never_chose_or_chose_alike_is_no_question(browser):
    assert differences(ACCOUNTS, browser) == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {}),
        ({"theme": ACCOUNT, "topics": "forged", "unknown": BROWSER}, {}),
        ({"theme": BROWSER, "language": BROWSER}, {"theme": "dark", "language": "en"}),
        ({"topics": BOTH, "hidden_modules": BOTH}, {"topics": ("may-giat", "bao-hanh"), "hidden_modules": {"a", "b"}}),
        ({"topics": BROWSER, "hidden_modules": BROWSER}, {"topics": BROWSERS.topics, "hidden_modules": {"b"}}),
        ({key_of(BROWSERS.owned[1]): BROWSER}, {"owned": (*ACCOUNTS.owned, OwnedItem("NM-R9"))}),
        # The same appliance with another day of purchase: corrected, not doubled.
        ({key_of(BROWSERS.owned[2]): BROWSER}, {"owned": (OwnedItem("NM-W85", "W1", date(2026, 5, 3)),)}),
        ({"theme": BOTH}, {}),
    ],
)
def test_account_is_changed_by_what_is_answered_and_by_nothing_else(answers, expected):
    assert merged(ACCOUNTS, BROWSERS, answers) == replace(ACCOUNTS, **expected)


def test_answer_of_an_old_tab_is_about_the_product_it_named():
    turned = replace(BROWSERS, owned=BROWSERS.owned[::-1])

    result = merged(ACCOUNTS, turned, {key_of(OwnedItem("NM-R9")): BROWSER})

    assert result.owned == (*ACCOUNTS.owned, OwnedItem("NM-R9"))
