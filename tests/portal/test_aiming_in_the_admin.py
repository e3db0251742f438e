"""Editors look at the home page as anybody, and read who sees what."""

import pytest
from bs4 import BeautifulSoup

from portal.models import NoticeBanner
from tests.factories.kb import make_article, make_category, make_product, text
from tests.factories.segments import OWNS_R9, OWNS_W85, aimed_block, make_segment, show_on_home

pytestmark = pytest.mark.django_db

PREVIEW, FRAME, REPORT = "/admin/segments/preview/", "/admin/segments/preview/page/", "/admin/reports/segments/"


@pytest.fixture
def aimed(site_tree):
    """A home page aimed at owners of an R9 and, for those who own both, at the pair."""
    make_product("NM-R9", name="Máy lọc R9")
    make_product("NM-W85", name="Máy giặt W85")
    both = make_segment("Cả hai", OWNS_R9, OWNS_W85)
    filters = make_segment("Máy lọc", OWNS_R9)
    home = show_on_home(site_tree["vi"], aimed_block(([both.pk], "Cho cả hai"), ([filters.pk], "Thay lõi lọc")))
    return home, both, filters


def seen(client, home, **query):
    page = BeautifulSoup(client.get(FRAME, {"page": home.pk, **query}).content, "html.parser")
    return [title.get_text(strip=True) for title in page.select("section.card > h2.card__title:not([id])")]


def test_page_is_previewed_as_any_combination_of_segments(admin_client, aimed):
    home, both, filters = aimed

    assert seen(admin_client, home) == ["Cho mọi người"]
    assert seen(admin_client, home, segments=[filters.pk]) == ["Thay lõi lọc"]
    assert seen(admin_client, home, segments=[both.pk, filters.pk]) == ["Cho cả hai"]


def test_page_is_previewed_as_a_made_up_customer(admin_client, aimed):
    home, _both, _filters = aimed
    owned = "preferences.owned_products"

    assert seen(admin_client, home, **{owned: ["NM-R9"]}) == ["Thay lõi lọc"]
    assert seen(admin_client, home, **{owned: ["NM-R9", "NM-W85"]}) == ["Cho cả hai"]
    form = admin_client.get(PREVIEW, {"page": home.pk, owned: ["NM-R9"]}).text
    assert "Khách sở hữu Máy lọc R9" in form


def test_made_up_customer_looks_on_a_day(admin_client, aimed):
    home, _both, filters = aimed
    type(filters).objects.filter(pk=filters.pk).update(starts_on="2027-01-10", ends_on="2027-01-20")
    query = {"preferences.owned_products": ["NM-R9"]}

    assert seen(admin_client, home, **query) == ["Cho mọi người"]
    assert seen(admin_client, home, day="2027-01-15", **query) == ["Thay lõi lọc"]


def test_editor_offers_a_preview_for_each_segment(admin_client, aimed):
    home, _both, filters = aimed

    editor = admin_client.get(f"/admin/pages/{home.pk}/edit/").text

    assert f'value="segment-{filters.pk}"' in editor
    assert "Xem với vai khách" in editor


@pytest.mark.parametrize(
    "query", [{}, {"page": "9999"}, {"page": "x\x00"}, {"segments": ["9" * 40]}, {"day": "hôm qua"}]
)
def test_wrong_choice_is_told_and_breaks_nothing(admin_client, aimed, query):
    query = {"page": aimed[0].pk, **query} if query and "page" not in query else query

    assert admin_client.get(PREVIEW, query).status_code == 200
    assert admin_client.get(FRAME, query).status_code == 400


