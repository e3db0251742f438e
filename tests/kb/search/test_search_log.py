"""The log of searches: what is counted, how typing becomes one search, what is never kept, what it costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import signing
from django.db import OperationalError
from django.utils import timezone

from kb import tasks
from kb.models import SearchLogClick, SearchLogEntry
from kb.search_log import buffer as buffers
from kb.search_log import writing
from kb.search_log.buffer import SearchBuffer
from kb.search_log.services import note_click, note_search
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """A log of this test's own."""
    own = SearchBuffer()
    monkeypatch.setattr(buffers, "buffer", own)
    return own


@pytest.fixture
def clock(monkeypatch):
    """The time as the log sees it; `clock.pass_by(seconds)` moves it."""

    class Clock:
        now = 1_000.0

        def pass_by(self, seconds):
            self.now += seconds

        def monotonic(self):
            return self.now

    own = Clock()
    monkeypatch.setattr(buffers, "time", own)
    return own


@pytest.fixture
def ask(rf):
    """Search as a reader does, coming from an address of the site."""

    def ask(
        query, *, count=3, language="vi", came_from="/vi/", agent=FIREFOX, user=None, address="192.0.2.1", **options
    ):
        headers = {"user-agent": agent, "referer": f"http://testserver{came_from}"}
        request = rf.get("/vi/search/", headers=headers, REMOTE_ADDR=address)
        if user:
            request.user = user
        return note_search(request, query=query, language=language, count=count, **options)

    return ask


def counted():
    return {row.query: row.searches for row in SearchLogEntry.objects.all()}


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


@pytest.mark.parametrize("search_id", ["", "x", "a:b:c", "\x00" * 9, signing.dumps(["2026-11-22", "vi", "x", "y"])])
def test_made_up_id_counts_nothing(log, search_id):
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


# What is never kept --------------------------------------------------------------------------------------------------

PERSONAL = [
    "đơn NM-10001",
    "nm-10001",
    "0912345678",
    "+84 912 345 678",
    "0912.345.678",
    "an.nguyen@example.com",
    "4111 1111 1111 1111",
    "123456",
    "12 34 56",
    "4K7Q2M9XAB",
    "đơn hàng số 10001 ở đâu",
    # The same in other spellings.
    "NM - 10001",
    "nm_10001 giao chưa",
    "NM\u201110001",
    "n m 10 001",
    "ＮＭ－１０００１",
    "kiện hàng 1 0 0 0 1",
    "đơn A82FP 2D418 của tôi",
    "0912 - 345 - 678",
    "gọi 0912, 345, 678",
    "không chín một hai ba bốn năm",
    "an.nguyen＠example.com",
    "an.nguyen (at) example.com",
    "an nguyen a còng example chấm com",
    "an.nguyen.gmail.com",
    "máy giặt của chị Lan ở 12 Lý Thường Kiệt kêu rất to, " * 5,
]


@pytest.mark.parametrize("query", PERSONAL)
def test_personal_data_is_counted_and_never_kept(ask, log, query):
    note_click(ask(query), position=1, page_id=7)
    log.flush_all()

    row = SearchLogEntry.objects.get()
    assert (row.query, row.shown_query, row.searches) == ("", "", 1)


@pytest.mark.parametrize(
    "query",
    [
        "NM-W85",
        "lỗi E4",
        "LK-W85-05",
        "bảo hành 24 tháng",
        "máy giặt 8,5 kg",
        "năm 2026",
        "máy lạnh 12000 btu",
        "mã lỗi 1202",
        "đơn vị 1200w",
        "tài khoản gmail",
        "hai ba lần",
    ],
)
def test_products_codes_and_years_are_kept(ask, log, query):
    ask(query)
    log.flush_all()

    assert SearchLogEntry.objects.get().query


def test_what_was_typed_of_an_address_goes_with_it(ask, log, clock):
    ask("an.nguyen", is_typing=True)
    ask("an.nguyen@example.com")
    log.flush_all()

    assert counted() == {"": 1}


def test_id_of_a_withheld_search_holds_nothing_of_it(ask):
    search_id = ask("an.nguyen@example.com")

    assert "nguyen" not in str(signing.loads(search_id, salt="kb.search_log"))


# Under strain --------------------------------------------------------------------------------------------------------


def test_searches_wait_while_the_database_refuses(ask, log, monkeypatch):
    def refuse(counts):
        raise OperationalError("database is locked")

    note_click(ask("bảo hành"), position=1, page_id=7)
    monkeypatch.setattr(buffers, "write_counts", refuse)
    assert log.flush_all() == 0
    monkeypatch.setattr(buffers, "write_counts", writing.write_counts)
    ask("bảo hành")

    assert log.flush_all() == 2
    assert SearchLogEntry.objects.get().clicked_searches == 1


def test_a_flood_of_different_searches_is_counted_without_words(ask, log, monkeypatch):
    monkeypatch.setattr(writing, "MAX_ENTRIES_A_DAY", 3)
    monkeypatch.setattr(buffers, "MAX_WAITING", 4)
    for number in range(10):
        ask(f"từ {number}")
    log.flush_all()

    assert sum(counted().values()) == 10
    assert counted()[""] == 7
    assert SearchLogEntry.objects.count() == 4


def test_one_network_cannot_fill_the_day_for_all_others(ask, log, clock, monkeypatch):
    monkeypatch.setattr(buffers, "MAX_KEPT_OF_A_NETWORK", 3)
    for number in range(5):
        note_click(ask(f"từ {number}"), position=1, page_id=7)
    typed = ask("rác", is_typing=True)
    ask("rác nữa", is_typing=True, after=typed)
    ask("bảo hành", address="198.51.100.7")
    ask("rác nữa đây", address="198.51.100.7")
    log.flush_all()

    assert counted() == {"tu 0": 1, "tu 1": 1, "tu 2": 1, "": 2, "bao hanh": 1, "rac nua day": 1}

    clock.pass_by(3600)
    ask("máy giặt")
    log.flush_all()

    assert counted()["may giat"] == 1


def test_counting_in_many_threads_loses_nothing(ask, log):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, ["bảo hành"] * 200))

    assert log.flush_all() == 200
    assert counted() == {"bao hanh": 200}


def test_old_days_are_forgotten_with_their_clicks(settings, monkeypatch):
    settings.SEARCH_LOG_DAYS = 30
    today = date(2026, 11, 20)
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    for age in (29, 30, 31):
        entry = SearchLogEntry.objects.create(day=today - timedelta(days=age), language="vi", query="x", searches=1)
        SearchLogClick.objects.create(entry=entry, page_id=7, position=1, count=1)

    tasks.purge_search_log.enqueue()

    assert [(today - row.day).days for row in SearchLogEntry.objects.order_by("day")] == [30, 29]
    assert SearchLogClick.objects.count() == 2
