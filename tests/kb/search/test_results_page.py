"""The results page: shareable, without JavaScript, never a dead end."""

import re
import unicodedata
from html import unescape

import pytest
from django.test import override_settings

from kb import search
from kb.search.rebuild import rebuild_index
from tests.factories.kb import make_product
from tests.kb.search.conftest import publish_article

pytestmark = pytest.mark.django_db

# What waits for the worker and the pages shown; the same count for the other language; titles of categories.
MAX_QUERIES = 5


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
    assert "Kiểm tra lại chính tả" in html


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


def filters_of(html):
    """The filter links that are not chosen: address → hits it promises."""
    links = r'<a class="filters__link" href="([^"]*)"(?: hreflang="en" lang="en")?>.*?<span class="number">(\d+)</span>'
    return {unescape(url): int(count) for url, count in re.findall(links, html, re.DOTALL)}


def hits_in(html):
    return int(re.search(r'role="status"[^>]*>\s*(\d+)', html).group(1))


def test_each_filter_leads_to_as_many_articles_as_it_says(shop, client):
    for choices in ({}, {"category": "may-giat"}, {"category": "may-giat", "type": "faq"}):
        _response, html = get(client, q="máy", **choices)
        for url, count in filters_of(html).items():
            address = url if url.startswith("/") else "/vi/search/" + url
            assert (url, hits_in(client.get(address).content.decode())) == (url, count)


def test_filters_in_use_are_taken_away_one_by_one_or_all_at_once(shop, client):
    _response, html = get(client, q="máy", category="may-giat", type="faq")

    chips = html.partition('aria-label="Bộ lọc đang dùng"')[2].partition("</ul>")[0]
    assert [unescape(url) for url in re.findall(r'<a [^>]*href="([^"]+)"', chips)] == [
        "?q=m%C3%A1y&type=faq",
        "?q=m%C3%A1y&category=may-giat",
        "?q=m%C3%A1y",
    ]


def test_filter_in_use_can_be_changed_to_a_sibling(shop, client):
    _response, html = get(client, q="máy", category="may-giat")

    assert filters_of(html)["?q=m%C3%A1y&category=may-in"] == 1


def test_filter_that_nothing_carries_can_be_taken_away(shop, client):
    response, html = get(client, q="máy", category="khong-co", product="<b>")

    assert response.status_code == 200
    assert "Tìm không dùng bộ lọc" in html
    assert 'href="?q=m%C3%A1y"' in html


def test_other_language_is_a_filter_with_its_count(shop, client):
    _response, html = get(client, q="máy printer")

    assert filters_of(html)["/en/search/?q=m%C3%A1y+printer"] == 1


def test_question_typed_in_the_other_language_is_offered_there_as_its_titles_write_it(shop, client):
    english = client.get("/en/search/", {"q": "may giat"}).content.decode()
    vietnamese = get(client, q="damp paper")[1]

    offer = r'Search in Vietnamese:\s*<a href="/vi/search/\?q=may\+giat" lang="vi" hreflang="vi"><strong>([^<]+)'
    assert re.search(offer, english).group(1) == "máy giặt"
    assert shop.scale.title in english.partition('id="other-language"')[2]
    assert "Showing results for" not in english
    assert "Nothing found" not in english
    assert "/en/contact/?q=may+giat" in english
    assert "Tìm bằng ngôn ngữ khác (Tiếng Anh):" in vietnamese
    assert "Search in Vietnamese" not in client.get("/en/search/", {"q": "printer jamms"}).content.decode()


# --- Guesses -------------------------------------------------------------------------------------------


def test_words_that_pages_know_but_never_write_side_by_side_get_a_proposal(db, search_index, client):
    for number in range(4):
        publish_article(f"Máy giặt số {number}", body="Máy giặt xả nước.")
    publish_article("Lắp dưới mái nhà", body="Mái che phải khô.")
    rebuild_index()

    _response, html = get(client, q="mái giặt")

    assert "Có phải bạn muốn tìm:" in html
    assert 'href="?q=m%C3%A1y+gi%E1%BA%B7t"' in html
    assert "Kết quả cho" not in html


def test_right_words_get_no_proposal(shop, client):
    for text in ("máy giặt không xả nước", "kẹt giấy", "thẻ tín dụng", "giặt máy"):
        assert "Có phải bạn muốn tìm" not in get(client, q=text)[1]


def test_verbatim_search_offers_the_correction_again(shop, client):
    _response, html = get(client, q="bảo hànnh", verbatim="1")

    assert 'href="?q=b%E1%BA%A3o+h%C3%A0nh"' in html


# --- Ways past the articles ----------------------------------------------------------------------------


def test_order_number_leads_to_the_order_and_is_kept_nowhere(shop, client):
    response, html = get(client, q="NM-10001")

    assert 'href="/vi/orders/?number=NM-10001"' in html
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_named_product_stands_above_the_articles(shop, client):
    make_product(code="NM-W85", name="Máy giặt W85")

    _response, html = get(client, q="NM-W85 không xả nước")

    assert html.index('href="/vi/products/nm-w85/"') < html.index('class="search-hit__link"')


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


def test_number_of_queries_does_not_grow_with_the_filters(shop, client, django_assert_max_num_queries):
    get(client, q="máy")

    with django_assert_max_num_queries(MAX_QUERIES + 1):  # the few hits of the other language are shown
        get(client, q="máy giặt", category="may-giat", type="faq")
