"""The log of searches: what is counted, and how typing becomes one search."""

import pytest
from django.core import signing
from django.utils import timezone

from kb.models import SearchLogClick, SearchLogEntry
from kb.search_log import buffer as buffers
from kb.search_log.services import note_click
from tests.factories.people import make_user
from tests.kb.search.log.conftest import counted

pytestmark = pytest.mark.django_db


# Counting ------------------------------------------------------------------------------------------------------------


def test_searches_of_a_day_are_counted_in_folded_form(ask, log):
    ask("Máy giặt kêu to", count=7)
    ask("may giat keu to", count=7)
    ask("tủ lạnh", count=0)

    assert log.flush_all() == 3

    row = SearchLogEntry.objects.get(query="may giat keu to")
    assert (row.day, row.language, row.searches, row.zero_searches, row.result_count) == (
        timezone.localdate(),
        "vi",
        2,
        0,
        7,
    )
    assert row.shown_query == "Máy giặt kêu to"
    assert SearchLogEntry.objects.get(query="tu lanh").zero_searches == 1


def test_later_counts_are_added_to_what_was_written(ask, log):
    for _time in range(2):
        ask("bảo hành")
        log.flush_all()

    assert counted() == {"bao hanh": 2}


def test_languages_are_counted_apart(ask, log):
    ask("reset", language="vi")
    ask("reset", language="en")
    log.flush_all()

    assert {(row.language, row.searches) for row in SearchLogEntry.objects.all()} == {("vi", 1), ("en", 1)}


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"])
def test_programs_are_not_counted(ask, log, agent):
    assert ask("bảo hành", agent=agent) == ""
    assert log.flush_all() == 0


def test_staff_and_empty_searches_are_not_counted(ask, log):
    assert ask("bảo hành", user=make_user("bientap@example.com", is_staff=True)) == ""
    assert ask(" \x00 ") == ""
    assert log.flush_all() == 0


def test_nothing_is_counted_where_the_log_is_switched_off(ask, log, settings):
    settings.SEARCH_LOG_DAYS = 0

    assert ask("bảo hành") == ""
    assert log.flush_all() == 0


def test_noting_costs_no_query(ask, log, django_assert_num_queries):
    with django_assert_num_queries(0):
        note_click(ask("bảo hành"), position=1, page_id=7)


# One search, however it came about -----------------------------------------------------------------------------------


def test_what_is_typed_is_one_search(ask, log, clock):
    search_id = ""
    for typed in ("máy", "máy gi", "máy giặt", "máy giặt k", "máy giặt", "máy giặt kêu"):
        clock.pass_by(1)
        search_id = ask(typed, is_typing=True, after=search_id)
    clock.pass_by(31)

    log.flush()

    assert counted() == {"may giat keu": 1}


def test_submitting_swallows_what_was_typed(ask, log, clock):
    ask("máy giặt k", is_typing=True)
    clock.pass_by(2)
    ask("máy giặt kêu")
    log.flush_all()

    assert counted() == {"may giat keu": 1}


def test_results_refined_within_half_a_minute_are_one_search(ask, log, clock):
    ask("máy giặt")
    clock.pass_by(20)
    ask("máy giặt kêu", came_from="/vi/search/?q=m%C3%A1y+gi%E1%BA%B7t")
    log.flush_all()

    assert counted() == {"may giat keu": 1}


def test_results_refined_later_are_two_searches(ask, log, clock):
    ask("máy giặt")
    clock.pass_by(31)
    ask("máy giặt kêu", came_from="/vi/search/?q=m%C3%A1y+gi%E1%BA%B7t")
    log.flush_all()

    assert counted() == {"may giat": 1, "may giat keu": 1}


def test_another_page_or_filter_of_the_same_results_is_no_new_search(ask, log):
    ask("máy giặt")

    assert ask("máy giặt", came_from="/vi/search/?q=may+giat&page=2") != ""

    log.flush_all()
    assert counted() == {"may giat": 1}


def test_two_readers_with_the_same_words_are_two_searches(ask, log):
    ask("máy giặt")
    ask("máy giặt kêu")
    ask("máy giặt")
    log.flush_all()

    assert counted() == {"may giat": 2, "may giat keu": 1}


def test_two_who_type_at_once_are_told_apart(ask, log, clock):
    first = ask("máy", is_typing=True)
    second = ask("máy", is_typing=True)
    ask("máy giặt", is_typing=True, after=first)
    ask("máy in", is_typing=True, after=second)
    log.flush_all()

    assert counted() == {"may giat": 1, "may in": 1}


def test_other_words_after_the_first_are_another_search(ask, log):
    first = ask("máy giặt", is_typing=True)
    ask("tủ lạnh", is_typing=True, after=first)
    log.flush_all()

    assert counted() == {"may giat": 1, "tu lanh": 1}


def test_search_still_going_on_is_not_written(ask, log, clock):
    ask("máy giặt", is_typing=True)
    clock.pass_by(29)

    assert log.flush() == 0


def test_two_letters_are_nothing_anybody_looked_for(ask, log):
    ask("má", is_typing=True)
    log.flush_all()

    assert counted() == {}


# Clicks --------------------------------------------------------------------------------------------------------------


def test_click_keeps_page_and_place_and_counts_the_search_once(ask, log):
    search_id = ask("bảo hành")
    ask("bảo hành")

    assert note_click(search_id, position=2, page_id=7)
    assert note_click(search_id, position=3, page_id=8)
    log.flush_all()

    assert SearchLogEntry.objects.get().clicked_searches == 1
    clicks = SearchLogClick.objects.order_by("position")
    assert [(one.page_id, one.position, one.count) for one in clicks] == [(7, 2, 1), (8, 3, 1)]


def test_click_after_the_search_was_written_is_added(ask, log):
    search_id = ask("bảo hành")
    log.flush_all()

    note_click(search_id, position=1, page_id=7)
    log.flush_all()

    assert SearchLogEntry.objects.get().clicked_searches == 1


def test_click_on_a_suggestion_counts_the_search_at_once(ask, log):
    search_id = ask("ma", is_typing=True)
    note_click(search_id, position=1, page_id=7)

    assert log.flush() == 1


def test_an_id_that_is_sent_again_and_again_counts_once(ask, log):
    search_id = ask("bảo hành")
    for _time in range(5):
        note_click(search_id, position=1, page_id=7)
    for page_id in range(1_000):
        note_click(search_id, position=2, page_id=page_id)
    log.flush_all()

    assert SearchLogClick.objects.get(page_id=7, position=1).count == 1
    assert SearchLogClick.objects.count() == buffers.MAX_OPENED


def test_made_up_id_counts_nothing(log):
    signed_for_something_else = signing.dumps(["2026-11-22", "vi", "x", "y"])

    for search_id in ("", "x", "a:b:c", "\x00" * 9, signed_for_something_else):
        assert not note_click(search_id, position=1, page_id=7)

    assert log.flush_all() == 0


def test_old_id_counts_nothing(ask, log, monkeypatch):
    search_id = ask("bảo hành")
    log.flush_all()
    monkeypatch.setattr("kb.search_log.services.SEARCH_ID_SECONDS", -1)

    assert not note_click(search_id, position=1, page_id=7)


def test_odd_places_are_brought_into_range(ask, log):
    note_click(ask("bảo hành"), position=-5, page_id=-7)
    note_click(ask("bảo hành"), position=10**9)
    log.flush_all()

    assert sorted(SearchLogClick.objects.values_list("page_id", "position")) == [(0, 0), (0, 1_000)]
