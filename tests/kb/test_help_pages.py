"""The help index, categories and articles at their addresses."""

import json
import re

import pytest

from kb.models import FaqPage, MaintenancePage
from tests.factories.kb import heading, make_article, make_category, make_product, restrict, steps, text

pytestmark = pytest.mark.django_db


def structured_data(response):
    return [
        json.loads(data)
        for data in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', response.content.decode())
    ]


def test_index_shows_categories_with_all_articles_below(client, site_tree):
    using = make_category(title="Sử dụng", code="su-dung")
    make_article(make_category(parent=using, title="Máy giặt", code="may-giat"))

    response = client.get("/vi/help/")

    assert [(one.page.title, one.article_count) for one in response.context["branches"]] == [("Sử dụng", 1)]
    assert [one.page.title for one in response.context["branches"][0].children] == ["Máy giặt"]
    assert "1 bài viết" in response.content.decode()


def test_index_without_categories_says_so(client, site_tree):
    response = client.get("/vi/help/")

    assert "Chưa có bài nào được đăng" in response.content.decode()


def test_index_hides_a_closed_category(client, site_tree):
    restrict(make_category(title="Nội bộ"))

    assert "Nội bộ" not in client.get("/vi/help/").content.decode()


def test_category_lists_its_articles_with_short_answers(client, site_tree):
    make_article(make_category(), title="Bảo hành bao lâu", short_answer="24 tháng.")

    page = client.get("/vi/help/bao-hanh/").content.decode()

    assert "Bảo hành bao lâu" in page
    assert "24 tháng." in page


def test_category_leaves_out_drafts(client, site_tree):
    make_article(make_category(), title="Chưa xong", is_live=False)

    page = client.get("/vi/help/bao-hanh/").content.decode()

    assert "Chưa xong" not in page
    assert "Ở đây chưa có bài viết" in page


def test_category_is_paged(client, site_tree):
    category = make_category()
    for _number in range(21):
        make_article(category)

    second = client.get("/vi/help/bao-hanh/?page=2")

    assert len(second.context["listing"].page.object_list) == 1
    assert second.context["listing"].page_count == 2


@pytest.mark.parametrize("number", ["99", "0", "-1", "abc", "1e9", "9" * 500, "\x00"])
def test_page_number_that_does_not_exist_is_answered_with_a_sentence(client, site_tree, number):
    make_article(make_category())

    response = client.get("/vi/help/bao-hanh/", {"page": number})

    assert response.status_code == 200
    assert "Danh sách này không có trang bạn tìm" in response.content.decode()


def test_article_gives_the_short_answer_before_the_body(client, site_tree):
    make_article(make_category(), title="Mã lỗi", short_answer="Khóa van nước.", body=[text("<p>Chi tiết</p>")])

    page = client.get("/vi/help/bao-hanh/ma-loi/").content.decode()

    assert (
        page.index("Nói ngắn gọn") < page.index("Khóa van nước.", page.index("short-answer")) < page.index("Chi tiết")
    )


def test_article_lists_its_headings_as_links(client, site_tree):
    make_article(make_category(), title="Mã lỗi", body=[heading("Trước tiên"), text("<p>x</p>"), heading("Đọc mã")])

    page = client.get("/vi/help/bao-hanh/ma-loi/").content.decode()

    assert '<a href="#doc-ma">Đọc mã</a>' in page
    assert '<h2 id="doc-ma"><a class="heading-link" href="#doc-ma">Đọc mã</a></h2>' in page


def test_article_leads_to_a_person_and_names_itself(client, site_tree):
    article = make_article(make_category(), title="Mã lỗi")

    assert f"/vi/contact/?article={article.pk}" in client.get("/vi/help/bao-hanh/ma-loi/").content.decode()


def test_related_articles_put_the_same_product_first(client, site_tree):
    product = make_product()
    category = make_category()
    make_article(category, title="Cùng chuyên mục")
    make_article(make_category(title="Khác", code="khac"), title="Cùng máy", products=[product])
    make_article(make_category(title="Xa", code="xa"), title="Không liên quan")
    make_article(category, title="Mã lỗi", products=[product])

    response = client.get("/vi/help/bao-hanh/ma-loi/")

    assert [one.title for one in response.context["related"]] == ["Cùng máy", "Cùng chuyên mục"]


def test_related_articles_leave_out_what_the_reader_may_not_see(client, site_tree):
    category = make_category()
    restrict(make_article(category, title="Nội bộ"))
    make_article(category, title="Mã lỗi")

    assert list(client.get("/vi/help/bao-hanh/ma-loi/").context["related"]) == []


