"""The catalogue: list, product, comparison, calendar."""

import re

import pytest
import time_machine

from kb.models import FaqPage
from tests.factories.kb import make_article, make_category, make_product, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(site_tree):
    make_product("NM-W85", name="Máy giặt W85", specifications=[("Khối lượng", "8,5 kg"), ("Bảo hành", "24 tháng")])
    make_product("NM-T100", name="Máy giặt T100", specifications=[("Khối lượng", "10 kg"), ("Bảo hành", "24 tháng")])
    make_product("NM-R9", name="Máy lọc nước R9", specifications=[("Số lõi", "9")])


def test_list_shows_the_products_of_its_language(client, catalogue):
    make_product("NM-W85", language="en", name="Washing machine W85", slug="w85-en")

    assert "Máy giặt T100" in client.get("/vi/products/").content.decode()
    english = client.get("/en/products/").content.decode()
    assert "Washing machine W85" in english
    assert "Máy giặt T100" not in english


def test_empty_list_says_so(client, site_tree):
    assert "Chưa có sản phẩm" in client.get("/vi/products/").content.decode()


def test_product_shows_data_sheet_and_articles_by_kind(client, catalogue):
    product = make_product("NM-F6", name="Nồi chiên F6", specifications=[("Dung tích", "6 lít")])
    category = make_category()
    make_article(category, title="Vệ sinh lòng nồi", products=[product])
    make_article(category, model=FaqPage, title="Lót giấy được không", products=[product])

    response = client.get("/vi/products/nm-f6/")

    assert "6 lít" in response.content.decode()
    assert [(group.title, len(group.articles)) for group in response.context["groups"]] == [
        ("Bài kỹ thuật", 1),
        ("Hỏi đáp", 1),
    ]


def test_product_leaves_out_articles_that_the_reader_may_not_see(client, site_tree):
    product = make_product(tasks=[("Rửa lưới", 3)])
    category = make_category()
    closed = make_article(category, title="Nội bộ", products=[product])
    restrict(closed)
    make_article(category, title="Chưa xong", products=[product], is_live=False)
    product.maintenance_tasks.update(article=closed)

    page = client.get("/vi/products/nm-w85/").content.decode()

    assert "Rửa lưới" in page
    assert "Nội bộ" not in page
    assert closed.url not in page
    assert "Chưa xong" not in page


def test_unknown_product_is_not_found(client, catalogue):
    assert client.get("/vi/products/khong-co/").status_code == 404
    assert client.get("/vi/products/khong-co/maintenance.ics").status_code == 404


def test_product_of_another_language_leads_to_its_translation(client, site_tree):
    vietnamese = make_product(slug="may-giat-w85")
    make_product(language="en", slug="washing-machine-w85", translation_key=vietnamese.translation_key)

    response = client.get("/en/products/may-giat-w85/")

    assert response.headers["Location"] == "/en/products/washing-machine-w85/"


def test_comparison_marks_the_rows_that_differ(client, catalogue):
    response = client.get("/vi/products/compare/?p=NM-W85&p=NM-T100")

    assert {row.name: row.differs for row in response.context["rows"]} == {"Khối lượng": True, "Bảo hành": False}
    assert response.content.decode().count("compare__row--differs") == 1


def test_comparison_shows_only_the_differences_when_asked(client, catalogue):
    page = client.get("/vi/products/compare/?p=NM-W85&p=NM-T100&only=differences")

    assert [row.name for row in page.context["rows"]] == ["Khối lượng"]
    assert 'href="?p=NM-W85&amp;p=NM-T100"' in page.content.decode()


def test_products_that_agree_in_everything_are_said_to(client, catalogue):
    make_product("NM-W86", specifications=[("Khối lượng", "8,5 kg"), ("Bảo hành", "24 tháng")])

    page = client.get("/vi/products/compare/?p=NM-W85&p=NM-W86&only=differences").content.decode()

    assert "giống nhau ở mọi thông số" in page


def test_comparison_says_where_a_product_states_nothing(client, catalogue):
    page = client.get("/vi/products/compare/?p=NM-W85&p=NM-R9").content.decode()

    assert "không ghi" in page


def test_codes_may_be_written_in_small_letters_and_twice(client, catalogue):
    response = client.get("/vi/products/compare/?p=nm-w85&p=NM-W85&p=%20nm-t100%20")

    assert [product.code for product in response.context["products"]] == ["NM-W85", "NM-T100"]


def test_one_product_is_too_few_and_stays_chosen(client, catalogue):
    page = client.get("/vi/products/compare/?p=NM-W85").content.decode()

    assert "Cần ít nhất 2 sản phẩm" in page
    assert re.search(r'value="NM-W85"[^>]* checked', page)


def test_five_products_are_too_many_and_stay_chosen(client, catalogue):
    make_product("NM-A1")
    make_product("NM-A2")

    page = client.get("/vi/products/compare/?p=NM-W85&p=NM-T100&p=NM-R9&p=NM-A1&p=NM-A2").content.decode()

    assert "Bạn chọn 5 sản phẩm" in page
    assert page.count(" checked") == 5


