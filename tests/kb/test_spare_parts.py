"""The list of spare parts and the parts on a product's page."""

import json

import pytest
from bs4 import BeautifulSoup
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.factories.kb import make_part, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(site_tree):
    """Three parts of two washing machines."""
    w85 = make_product("NM-W85", name="Máy giặt cửa trước W85")
    t100 = make_product("NM-T100", name="Máy giặt cửa trên T100")
    make_part("LK-W85-01", name="Lưới lọc bơm xả", products=[w85], price=65_000)
    make_part("LK-W85-05", name="Bơm xả", products=[w85], price=380_000, is_available=False, fitting="technician")
    make_part("LK-WT-07", name="Ống xả 2 m", products=[w85, t100], description="Thay khi nứt.")
    return {"NM-W85": w85, "NM-T100": t100}


def numbers_on(response):
    return [part.number for part in response.context["listing"].page.object_list]


def test_list_says_number_price_availability_and_what_it_fits(client, shelf):
    page = client.get("/vi/products/parts/").content.decode()

    for words in (
        "LK-W85-01",
        "65.000\u00a0₫",
        "đặt mua được",
        "tạm hết hàng",
        "theo báo giá",
        "Máy giặt cửa trên T100",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=LK-W85-05", ["LK-W85-05"]),
        ("q=lkw8505", ["LK-W85-05"]),
        ("q=luoi+loc", ["LK-W85-01"]),
        ("q=Lưới", ["LK-W85-01"]),
        ("q=ong+cua+tren", ["LK-WT-07"]),
        ("product=NM-T100", ["LK-WT-07"]),
        ("product=nm-w85&q=bom", ["LK-W85-01", "LK-W85-05"]),
        ("product=NM-T100&q=bom", []),
    ],
)
def test_parts_are_found_by_number_name_and_product(client, shelf, query, found):
    assert numbers_on(client.get(f"/vi/products/parts/?{query}")) == found


def test_nothing_found_says_what_to_do_and_keeps_what_was_typed(client, shelf):
    page = client.get("/vi/products/parts/?q=tủ+lạnh").content.decode()

    assert "Không tìm thấy linh kiện" in page
    assert 'value="tủ lạnh"' in page


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "a" * 10_000, "\x00\x1b", "%_' OR 1=1", "ơ" * 5_000])
def test_odd_words_are_answered(client, shelf, typed):
    response = client.get("/vi/products/parts/", {"q": typed, "product": typed, "page": typed})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_unknown_product_is_named_and_all_parts_are_shown(client, shelf):
    response = client.get("/vi/products/parts/?product=NM-X1")

    assert "Chúng tôi không có sản phẩm NM-X1" in response.content.decode()
    assert len(numbers_on(response)) == 3


def test_long_list_comes_in_pages_that_keep_the_search(client, shelf):
    for number in range(25):
        make_part(f"LK-X-{number:02}", name="Vòng đệm", products=[shelf["NM-T100"]])

    response = client.get("/vi/products/parts/?product=NM-T100&q=vong&page=2")

    assert len(numbers_on(response)) == 5
    assert "?q=vong&amp;product=NM-T100&amp;page=1" in response.content.decode()


def test_page_that_does_not_exist_is_the_nearest_one(client, shelf):
    response = client.get("/vi/products/parts/?page=99")

    assert "Danh sách không có trang này" in response.content.decode()
    assert len(numbers_on(response)) == 3


def test_empty_catalogue_says_so(client, site_tree):
    assert "Chưa có linh kiện" in client.get("/vi/products/parts/").content.decode()


def test_drafts_and_the_other_language_stay_out(client, shelf):
    make_part("LK-W85-09", products=[shelf["NM-W85"]], live=False)
    make_part("LK-W85-01", language="en", name="Pump filter")

    assert "LK-W85-09" not in numbers_on(client.get("/vi/products/parts/"))
    assert numbers_on(client.get("/en/products/parts/")) == ["LK-W85-01"]


def test_list_costs_the_same_whatever_its_length(client, shelf, django_assert_max_num_queries):
    picture = get_image_model().objects.create(title="Lưới lọc", file=get_test_image_file())
    for number in range(18):
        make_part(f"LK-Y-{number:02}", products=list(shelf.values()), image=picture)
    client.get("/vi/products/parts/")  # cuts the picture; what the frame knows of the shop is kept from here on

    with django_assert_max_num_queries(7):
        client.get("/vi/products/parts/?q=may")


def test_product_shows_its_parts_with_prices_and_a_way_to_order(client, shelf):
    page = BeautifulSoup(client.get("/vi/products/nm-w85/").content, "html.parser")

    rows = page.select("#parts tbody tr")
    assert [row["id"] for row in rows] == ["LK-W85-01", "LK-WT-07", "LK-W85-05"]
    assert rows[0].select_one("a")["href"].startswith("/vi/contact/?q=")
    assert "LK-W85-01" in client.get(rows[0].select_one("a")["href"]).content.decode()
    assert page.select_one('#parts a[href="/vi/products/parts/?product=NM-W85"]')


def test_machines_read_the_product_and_its_parts(client, shelf):
    page = BeautifulSoup(client.get("/vi/products/nm-w85/").content, "html.parser")

    data = json.loads(page.select_one('script[type="application/ld+json"]').string)
    offers = {part["sku"]: part.get("offers") for part in data["isRelatedTo"]}
    assert (data["@type"], data["sku"]) == ("Product", "NM-W85")
    assert offers["LK-W85-05"]["price"] == "380000"
    assert offers["LK-W85-05"]["availability"].endswith("OutOfStock")
    assert offers["LK-WT-07"] is None


def test_product_with_many_parts_is_asked_for_in_few_queries(client, shelf, django_assert_max_num_queries):
    for number in range(12):
        make_part(f"LK-Z-{number:02}", products=[shelf["NM-W85"]])
    client.get("/vi/products/nm-w85/")

    with django_assert_max_num_queries(10):
        client.get("/vi/products/nm-w85/")


def test_product_without_parts_shows_no_empty_section(client, site_tree):
    make_product("NM-F6")

    assert 'id="parts"' not in client.get("/vi/products/nm-f6/").content.decode()
