"""The results page: shareable, without JavaScript, never a dead end."""

import re
import unicodedata

import pytest
from django.test import override_settings

from kb import search

pytestmark = pytest.mark.django_db

# Waiting requests and pages, both again for the other language; labels of two filters; synonyms.
MAX_QUERIES = 8


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def get(client, **query):
    response = client.get("/vi/search/", query)
    return response, response.content.decode()


def test_hits_are_links_with_the_keys_of_the_article(shop, client):
    response, html = get(client, q="may in")

    assert response.status_code == 200
    link = re.search(r'<a class="search-hit__link"[^>]*>', html).group()
    assert f'data-article-id="{shop.printer.pk}"' in link
    assert 'data-external-id="ket-giay"' in link
    assert 'href="/vi/help/may-in/may-in-bi-ket-giay/"' in link


def test_result_count_is_announced_and_the_words_are_marked(shop, client):
    _response, html = get(client, q="kẹt giấy")

    assert re.search(r'role="status"[^>]*>\s*1 bài viết cho “kẹt giấy”', html)
    assert "<mark>kẹt giấy</mark>" in html


def test_correction_offers_the_way_back(shop, client):
    _response, html = get(client, q="bảo hànnh")

    assert "<strong>bảo hành</strong>" in html
    assert "verbatim=1" in html


def test_nothing_found_leads_to_a_person_with_the_question_filled_in(shop, client):
    response, html = get(client, q="xyzzy")

    assert response.status_code == 200
    assert "/vi/contact/?q=xyzzy" in html
    assert "Máy giặt" in html


def test_hits_of_the_other_language_stand_apart(shop, client):
    _response, html = get(client, q="damp paper")

    own, _heading, other = html.partition('id="other-language"')
    assert shop.english.title not in own
    assert shop.english.title in other


def test_language_without_hits_is_not_mentioned(shop, client):
    _response, html = get(client, q="xyzzy")

    assert 'id="other-language"' not in html


def test_filter_narrows_and_can_be_taken_away(shop, client):
    _response, html = get(client, q="máy", type="faq")

    assert html.count('class="search-hit__link"') == 1
    assert 'aria-current="true"' in html
    assert 'href="?q=m%C3%A1y"' in html


@pytest.mark.parametrize("page", ["99", "0", "-1", "abc", "9" * 30, "1.5", ""])
def test_page_number_out_of_range_shows_a_page(shop, client, page):
    response, html = get(client, q="máy", page=page)

    assert response.status_code == 200
    assert 'class="search-hit__link"' in html


def test_page_beyond_the_last_says_so(shop, client):
    _response, html = get(client, q="máy", page="99")

    assert "Không có trang 99" in html


@pytest.mark.parametrize(
    "text",
    ["", " ", "*", '"', "[a TO", "-x", "a\x00b", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1")],
)
def test_odd_text_gets_a_page(shop, client, text):
    assert get(client, q=text)[0].status_code == 200


def test_broken_utf8_gets_a_page(shop, client):
    assert client.get("/vi/search/?q=%ff%fe%c3").status_code == 200


def test_markup_in_the_query_stays_text(shop, client):
    _response, html = get(client, q="<script>alert(1)</script>", category='"><img>')

    assert "<script>alert" not in html
    assert "<img>" not in html


def test_long_query_is_answered_and_nothing_typed_is_lost(shop, client):
    text = "máy in kẹt giấy " + "x" * 10_000

    _response, html = get(client, q=text)

    assert text in html
    assert shop.printer.title in html
    assert f"{search.MAX_CHARACTERS}" in html


def test_decomposed_text_finds_the_same(shop, client):
    _response, html = get(client, q=unicodedata.normalize("NFD", "kẹt giấy"))

    assert shop.printer.title in html


def test_unknown_language_is_not_found(shop, client):
    assert client.get("/xx/search/", {"q": "máy"}).status_code == 404


def test_only_reading_is_allowed(shop, client):
    assert client.post("/vi/search/", {"q": "máy"}).status_code == 405


def test_too_many_searches_get_a_sentence(shop, client, monkeypatch):
    monkeypatch.setattr("kb.views.search.SEARCH_RATES", "2/m/ip")
    with override_settings(RATE_LIMITS_ON=True):
        statuses = [get(client, q="")[0].status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_page_sets_no_cookie(shop, client):
    assert not get(client, q="máy")[0].cookies


def test_number_of_queries_does_not_grow_with_the_hits(shop, client, django_assert_max_num_queries):
    get(client, q="máy")  # fills what is kept between requests

    with django_assert_max_num_queries(MAX_QUERIES):
        get(client, q="máy giặt")
