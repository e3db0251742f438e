"""What is withdrawn stays withdrawn, whatever was under way: forms, second clicks, old undo buttons.

One request that has read and one that has not are two visitors here; real threads are in tests/journeys/test_consent_race.py.
"""

import pytest

from personalization import views
from personalization.changes import NothingToUndo, changed_with_undo, hide_module, undo
from personalization.merging import BROWSER
from personalization.models import ConsentRecord
from personalization.preferences import BEHAVIOUR, PERSONALIZATION, Preferences
from personalization.selectors import allows_now, consent_history_of, stored_preferences_of
from personalization.services import (
    ConsentMissing,
    forget_visitor,
    grant_purpose,
    save_preferences,
    take_from_browser,
    withdraw_consent,
    withdraw_purpose,
)
from tests.factories.personalization import (
    make_guest_cookie,
    make_visitor,
    preferences_form,
    store_preferences,
)

HERE = ConsentRecord.Source.PREFERENCES
BOTH = frozenset({PERSONALIZATION, BEHAVIOUR})


@pytest.fixture(autouse=True)
def registry_of_fakes(fake_registry):
    pass


def withdrawn_meanwhile(user, purpose, cookie=""):
    """A request that has read everything when another one withdraws `purpose`."""
    under_way = make_visitor(user, cookie)
    assert purpose in under_way.stored.consents
    withdraw_purpose(make_visitor(user), purpose, source=HERE)
    return under_way


def test_form_read_before_a_withdrawal_does_not_give_the_consent_again(user):
    store_preferences(user, consents=BOTH)
    under_way = withdrawn_meanwhile(user, PERSONALIZATION)

    with pytest.raises(ConsentMissing):
        save_preferences(under_way, Preferences(consents=BOTH, theme="dark"), source=HERE)

    assert stored_preferences_of(user).consents == frozenset()
    assert stored_preferences_of(user).theme == "auto"


def test_form_stores_the_rest_where_only_a_further_purpose_was_withdrawn(user):
    store_preferences(user, consents=BOTH)
    under_way = withdrawn_meanwhile(user, BEHAVIOUR)

    save_preferences(under_way, Preferences(consents=BOTH, theme="dark"), source=HERE)

    assert stored_preferences_of(user).consents == {PERSONALIZATION}
    assert stored_preferences_of(user).theme == "dark"


def test_page_asks_again_with_everything_typed(account, user, address, monkeypatch):
    store_preferences(user)
    read = views._page_of

    def withdraw_after_reading(visitor, **options):
        page = read(visitor, **options)
        withdraw_purpose(make_visitor(user), PERSONALIZATION, source=HERE)
        return page

    monkeypatch.setattr(views, "_page_of", withdraw_after_reading)
    form = preferences_form(theme="dark", products=[{"product_code": "NM-R9", "serial_number": "A1"}])
    form.pop("consent")

    page = account.post(address, form)

    assert page.status_code == 200
    assert "Chúng tôi chỉ lưu khi bạn đồng ý." in page.text
    assert 'value="A1"' in page.text
    assert not allows_now(user, PERSONALIZATION)


def test_taking_over_the_browsers_choices_gives_nothing_again(user):
    store_preferences(user, consents=BOTH)
    cookie = make_guest_cookie(theme="dark")

    under_way = withdrawn_meanwhile(user, BEHAVIOUR, cookie)
    take_from_browser(under_way, {"theme": BROWSER}, source=HERE)
    assert stored_preferences_of(user).consents == {PERSONALIZATION}

    under_way = withdrawn_meanwhile(user, PERSONALIZATION, cookie)
    with pytest.raises(ConsentMissing):
        take_from_browser(under_way, {"theme": BROWSER}, source=HERE)
    assert under_way._cookie_to_write is None
    assert stored_preferences_of(user).consents == frozenset()


def test_switch_pressed_twice_at_once_is_one_decision_and_none_without_what_it_needs(user):
    store_preferences(user)
    first, second = make_visitor(user), make_visitor(user)
    assert first.stored == second.stored

    grant_purpose(first, BEHAVIOUR, source=HERE)
    grant_purpose(second, BEHAVIOUR, source=HERE)
    assert [record.purpose for record in consent_history_of(user)] == [PERSONALIZATION, BEHAVIOUR]

    withdraw_purpose(make_visitor(user), BEHAVIOUR, source=HERE)
    under_way = withdrawn_meanwhile(user, PERSONALIZATION)
    with pytest.raises(ConsentMissing):
        grant_purpose(under_way, BEHAVIOUR, source=HERE)


@pytest.mark.parametrize("end", ["withdraw", "delete", "forget"])
def test_old_undo_button_brings_nothing_back_after_a_withdrawal_even_once_there_is_a_new_consent(user, end):
    store_preferences(user, hidden_modules=frozenset({"b"}))
    token = changed_with_undo(make_visitor(user), lambda visitor: hide_module(visitor, "a"))

    if end == "forget":
        forget_visitor(user)
    else:
        withdraw_consent(make_visitor(user), keep_choices=end == "withdraw", source=HERE)
    with pytest.raises((NothingToUndo, ConsentMissing)):
        undo(make_visitor(user), token)
    store_preferences(user)
    with pytest.raises(NothingToUndo):
        undo(make_visitor(user), token)

    assert stored_preferences_of(user).hidden_modules == frozenset()