def test_report_says_which_page_shows_what_to_whom(admin_client, aimed, site_tree):
    home, both, filters = aimed
    both.rules = {**both.rules, "conditions": [{"fact": "gone.fact", "operator": "is"}]}
    both.save()
    notice = {"type": "segment", "value": filters.pk}
    NoticeBanner.objects.create(text="Lõi lọc giảm giá.", locale_id=1, segments=[notice])
    home.body = [aimed_block(([filters.pk], "Bản mới"))]
    home.save_revision()
    make_segment("Không dùng")

    rows = BeautifulSoup(admin_client.get(REPORT).content, "html.parser").select("tbody tr")

    texts = [" ".join(row.get_text(" ", strip=True).split()) for row in rows]
    assert ["Cho cả hai" in texts[0], "Hỏng:" in texts[0], "Không ai thấy nội dung này" in texts[0]] == [True] * 3
    assert all(words in texts[1] for words in ("đang hiện", "sở hữu Máy lọc R9", "Thay lõi lọc", "Cho mọi người"))
    assert ["bản nháp" in texts[2], "Bản mới" in texts[2]] == [True, True]
    assert ["Thông báo" in texts[3], "Lõi lọc giảm giá." in texts[3]] == [True, True]
    assert "Không dùng" in admin_client.get(REPORT).text


@pytest.fixture
def aimed_article(aimed):
    """An article with a part for owners of an R9; it waits as a draft with another one for those who own both."""
    _home, both, filters = aimed
    article = make_article(
        make_category(), title="Thay lõi", body=[text("<p>Đầu.</p>"), aimed_text(filters, "Lõi R9.")]
    )
    article.body = [text("<p>Đầu.</p>"), aimed_text(filters, "Lõi R9."), aimed_text(both, "Cả hai máy.")]
    article.save_revision()
    return article


def aimed_text(segment, words):
    variant = {"segments": [segment.pk], "content": [text(f"<p>{words}</p>")]}
    return {"type": "aimed", "value": {"variants": [variant], "default": [text("<p>Chung.</p>")]}}


def read_by(client, article, **query):
    page = BeautifulSoup(client.get(FRAME, {"page": article.pk, **query}).content, "html.parser")
    return [part.get_text(strip=True) for part in page.select("article .prose .rich-text")]


def test_aimed_article_is_previewed_as_anybody(admin_client, aimed, aimed_article):
    _home, both, filters = aimed
    address = f"/admin/pages/{aimed_article.pk}"

    assert read_by(admin_client, aimed_article) == ["Đầu.", "Chung.", "Chung."]
    assert read_by(admin_client, aimed_article, segments=[filters.pk]) == ["Đầu.", "Lõi R9.", "Chung."]
    assert read_by(admin_client, aimed_article, segments=[both.pk, filters.pk]) == ["Đầu.", "Lõi R9.", "Cả hai máy."]
    owned = {"preferences.owned_products": ["NM-R9"]}
    assert read_by(admin_client, aimed_article, **owned) == ["Đầu.", "Lõi R9.", "Chung."]
    editor = admin_client.get(f"{address}/edit/").text
    assert f'value="segment-{filters.pk}"' in editor and f"{PREVIEW}?page={aimed_article.pk}" in editor


def test_report_names_articles_live_and_in_draft(admin_client, aimed, aimed_article):
    plain = make_article(aimed_article.get_parent().specific, title="Không riêng", body=[text("<p>aimed</p>")])

    rows = BeautifulSoup(admin_client.get(REPORT).content, "html.parser").select("tbody tr")

    texts = [" ".join(row.get_text(" ", strip=True).split()) for row in rows]
    mine = [words for words in texts if words.startswith("Thay lõi")]
    assert ["đang hiện" in mine[0], "bản nháp" in mine[1], "bản nháp" in mine[2]] == [True] * 3
    assert "sở hữu Máy lọc R9" in mine[0] and "Lõi R9." in mine[0] and "Chung." in mine[0] and "Cả hai máy." in mine[2]
    assert not any(plain.title in words for words in texts)
    assert f"/admin/pages/{aimed_article.pk}/edit/" in str(rows)


@pytest.mark.wagtail_indexes
def test_deleting_a_segment_counts_the_articles_that_name_it(admin_client, aimed, aimed_article):
    _home, _both, filters = aimed

    page = admin_client.get(f"/admin/snippets/personalization/segment/delete/{filters.pk}/").text

    assert "được dùng ở 2 chỗ" in page  # the home page and the article


def test_empty_report_says_so(admin_client, site_tree):
    assert "mọi người thấy như nhau" in admin_client.get(REPORT).text
