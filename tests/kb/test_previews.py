"""What an editor sees before publishing: the page of a stranger, the search result, the card."""

import pytest

from tests.factories.kb import make_article, make_category, restrict
from tests.factories.people import make_user
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Đổi trả hàng", is_live=False)


@pytest.fixture
def preview(client, article):
    """Sends the editor's form as the editor's page does, and returns what the panel shows in a mode."""
    client.force_login(make_user(role="writer", full_name="Lê Hoài Chi"))

    def of(mode: str = "", **fields) -> str:
        address = f"/admin/pages/{article.pk}/edit/preview/"
        sent = client.post(address, form_of(**{"slug": article.slug, **fields}))
        assert sent.json()["is_valid"], sent.json()
        return client.get(address, {"mode": mode, "in_preview_panel": "true"}).content.decode()

    return of


def test_the_page_is_shown_as_to_a_stranger(preview, article):
    closed = make_article(make_category(parent=article.get_parent().specific, title="Kín", code="kin"), title="Bài kín")
    restrict(closed)

    page = preview(title="Tựa mới")

    assert "Tựa mới" in page
    assert "Lê Hoài Chi" not in page
    assert "Bài kín" not in page
    assert "wagtail-userbar" in page


def test_it_is_shown_as_a_search_result(preview):
    page = preview("search-result", short_answer="Trong 15 ngày bạn được <b>đổi trả</b>.")

    assert '<a class="search-hit__link"' in page
    assert "Trong 15 ngày bạn được" in page
    assert "<b>đổi trả</b>" not in page


def test_it_is_shown_as_a_card(preview):
    page = preview("social-card", short_answer="Trong 15 ngày.", seo_title="Đổi trả dễ dàng")

    assert "Đổi trả dễ dàng" in page
    assert "Trong 15 ngày." in page


def test_a_card_without_words_says_so(preview):
    assert "Chưa có câu trả lời ngắn nên thẻ không có chữ." in preview("social-card", short_answer="")


def test_an_unknown_way_shows_the_page(client, preview, article):
    preview()

    assert client.get(f"/admin/pages/{article.pk}/edit/preview/", {"mode": "nope"}).status_code in (200, 404)


def test_the_editor_stays_signed_in(client, preview):
    preview()

    assert client.get("/admin/").status_code == 200


def test_readers_get_no_trace_of_it(client, article):
    article.save_revision().publish()

    assert "wagtail-userbar" not in client.get(article.url).content.decode()
