"""Every purpose has a switch of its own, which works at the next request, and a place in the ledger."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from personalization import guest, registry
from personalization.consents import PURPOSES
from personalization.models import ConsentRecord
from personalization.preferences import BEHAVIOUR, DIGEST, OFFERS, PERSONALIZATION
from personalization.selectors import allows_now
from personalization.services import UnknownPurpose, grant_purpose, withdraw_account_purpose, withdraw_consent
from tests.factories.personalization import make_guest_cookie, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")

PAGE = ConsentRecord.Source.PREFERENCES


def allow_all(user) -> None:
    for purpose in PURPOSES:
        grant_purpose(make_visitor(user), purpose, source=PAGE)


def switch(client, purpose: str, decision: str):
    return client.post(reverse("preference_decide"), {"purpose": purpose, "decision": decision, "next": "/vi/"})


@pytest.fixture
def kept_for_behaviour(monkeypatch):
    """What an app keeps for the purpose of behaviour: the accounts whose part was erased."""
    erased = []
    part = registry.StoredPart(
        key="fake.reading",
        title="Đã đọc",
        entries=lambda user: [],
        erase=lambda user: erased.append(user.pk) or 1,
        purpose=BEHAVIOUR,
    )
    monkeypatch.setattr(registry, "_stored_parts", {part.key: part})
    return erased


@pytest.mark.parametrize(
    ("purpose", "left"),
    [
        (PERSONALIZATION, set()),
        (BEHAVIOUR, {PERSONALIZATION, DIGEST, OFFERS}),
        (DIGEST, {PERSONALIZATION, BEHAVIOUR, OFFERS}),
        (OFFERS, {PERSONALIZATION, BEHAVIOUR, DIGEST}),
    ],
)
def test_each_purpose_is_switched_by_itself(account, user, kept_for_behaviour, purpose, left):
    for other in PURPOSES:
        switch(account, other, "allow")
    assert all(make_visitor(user).allows(other) for other in PURPOSES)

    response = switch(account, purpose, "withdraw")
    switch(account, purpose, "withdraw")  # pressed twice

    assert response["Location"] == "/vi/"
    assert "đã tắt" in str(list(get_messages(response.wsgi_request))[-1])
    assert make_visitor(user).stored.consents == left
    assert bool(kept_for_behaviour) == (BEHAVIOUR not in left)
    assert list(ConsentRecord.objects.filter(purpose=purpose).values_list("is_granted", flat=True)) == [True, False]


def test_what_only_adds_to_personal_pages_is_not_allowed_without_them(account, user):
    response = switch(account, OFFERS, "allow")

    assert "Bạn hãy bật trang cá nhân hóa trước" in str(list(get_messages(response.wsgi_request))[-1])
    assert not ConsentRecord.objects.exists()


def test_deleting_everything_withdraws_every_purpose(user, kept_for_behaviour):
    allow_all(user)

    withdraw_consent(make_visitor(user), keep_choices=False, source=PAGE)

    assert make_visitor(user).stored.consents == set()
    assert set(kept_for_behaviour) == {user.pk}


def test_guest_allows_what_needs_no_account(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(theme="dark")

    allowed = switch(client, OFFERS, "allow")
    refused = switch(client, BEHAVIOUR, "allow")

    kept = guest.unpack(client.cookies[guest.COOKIE_NAME].value)
    assert allowed.status_code == refused.status_code == 302
    assert kept.preferences.consents == set(kept.consents) == {PERSONALIZATION, OFFERS}
    assert kept.preferences.theme == "dark"
    assert "cần tài khoản" in str(list(get_messages(refused.wsgi_request))[-1])


def test_guest_without_choices_who_takes_the_last_consent_back_keeps_no_cookie(client):
    switch(client, PERSONALIZATION, "allow")

    response = switch(client, PERSONALIZATION, "withdraw")

    assert response.cookies[guest.COOKIE_NAME].value == ""


def test_refusing_what_was_never_allowed_stores_nothing(account):
    switch(account, DIGEST, "withdraw")

    assert not ConsentRecord.objects.exists()


def test_consent_to_older_words_is_off_and_can_still_be_withdrawn(user):
    ConsentRecord.objects.create(
        user=user, purpose=DIGEST, is_granted=True, wording_version="2019-01", wording="…", language="vi", source=PAGE
    )
    assert not allows_now(user, DIGEST)

    withdraw_account_purpose(user, DIGEST, source=ConsentRecord.Source.LETTER)

    assert not ConsentRecord.objects.latest_for(user).get().is_granted


def test_unknown_purpose_is_an_error(user):
    with pytest.raises(UnknownPurpose):
        withdraw_account_purpose(user, "forged", source=PAGE)


def test_page_shows_every_switch_and_from_when_to_when_a_consent_counted(account, user, address):
    with time_machine.travel(datetime(2026, 11, 2, 3, 0, tzinfo=UTC), tick=False):
        store_preferences(user)
        switch(account, DIGEST, "allow")
    with time_machine.travel(datetime(2026, 11, 9, 3, 0, tzinfo=UTC), tick=False):
        switch(account, DIGEST, "withdraw")

    text = " ".join(account.get(address).text.split())

    for purpose in PURPOSES.values():
        assert str(purpose.title) in text
    assert text.count("Đang bật") == 1
    assert "Đồng ý lúc 10:00, 02/11/2026, rút lại lúc 10:00, 09/11/2026" in text
    assert PURPOSES[DIGEST].version in text
