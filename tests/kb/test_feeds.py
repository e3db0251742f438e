"""The Atom feeds: what is new, for anybody, in one language."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.utils import timezone

from kb.models import ArticlePage
from tests.factories.kb import make_article, make_category, restrict

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def category(site_tree):
    return make_category(code="bao-hanh", title="Bảo hành")


def entries(response) -> list[str]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(response.content).iter(f"{ATOM}entry")]


def test_the_feed_of_a_category_holds_its_articles_newest_first(client, category):
    old = make_article(category, title="Cũ", short_answer="Trong 12 tháng.")
    ArticlePage.objects.filter(pk=old.pk).update(last_published_at=timezone.now() - timedelta(days=3))
    make_article(make_category(parent=category, title="Máy giặt", code="may-giat"), title="Mới")
    make_article(make_category(title="Khác", code="khac"), title="Ở nơi khác")

    assert entries(client.get("/vi/feeds/categories/bao-hanh.atom")) == ["Mới", "Cũ"]


def test_an_article_listed_in_a_further_category_is_in_its_feed_once(client, category):
    further = make_category(title="Máy giặt", code="may-giat")
    make_article(category, title="Lồng giặt", also_in=[further, category])

    assert entries(client.get("/vi/feeds/categories/may-giat.atom")) == ["Lồng giặt"]
    assert entries(client.get("/vi/feeds/categories/bao-hanh.atom")) == ["Lồng giặt"]


def test_the_feed_of_the_help_centre_keeps_to_its_language(client, category):
    make_article(category, title="Bảo hành bao lâu")
    make_article(make_category(language="en", title="Warranty", code="warranty"), title="How long")

    assert entries(client.get("/vi/feeds/help.atom")) == ["Bảo hành bao lâu"]
    assert entries(client.get("/en/feeds/help.atom")) == ["How long"]


def test_drafts_and_closed_articles_are_not_in_it_for_anybody(client, category, admin_user):
    make_article(category, title="Nháp", is_live=False)
    restrict(make_article(category, title="Nội bộ"))
    client.force_login(admin_user)

    assert entries(client.get("/vi/feeds/help.atom")) == []


def test_an_entry_has_whole_addresses_and_a_key_that_outlives_a_rename(client, category):
    article = make_article(category, title="Bảo hành bao lâu", short_answer="Trong 12 tháng.")

    entry = next(ElementTree.fromstring(client.get("/vi/feeds/help.atom").content).iter(f"{ATOM}entry"))

    assert entry.find(f"{ATOM}link").get("href") == f"http://127.0.0.1:8000{article.url}"
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{article.translation_key}"
    assert entry.findtext(f"{ATOM}summary") == "Trong 12 tháng."


def test_a_reader_program_that_has_it_is_told_so(client, category):
    make_article(category)
    etag = client.get("/vi/feeds/help.atom")["ETag"]

    again = client.get("/vi/feeds/help.atom", headers={"If-None-Match": etag})
    make_article(category)
    changed = client.get("/vi/feeds/help.atom", headers={"If-None-Match": etag})

    assert (again.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("address", ["/vi/feeds/categories/khong-co.atom", "/en/feeds/categories/bao-hanh.atom"])
def test_a_category_that_the_language_lacks_has_no_feed(client, category, address):
    assert client.get(address).status_code == 404


def test_a_feed_costs_the_same_for_many_articles(client, category, django_assert_max_num_queries):
    for _number in range(12):
        make_article(category)

    with django_assert_max_num_queries(8):
        client.get("/vi/feeds/categories/bao-hanh.atom")


def test_a_category_page_tells_where_its_feed_is(client, category):
    assert 'href="/vi/feeds/categories/bao-hanh.atom"' in client.get(category.url).content.decode()
