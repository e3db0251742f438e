"""An article in several categories: listed in each, counted once, at one address."""

import pytest

from kb import selectors
from kb.models import ArticlePage, CategoryPage
from kb.search.documents import document_of
from kb.search.fallback import find_in_database
from tests.factories.kb import make_article, make_category, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def warranty(site_tree):
    return make_category(title="Bảo hành", code="bao-hanh")


@pytest.fixture
def using(site_tree):
    return make_category(title="Sử dụng", code="su-dung")


@pytest.fixture
def washers(using):
    return make_category(parent=using, title="Máy giặt", code="may-giat")


def listed(client, address):
    return [one.title for one in client.get(address).context["listing"].page.object_list]


def counts(client, address="/vi/help/"):
    return {one.page.title: one.article_count for one in client.get(address).context["branches"]}


def test_article_is_listed_after_the_category_s_own(client, warranty, washers):
    make_article(warranty, title="Thời hạn", also_in=[washers])
    make_article(washers, title="Vắt")

    assert listed(client, "/vi/help/su-dung/may-giat/") == ["Vắt", "Thời hạn"]
    assert listed(client, "/vi/help/bao-hanh/") == ["Thời hạn"]


def test_article_keeps_its_one_address_and_its_own_trail(client, warranty, washers):
    make_article(warranty, title="Thời hạn", also_in=[washers])

    page = client.get("/vi/help/bao-hanh/thoi-han/")

    assert [crumb.title for crumb in page.context["surroundings"].crumbs] == ["Trợ giúp", "Bảo hành"]
    assert client.get("/vi/help/su-dung/may-giat/thoi-han/").status_code == 404
    assert 'href="/vi/help/bao-hanh/thoi-han/"' in client.get("/vi/help/su-dung/may-giat/").content.decode()


def test_sitemap_names_the_article_once(client, warranty, washers):
    make_article(warranty, title="Thời hạn", also_in=[washers])

    assert client.get("/sitemap.xml").content.decode().count("thoi-han/</loc>") == 1


def test_each_branch_counts_the_article_once(client, warranty, using, washers):
    make_article(washers, title="Vắt", also_in=[using, warranty])

    assert counts(client) == {"Bảo hành": 1, "Sử dụng": 1}


def test_drafts_and_closed_articles_are_neither_listed_nor_counted(client, warranty, washers):
    make_article(warranty, title="Nháp", also_in=[washers], is_live=False)
    restrict(make_article(warranty, title="Nội bộ", also_in=[washers]))

    assert listed(client, "/vi/help/su-dung/may-giat/") == []
    # A category in which a reader finds nothing is not offered.
    assert counts(client) == {}


def test_deleted_category_leaves_the_article_where_it_lives(client, warranty, washers):
    make_article(warranty, title="Thời hạn", also_in=[washers])
    CategoryPage.objects.get(pk=washers.pk).delete()

    assert listed(client, "/vi/help/bao-hanh/") == ["Thời hạn"]


def test_search_within_a_category_finds_what_it_lists(warranty, using, washers):
    article = make_article(warranty, title="Thời hạn", also_in=[washers], question="Máy hỏng có phải trả tiền không?")

    document = document_of(ArticlePage.objects.get(pk=article.pk))

    assert document.categories == ("bao-hanh", "su-dung", "may-giat")
    assert document.category_title == "Bảo hành"
    assert "Máy hỏng có phải trả tiền không?" in document.keywords


def test_search_without_the_index_finds_what_a_category_lists(warranty, using, washers):
    make_article(warranty, title="Thời hạn", also_in=[washers])

    assert len(find_in_database("thời hạn", language="vi", category="su-dung")) == 1


def test_articles_of_a_topic_include_what_it_lists(warranty, using, washers):
    article = make_article(warranty, title="Thời hạn", also_in=[washers])

    [(_category, articles)] = selectors.articles_in_categories(["su-dung"], language="vi", user=None)

    assert [one.pk for one in articles] == [article.pk]


def test_question_is_given_to_search(warranty):
    article = make_article(warranty, title="Thời hạn", question="Máy hỏng có phải trả tiền không?")

    assert "Máy hỏng có phải trả tiền không?" in str(document_of(article))


def test_crowded_category_costs_no_more_than_an_empty_one(client, warranty, washers, django_assert_max_num_queries):
    for _number in range(12):
        make_article(warranty, also_in=[washers])
    client.get("/vi/help/su-dung/may-giat/")

    with django_assert_max_num_queries(17):
        client.get("/vi/help/su-dung/may-giat/")