@pytest.mark.parametrize("code", ["NM-X", "<script>alert(1)</script>", "a" * 10_000, "\x00", "%' OR 1=1"])
def test_unknown_codes_are_named_harmlessly(client, catalogue, code):
    response = client.get("/vi/products/compare/", {"p": [code, "NM-W85"]})

    assert response.status_code == 200
    assert "Chúng tôi không có những mã sản phẩm này" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_comparison_without_codes_offers_the_choice(client, catalogue):
    page = client.get("/vi/products/compare/").content.decode()

    assert "Cần ít nhất" not in page
    assert page.count('name="p"') == 3


def test_a_thousand_codes_are_answered(client, catalogue):
    assert client.get("/vi/products/compare/", {"p": [f"NM-{number}" for number in range(1000)]}).status_code == 200


@time_machine.travel("2026-05-10 03:00+07:00", tick=False)
def test_calendar_counts_from_today_in_vietnam(client, site_tree):
    make_product(tasks=[("Vệ sinh lồng giặt", 1)])

    response = client.get("/vi/products/nm-w85/maintenance.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART;VALUE=DATE:20260610" in response.content


def test_calendar_counts_from_the_day_in_the_address(client, site_tree):
    make_product(tasks=[("Vệ sinh lồng giặt", 1)])

    assert b"DTSTART;VALUE=DATE:20260228" in client.get("/vi/products/nm-w85/maintenance.ics?from=2026-01-31").content


def test_calendar_keeps_its_uid(client, site_tree):
    make_product(tasks=[("Vệ sinh lồng giặt", 1)])

    first, second = (
        re.findall(rb"UID:(.*)\r\n", client.get(f"/vi/products/nm-w85/maintenance.ics?from={day}").content)
        for day in ("2026-01-01", "2026-02-02")
    )

    assert first == second


@pytest.mark.parametrize("day", ["abc", "2026-13-45", "0001-01-01", "9999-12-31", "2026-01-01\x00", "1" * 5000])
def test_bad_day_is_answered_with_a_sentence_and_kept(client, site_tree, day):
    make_product(tasks=[("Vệ sinh lồng giặt", 1)])

    response = client.get("/vi/products/nm-w85/maintenance.ics", {"from": day})

    assert response.status_code == 400
    assert response.context["calendar_form"].errors
    assert response.context["calendar_form"]["start"].value() == day


def test_product_costs_the_same_whatever_the_number_of_articles(client, site_tree, django_assert_max_num_queries):
    product = make_product(specifications=[("A", "1"), ("B", "2")], tasks=[("Rửa", 3), ("Thay", 6)])
    category = make_category()
    for _number in range(10):
        make_article(category, products=[product])
    client.get("/vi/products/nm-w85/")

    with django_assert_max_num_queries(8):
        client.get("/vi/products/nm-w85/")


def test_comparison_costs_the_same_whatever_is_compared(client, catalogue, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get("/vi/products/compare/?p=NM-W85&p=NM-T100&p=NM-R9")


@pytest.mark.parametrize("address", ["/vi/products/", "/vi/products/nm-w85/"])
def test_pages_of_the_catalogue_are_kept_for_everybody(
    client, catalogue, settings, django_assert_max_num_queries, address
):
    settings.PAGE_CACHE_SECONDS = 600
    first = client.get(address)

    with django_assert_max_num_queries(1):
        assert client.get(address).content == first.content


def test_wrong_day_for_the_calendar_is_nobody_else_s_page(client, site_tree, settings):
    settings.PAGE_CACHE_SECONDS = 600
    make_product(tasks=[("Rửa", 3)])

    client.get("/vi/products/nm-w85/maintenance.ics?from=abc")

    assert "abc" not in client.get("/vi/products/nm-w85/").content.decode()


def test_links_to_the_other_language_name_its_own_address(client, site_tree):
    vietnamese = make_product(slug="may-giat-w85")
    make_product(language="en", slug="washing-machine-w85", translation_key=vietnamese.translation_key)
    make_product("NM-F6", slug="noi-chien")

    assert 'href="/en/products/washing-machine-w85/"' in client.get("/vi/products/may-giat-w85/").content.decode()
    assert 'href="/en/products/"' in client.get("/vi/products/noi-chien/").content.decode()


def test_lost_file_of_a_manual_is_said(client, site_tree):
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model

    manual = get_document_model().objects.create(title="Sách W85", file=ContentFile(b"%PDF-1.4", name="w85.pdf"))
    make_product(manual=manual)
    whole = client.get("/vi/products/nm-w85/").content.decode()
    manual.file.storage.delete(manual.file.name)

    assert manual.url in whole and "PDF, 8" in whole
    assert "chưa tìm thấy tệp" in client.get("/vi/products/nm-w85/").content.decode()


def test_owned_product_that_left_the_catalogue_is_still_listed(client, site_tree):
    from personalization.preferences import PERSONALIZATION, OwnedItem
    from tests.factories.personalization import make_user, store_preferences

    user = make_user()
    store_preferences(user, owned=(OwnedItem("NM-W85", "W85-1", None),), consents=frozenset({PERSONALIZATION}))
    client.force_login(user)

    page = client.get("/vi/account/").content.decode()

    assert "NM-W85" in page
    assert "không còn trong danh mục" in page
    assert client.get("/vi/").status_code == 200
