"""Each public article can be read as Markdown, by whoever may read it, and is listed for machines."""

import pytest

from kb.models import MaintenancePage
from tests.factories.kb import make_article, make_category, make_product, restrict, steps, text

pytestmark = pytest.mark.django_db

ADDRESS = "/vi/help/bao-hanh/may-giat-keu/index.md"


@pytest.fixture
def category(site_tree):
    return make_category()


def test_article_is_read_as_markdown(client, category):
    other = make_article(category, title="Bài kia")
    make_article(
        category, model=MaintenancePage, title="Máy giặt kêu", short_answer="Chỉnh chân máy.", products=[make_product()],
        body=[text(f'<h2>Trước tiên</h2><p>Xem <a linktype="page" id="{other.pk}">bài kia</a>.</p>'), steps("Tắt máy."),
              {"type": "warning", "value": "<p>Rút phích cắm.</p>"}],
    )  # fmt: skip

    response = client.get(ADDRESS)

    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.headers["Link"].endswith('/vi/help/bao-hanh/may-giat-keu/>; rel="canonical"')
    assert response.headers["X-Robots-Tag"] == "noindex"
    lines = response.content.decode().splitlines()
    assert lines[:3] == ["# Máy giặt kêu", "", "**Nói ngắn gọn:** Chỉnh chân máy."]
    assert "1. Tắt máy." in lines
    assert "> **Cảnh báo:** Rút phích cắm." in lines
    assert "/vi/help/bao-hanh/bai-kia/)" in response.content.decode()
    assert "NM-W85" in lines[-1]


def test_page_names_its_twin(client, category):
    make_article(category, title="Máy giặt kêu")

    assert 'type="text/markdown" href="http' in client.get(ADDRESS.removesuffix("index.md")).content.decode()


def test_markup_in_a_title_stays_text(client, category):
    make_article(category, title="Máy giặt kêu", short_answer="[x](javascript:alert(1)) <script>")

    assert r"\[x\](javascript:alert(1)) \<script>" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("state", ["draft", "closed", "missing", "category"])
def test_what_strangers_may_not_read_has_no_twin(client, category, state):
    if state != "missing":
        article = make_article(category, title="Máy giặt kêu", is_live=state != "draft")
        if state == "closed":
            restrict(article)
    address = "/vi/help/bao-hanh/index.md" if state == "category" else ADDRESS

    assert client.get(address).status_code == 404


def test_twin_of_a_closed_article_stays_away_from_those_who_may_read_it_too(admin_client, category):
    restrict(make_article(category, title="Máy giặt kêu"))

    assert admin_client.get(ADDRESS).status_code == 404


def test_twin_is_read_only(client, category):
    assert client.post(ADDRESS).status_code == 405


def test_twin_costs_few_queries(client, category, django_assert_max_num_queries):
    make_article(category, title="Máy giặt kêu", body=[text("<p>a</p>")] * 5)
    client.get("/vi/help/")

    with django_assert_max_num_queries(8):
        client.get(ADDRESS)


def test_llms_txt_lists_the_public_articles_with_their_twins(client, category):
    make_article(category, title="Máy giặt kêu")
    restrict(make_article(category, title="Kín"))

    listed = client.get("/llms.txt").content.decode()

    assert f"{ADDRESS})" in listed
    assert "### Bảo hành" in listed
    assert "Kín" not in listed


def test_llms_txt_is_bounded(client, category, monkeypatch):
    monkeypatch.setattr("portal.views.LLMS_MAX_ARTICLES", 1)
    for number in range(3):
        make_article(category, title=f"Bài {number}")

    assert client.get("/llms.txt").content.decode().count("index.md") == 1
