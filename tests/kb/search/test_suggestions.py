"""What the search box offers while the reader types: one piece of HTML with groups of options."""

import re
from html import unescape

import pytest

from kb.models import Product
from tests.factories.kb import make_product

pytestmark = pytest.mark.django_db

# Pages that wait for the worker; the pages offered.
MAX_QUERIES = 2


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def offered(client, text, language="vi"):
    """The groups of options: title → texts, in their order."""
    html = client.get(f"/{language}/search/suggestions/", {"q": text}).content.decode()
    groups = {}
    for title, body in re.findall(r'role="group" aria-label="([^"]+)">(.*?)</div>', html, re.DOTALL):
        options = re.findall(r'role="option"[^>]*>(.*?)</a>', body, re.DOTALL)
        groups[title] = [" ".join(unescape(re.sub(r"<[^>]+>", " ", option)).split()) for option in options]
    return groups


def test_answers_come_first_and_a_person_last(shop, client):
    groups = offered(client, "may in ket")

    assert list(groups) == ["Bài viết", "Bạn vẫn cần giúp?"]
    assert groups["Bài viết"][0] == shop.printer.title


def test_order_number_comes_before_everything(shop, client):
    response = client.get("/vi/search/suggestions/", {"q": "NM-10001"})

    assert next(iter(offered(client, "NM-10001"))) == "Đơn hàng của bạn"
    assert 'href="/vi/orders/?number=NM-10001"' in response.content.decode()


def test_order_number_is_told_to_the_script_so_that_it_keeps_nothing(shop, client):
    assert "data-is-personal" in client.get("/vi/search/suggestions/", {"q": "NM-10001"}).content.decode()
    assert "data-is-personal" not in client.get("/vi/search/suggestions/", {"q": "máy in"}).content.decode()


@pytest.mark.parametrize("text", ["NM-10001", "máy in"])
def test_answer_is_kept_by_no_cache_and_sets_no_cookie(shop, client, text):
    response = client.get("/vi/search/suggestions/", {"q": text})

    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


@pytest.mark.parametrize(
    "typed", ["nm-w", "NMW85", "w85", "may giat long", "lồng giặt máy", "Máy giặt NM-W85 không xả nước"]
)
def test_products_are_found_by_name_and_code(shop, client, typed):
    make_product(code="NM-W85", name="Máy giặt lồng ngang")
    make_product(code="NM-R9", name="Máy lọc nước")

    assert offered(client, typed)["Sản phẩm"] == ["Máy giặt lồng ngang NM-W85"]


def test_product_named_in_the_other_language_is_offered_in_that_of_the_page(shop, client):
    washer = make_product(code="NM-W85", name="Máy giặt lồng ngang")
    make_product(code="NM-R9", name="Máy lọc nước")
    make_product(code="NM-W85", name="Washing machine", language="en", translation_key=washer.translation_key)

    assert offered(client, "may giat", language="en")["Products"] == ["Washing machine NM-W85"]
    assert offered(client, "washing")["Sản phẩm"] == ["Máy giặt lồng ngang NM-W85"]
    assert "Products" not in offered(client, "may loc nuoc", language="en")


def test_articles_of_the_language_that_is_typed_are_offered_where_the_page_s_own_has_none(shop, client):
    assert shop.scale.title in offered(client, "may giat", language="en")["Tiếng Việt"]
    assert offered(client, "damp paper")["English"] == [shop.english.title]
    assert "Tiếng Việt" not in offered(client, "printer jams", language="en")
    assert "English" not in offered(client, "xyzzy")


def test_draft_product_is_not_offered_and_a_change_shows_at_once(shop, client):
    product = make_product(code="NM-W85", name="Máy giặt lồng ngang")
    before = offered(client, "nm-w85")

    product.live = False
    product.save()

    assert "Sản phẩm" in before
    assert "Sản phẩm" not in offered(client, "nm-w85")
    assert Product.objects.filter(code="NM-W85").exists()


def test_number_of_offers_is_announced_in_the_language_of_the_page(shop, client):
    assert "2 gợi ý" in client.get("/vi/search/suggestions/", {"q": "may in ket"}).content.decode()
    assert "suggestion" in client.get("/en/search/suggestions/", {"q": "printer"}).content.decode()


@pytest.mark.parametrize(
    "text", ["", " ", "*", "[a TO", "a\x00b", "x" * 10_000, "<b>", "%", "\u0300", "NM-" + "1" * 500]
)
def test_odd_text_is_answered(shop, client, text):
    assert client.get("/vi/search/suggestions/", {"q": text}).status_code == 200


def test_nothing_typed_offers_nothing(shop, client):
    assert offered(client, "  ") == {}


def test_markup_stays_text(shop, client):
    html = client.get("/vi/search/suggestions/", {"q": "đơn <script>alert(4711)</script>"}).content.decode()

    assert "<script" not in html


def test_without_an_index_products_and_people_are_still_offered(db, search_index, client):
    make_product(code="NM-W85", name="Máy giặt lồng ngang")

    assert list(offered(client, "máy giặt")) == ["Sản phẩm", "Bạn vẫn cần giúp?"]


def test_too_many_requests_are_refused(shop, client, settings, monkeypatch):
    settings.RATE_LIMITS_ON = True
    monkeypatch.setattr("kb.views.suggestions.SUGGESTION_RATES", "1/m/ip")

    assert [client.get("/vi/search/suggestions/").status_code for _ in range(2)] == [200, 429]


def test_only_reading_is_allowed(client):
    assert client.post("/vi/search/suggestions/").status_code == 405


@pytest.mark.parametrize("address", ["/vi/search/suggestions/", "/api/v1/suggest"])
def test_number_of_queries_is_small(shop, client, django_assert_max_num_queries, address):
    client.get(address, {"q": "máy"})  # fills what is kept between requests

    with django_assert_max_num_queries(MAX_QUERIES):
        client.get(address, {"q": "máy giặt"})
