"""The log of searches: what is never kept, what it costs, what is forgotten."""

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
from kb.search_log.services import note_click
from tests.kb.search.log.conftest import counted

pytestmark = pytest.mark.django_db


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