def test_maintenance_guide_says_how_often_how_long_and_with_what(client, site_tree):
    make_article(
        make_category(), model=MaintenancePage, title="Rửa lưới", interval_months=3, minutes=15, tools="Khăn\nChậu"
    )

    page = client.get("/vi/help/bao-hanh/rua-luoi/").content.decode()

    assert "3 tháng một lần" in page
    assert "khoảng 15 phút" in page
    assert "<li>Chậu</li>" in page


@pytest.mark.parametrize(("model", "kind"), [(FaqPage, "FAQPage"), (MaintenancePage, "HowTo")])
def test_structured_data_tells_the_kind_of_article(client, site_tree, model, kind):
    make_article(make_category(), model=model, title="Mã lỗi", short_answer="Khóa van.", body=[steps("Một", "Hai")])

    response = client.get("/vi/help/bao-hanh/ma-loi/")

    article, *_beside, trail = structured_data(response)
    assert article["@type"] == kind
    assert [crumb["name"] for crumb in trail["itemListElement"]] == ["Trợ giúp", "Bảo hành", "Mã lỗi"]


def test_structured_data_cannot_leave_its_script(client, site_tree):
    make_article(make_category(), model=FaqPage, title="Mã lỗi", short_answer="</script><script>alert(1)</script>")

    page = client.get("/vi/help/bao-hanh/ma-loi/").content.decode()

    assert "<script>alert(1)" not in page


def test_translations_know_each_other(client, site_tree):
    vi = make_article(make_category(code="bao-hanh"), title="Thời hạn")
    twin_category = make_category(language="en", code="bao-hanh", title="Warranty")
    make_article(twin_category, title="How long", translation_key=vi.translation_key)

    page = client.get("/vi/help/bao-hanh/thoi-han/").content.decode()

    assert 'hreflang="en" href="http://127.0.0.1:8000/en/help/warranty/how-long/"' in page
    assert "Read this article in English" in page


def test_category_without_translation_leads_to_the_nearest_page_which_says_so(client, site_tree):
    category = make_category(code="bao-hanh")

    links = {link.code: link.url for link in client.get("/vi/help/bao-hanh/").context["language_links"]}
    landing = client.get(links["en"]).content.decode()

    assert links["en"] == f"/en/help/?untranslated={category.pk}"
    assert "That page does not exist in this language yet." in landing
    assert "Bảo hành" in landing


@pytest.mark.parametrize("number", ["abc", "-1", "0", "9" * 400, "\x00", "²"])
def test_made_up_number_of_an_untranslated_page_is_ignored(client, site_tree, number):
    response = client.get("/en/help/", {"untranslated": number})

    assert response.status_code == 200
    assert "does not exist in this language" not in response.content.decode()


def test_untranslated_notice_does_not_tell_the_title_of_a_closed_page(client, site_tree):
    article = make_article(make_category(), title="Nội bộ")
    restrict(article)

    assert "Nội bộ" not in client.get(f"/en/help/?untranslated={article.pk}").content.decode()


@pytest.mark.parametrize("address", ["/vi/help/khong-co/", "/vi/help/bao-hanh/khong-co/", "/fr/help/", "/vi/help/%00/"])
def test_unknown_address_is_not_found(client, site_tree, address):
    make_category()

    assert client.get(address).status_code == 404


def test_draft_is_not_found_at_its_address(client, site_tree):
    make_article(make_category(), title="Chưa xong", is_live=False)

    assert client.get("/vi/help/bao-hanh/chua-xong/").status_code == 404


def test_article_costs_the_same_whatever_the_size(client, site_tree, django_assert_max_num_queries):
    product = make_product(tasks=[("Rửa", 3)])
    category = make_category()
    for _number in range(10):
        make_article(category, products=[product])
    make_article(category, title="Mã lỗi", products=[product], body=[heading("A"), steps("x", "y")])
    client.get("/vi/help/bao-hanh/ma-loi/")

    with django_assert_max_num_queries(17):
        client.get("/vi/help/bao-hanh/ma-loi/")


def test_category_costs_the_same_whatever_the_size(client, site_tree, django_assert_max_num_queries):
    category = make_category()
    for number in range(5):
        make_article(make_category(parent=category, title=f"Nhánh {number}", code=f"nhanh-{number}"))
    for _number in range(10):
        make_article(category)
    client.get("/vi/help/bao-hanh/")

    with django_assert_max_num_queries(16):
        client.get("/vi/help/bao-hanh/")
