"""What an account read and searched for: kept only while it allows that, a little of it, and gone at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse

from kb import tasks
from kb.models import ReadArticle, RecentSearch
from kb.selectors.reading_history import recently_read
from kb.services import reading_history
from personalization.consents import PURPOSES, Purpose
from personalization.models import ConsentRecord
from personalization.preferences import BEHAVIOUR, PERSONALIZATION
from personalization.services import (
    AccountNeeded,
    ConsentMissing,
    UnknownPurpose,
    forget_visitor,
    grant_purpose,
    withdraw_consent,
    withdraw_purpose,
)
from tests.factories.kb import make_article, make_category, make_product, restrict
from tests.factories.personalization import make_user, make_visitor, store_preferences

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PAGE = ConsentRecord.Source.PREFERENCES
ALLOWED = frozenset({PERSONALIZATION, BEHAVIOUR})
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@pytest.fixture
def category(site_tree):
    return make_category(code="bao-hanh")


@pytest.fixture
def article(category):
    return make_article(category, title="Thời hạn", products=[make_product("NM-W85")])


@pytest.fixture
def reader(db):
    user = make_user("doc@example.com")
    store_preferences(user, consents=ALLOWED)
    return user


def kept() -> tuple[int, int]:
    return ReadArticle.objects.count(), RecentSearch.objects.count()


def read_and_search(client, article):
    client.get(article.get_url(), headers=FIREFOX)
    client.get(reverse("search"), {"q": "vắt kêu to"}, headers=FIREFOX)


# --- What is kept, and whose ---


def test_reader_who_allows_it_has_a_history_and_sees_all_of_it(client, reader, article):
    client.force_login(reader)
    read_and_search(client, article)
    read_and_search(client, article)

    page = client.get(reverse("preferences")).text
    data = client.get(reverse("preference_download")).json()

    assert kept() == (1, 1)
    assert [card.title for card in recently_read(make_visitor(reader))] == ["Thời hạn"]
    assert "vắt kêu to" in page
    assert [entry["kind"] for entry in data["kb.behaviour"]] == ["read", "search"]
    assert data["facts"]["kb.read_topics"] == ["bao-hanh"]
    assert data["facts"]["kb.read_products"] == ["NM-W85"]
    assert data["facts"]["kb.recent_searches"] == 1


@pytest.mark.parametrize("consents", [None, {PERSONALIZATION}, {BEHAVIOUR}])
def test_nobody_else_has_one(client, article, consents):
    user = make_user()
    if consents:
        store_preferences(user, consents=frozenset({PERSONALIZATION, *consents}))
    if consents == {BEHAVIOUR}:  # allowed once, but not what it needs
        withdraw_purpose(make_visitor(user), PERSONALIZATION, source=PAGE)
    client.force_login(user)

    read_and_search(client, article)
    client.logout()
    read_and_search(client, article)

    assert kept() == (0, 0)
    assert recently_read(make_visitor(user)) == ()


def test_neither_programs_nor_personal_searches_are_kept(client, reader, article):
    client.force_login(reader)

    client.get(article.get_url(), headers={"user-agent": "curl/8"})
    client.get(reverse("search"), {"q": "NM-10001"}, headers=FIREFOX)
    client.get(reverse("search"), {"q": "an.nguyen@example.com"}, headers=FIREFOX)

    assert kept() == (0, 0)


def test_only_the_latest_are_kept(reader, category, monkeypatch):
    monkeypatch.setattr(reading_history, "READ_ARTICLES_KEPT", 2)
    monkeypatch.setattr(reading_history, "SEARCHES_KEPT", 1)
    visitor = make_visitor(reader)
    articles = [make_article(category, title=title) for title in "abc"]

    with time_machine.travel(NOON, tick=False) as clock:
        for article in articles:
            clock.shift(timedelta(minutes=1))
            reading_history.note_reading(visitor, article.pk)
            reading_history.note_own_search(visitor, f"máy {article.title}", language="vi")

    assert [card.title for card in recently_read(make_visitor(reader))] == ["c", "b"]
    assert [one.shown_query for one in RecentSearch.objects.all()] == ["máy c"]


def test_what_one_may_not_read_any_more_is_not_shown(reader, article):
    visitor = make_visitor(reader)
    reading_history.note_reading(visitor, article.pk)

    restrict(article.get_parent(), "groups")

    assert recently_read(make_visitor(reader)) == ()


def test_reading_costs_nothing_without_consent_and_little_with_it(reader, article, django_assert_num_queries):
    stranger = make_visitor(make_user())
    visitor = make_visitor(reader)
    assert not stranger.allows(BEHAVIOUR)
    assert visitor.allows(BEHAVIOUR)

    with django_assert_num_queries(0):
        reading_history.note_reading(stranger, article.pk)
    with django_assert_num_queries(7):  # begin, consent, none yet, create, which stay, the others, end
        assert reading_history.note_reading(visitor, article.pk)
    with django_assert_num_queries(4):
        assert reading_history.note_reading(visitor, article.pk)


def test_database_that_refuses_costs_a_line_not_the_page(client, reader, article, monkeypatch, caplog):
    def refuse(*args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(reading_history, "allows_now", refuse)
    client.force_login(reader)

    response = client.get(article.get_url(), headers=FIREFOX)

    assert response.status_code == 200
    assert "OperationalError" in caplog.text
    assert "Thời hạn" not in caplog.text


# --- Withdrawing ---


@pytest.mark.parametrize(
    "end",
    [
        lambda user: withdraw_purpose(make_visitor(user), BEHAVIOUR, source=PAGE),
        lambda user: withdraw_purpose(make_visitor(user), PERSONALIZATION, source=PAGE),
        lambda user: withdraw_consent(make_visitor(user), keep_choices=True, source=PAGE),
        forget_visitor,
    ],
    ids=["behaviour", "personal pages", "keeping the choices", "erased"],
)
def test_history_ends_at_once_and_only_ones_own(client, reader, article, end):
    other = make_user("khac@example.com")
    store_preferences(other, consents=ALLOWED)
    reading_history.note_reading(make_visitor(other), article.pk)
    client.force_login(reader)
    read_and_search(client, article)
    assert kept() == (2, 1)

    end(reader)

    assert kept() == (1, 0)
    assert not make_visitor(reader).allows(BEHAVIOUR)
    assert make_visitor(other).allows(BEHAVIOUR)


def test_page_under_way_while_its_reader_withdraws_leaves_nothing(reader, article):
    under_way = make_visitor(reader)
    assert under_way.allows(BEHAVIOUR)

    withdraw_purpose(make_visitor(reader), BEHAVIOUR, source=PAGE)

    assert not reading_history.note_reading(under_way, article.pk)
    assert kept() == (0, 0)


def test_night_forgets_what_is_old_and_what_is_not_allowed_any_more(reader, article, monkeypatch):
    visitor = make_visitor(reader)
    reading_history.note_reading(visitor, article.pk)
    with time_machine.travel(datetime.now(tz=UTC) - timedelta(days=91)):
        reading_history.note_own_search(visitor, "máy giặt", language="vi")

    tasks.purge_behaviour.func()
    assert kept() == (1, 0)

    new_words = Purpose(BEHAVIOUR, "2027-01", "Đọc", "Khác", needs=PERSONALIZATION, for_guests=False)
    monkeypatch.setitem(PURPOSES, BEHAVIOUR, new_words)
    tasks.purge_behaviour.func()
    assert kept() == (0, 0)


# --- Allowing ---


def test_each_purpose_is_allowed_by_itself_and_on_record_once(reader):
    user = make_user()
    visitor = make_visitor(user)
    with pytest.raises(ConsentMissing):
        grant_purpose(visitor, BEHAVIOUR, source=PAGE)
    grant_purpose(visitor, PERSONALIZATION, source=PAGE)
    assert not visitor.allows(BEHAVIOUR)

    grant_purpose(visitor, BEHAVIOUR, source=PAGE)
    grant_purpose(visitor, BEHAVIOUR, source=PAGE)
    assert visitor.allows(BEHAVIOUR)
    withdraw_purpose(visitor, BEHAVIOUR, source=PAGE)
    withdraw_purpose(visitor, BEHAVIOUR, source=PAGE)

    assert visitor.is_personalized
    decisions = ConsentRecord.objects.filter(user=user).values_list("purpose", "is_granted")
    assert list(decisions) == [(PERSONALIZATION, True), (BEHAVIOUR, True), (BEHAVIOUR, False)]


def test_guests_and_unknown_purposes_are_refused():
    guest = make_visitor()
    grant_purpose(guest, PERSONALIZATION, source=PAGE)

    for purpose, error in ((BEHAVIOUR, AccountNeeded), ("nonsense", UnknownPurpose)):
        with pytest.raises(error):
            grant_purpose(guest, purpose, source=PAGE)
    with pytest.raises(UnknownPurpose):
        withdraw_purpose(guest, "nonsense", source=PAGE)
    withdraw_purpose(guest, PERSONALIZATION, source=PAGE)

    assert not guest.is_personalized
