"""Which result was opened: told by a script beside the link, and worth one count."""

import re

import pytest

from kb.models import SearchLogClick, SearchLogEntry
from kb.search_log import buffer as buffers
from kb.search_log.buffer import SearchBuffer
from tests.kb.search.test_promotions import promote

pytestmark = pytest.mark.django_db

READER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
OWN_PAGE = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """A log of this test's own."""
    own = SearchBuffer()
    monkeypatch.setattr(buffers, "buffer", own)
    return own


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def search_id_in(html):
    found = re.search(r'data-search-id="([^"]*)"', html)
    return found.group(1) if found else ""


def results(client, query, **more):
    return client.get("/vi/search/", {"q": query, **more}, headers=READER).content.decode()


def click(client, search_id, *, headers=OWN_PAGE, **fields):
    body = {"search": search_id, "position": "1", "article": "", **fields}
    return client.post("/vi/search/click/", body, headers=headers).status_code


def test_opened_result_is_counted_with_its_place(shop, client, log):
    html = results(client, "máy")
    position = re.search(rf'data-article-id="{shop.scale.pk}"[^>]* data-position="(\d+)"', html).group(1)

    status = click(client, search_id_in(html), position=position, article=shop.scale.pk)

    log.flush_all()
    counted = SearchLogClick.objects.get()
    assert status == 204
    assert (counted.page_id, counted.position, counted.entry.query) == (shop.scale.pk, int(position), "may")


def test_stages_of_typing_are_one_search(shop, client, log):
    search_id = ""
    for typed in ("may", "may in", "may in ket"):
        answer = client.get("/vi/search/suggestions/", {"q": typed, "after": search_id}, headers=READER)
        search_id = search_id_in(answer.content.decode())

    log.flush_all()
    assert list(SearchLogEntry.objects.values_list("query", "searches")) == [("may in ket", 1)]


def test_answer_of_the_database_is_no_search_of_the_log(db, search_index, client):
    assert search_id_in(results(client, "máy")) == ""


def test_promoted_result_stands_above_marked_and_once(shop, client):
    promote("máy", page=shop.scale)
    html = results(client, "máy")

    first, _badge, rest = html.partition("Cửa hàng gợi ý")
    assert first.count('class="search-hit__link"') == 1
    assert shop.scale.title in first
    assert f'data-article-id="{shop.scale.pk}"' not in rest
    assert "Cửa hàng gợi ý" not in results(client, "máy", type="article")


def test_promotion_alone_is_no_empty_page(shop, client):
    promote("xyzzy", page=shop.scale)

    html = results(client, "xyzzy")

    assert "Cửa hàng gợi ý cho “xyzzy”" in html
    assert "Chưa tìm thấy" not in html


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({}, {"origin": "https://evil.example"}, 400),
        ({}, {}, 400),
        ({"position": "-1"}, OWN_PAGE, 400),
        ({"position": "first"}, OWN_PAGE, 400),
        ({"article": "9" * 30}, OWN_PAGE, 400),
        ({"search": ""}, OWN_PAGE, 400),
        ({"search": "x" * 10_000}, OWN_PAGE, 400),
        ({"search": "made:up:id"}, OWN_PAGE, 204),
        ({"search": "a\x00b"}, OWN_PAGE, 400),
    ],
)
def test_what_makes_no_sense_counts_nothing(shop, client, log, fields, headers, status):
    search_id = search_id_in(results(client, "máy"))

    assert click(client, fields.pop("search", search_id), headers=headers, **fields) == status

    log.flush_all()
    assert not SearchLogClick.objects.exists()


def test_clicks_are_limited_and_only_posted(shop, client, settings, monkeypatch):
    settings.RATE_LIMITS_ON = True
    monkeypatch.setattr("kb.views.search.CLICK_RATES", "1/m/ip")

    assert [click(client, "made:up:id") for _ in range(2)] == [204, 429]
    assert client.get("/vi/search/click/").status_code == 405
