"""The explorer of help pages: columns, filters, order, export, and what it costs."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from kb.models import ArticleViews, ArticleVote, FaqPage
from tests.factories.admin import staff_user
from tests.factories.kb import make_article, make_category, make_product

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def editor(client, category):
    """A client signed in as somebody who may edit the help pages."""
    client.force_login(staff_user("bientap@example.com", "add", "change", full_name="Lê Hoài Chi"))
    return client


def vote(article, *, helpful=0, unhelpful=0, **fields):
    for number in range(helpful + unhelpful):
        ArticleVote.objects.create(
            page=article,
            revision_id=article.live_revision_id,
            visitor_key=f"khach-{number}",
            is_helpful=number < helpful,
            **fields,
        )


def view(article, count, *, days_ago=1):
    ArticleViews.objects.create(page=article, day=TODAY - timedelta(days=days_ago), count=count)


def titles(response):
    return [page.title for page in response.context["object_list"]]


def explore(client, category, **query):
    return client.get(f"/admin/pages/{category.pk}/", query)


def test_row_shows_owner_products_languages_votes_views_and_check(editor, category):
    owner = staff_user("chi@example.com", full_name="Người Phụ Trách")
    article = make_article(
        category,
        products=[make_product("NM-W85")],
        owner=owner,
        last_checked_on=date(2026, 1, 15),
        check_again_on=TODAY - timedelta(days=3),
    )
    vote(article, helpful=4, unhelpful=2)
    view(article, 1234)

    page = explore(editor, category).content.decode()

    for text in ["Người Phụ Trách", "NM-W85", "66%", "6 lượt", "1234", "15/01/2026", "quá hạn 3 ngày", "EN: Chưa có"]:
        assert text in page


def test_votes_for_an_older_revision_do_not_count(editor, category):
    article = make_article(category)
    vote(article, unhelpful=3)
    article.short_answer = "Viết lại."
    article.save_revision().publish()

    page = explore(editor, category).context["object_list"][0]

    assert (page.vote_count, page.helpful_percent) == (0, None)


def test_few_votes_are_shown_as_numbers_and_not_as_a_share(editor, category):
    vote(make_article(category), helpful=2, unhelpful=1)

    page = explore(editor, category)

    assert "2 trong 3 lượt" in page.content.decode()
    assert page.context["object_list"][0].helpful_percent is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"product": "NM-W85"}, ["Máy giặt"]),
        ({"helpful_max": "50"}, ["Máy in"]),
        ({"helpful_min": "51"}, ["Máy giặt"]),
        ({"views_min": "5"}, ["Máy giặt"]),
        ({"views_max": "0"}, ["Máy in"]),
        ({"check": "never"}, ["Máy in"]),
        ({"check": "due"}, ["Máy giặt"]),
        ({"checked_from": "2020-01-01", "checked_to": "2020-12-31"}, ["Máy giặt"]),
        ({"language_state": "en:missing", "product": "NM-W85"}, ["Máy giặt"]),
        ({"language_state": "en:current"}, []),
        ({"product": "NM-0"}, ["Máy in"]),
        ({"helpful_min": "abc"}, ["Máy in"]),
        ({"views_min": "-1"}, ["Máy giặt", "Máy in"]),
    ],
)
def test_filter_finds_the_articles_below_the_category(editor, category, query, found):
    washer = make_article(
        make_category(parent=category, title="Sâu hơn", code="sau-hon"),
        title="Máy giặt",
        products=[make_product("NM-W85")],
        last_checked_on=date(2020, 5, 1),
    )
    printer = make_article(category, title="Máy in")
    vote(washer, helpful=5)
    vote(printer, unhelpful=5)
    view(washer, 5)

    response = explore(editor, category, **query)

    assert response.status_code == 200
    assert [title for title in sorted(titles(response)) if title != "Sâu hơn"] == found


@pytest.mark.wagtail_indexes
def test_filter_and_search_work_together(editor, category):
    make_article(category, title="Máy giặt rung", products=[make_product("NM-W85")])
    make_article(category, title="Máy giặt kêu")

    assert titles(explore(editor, category, q="máy giặt", product="NM-W85")) == ["Máy giặt rung"]


@pytest.mark.parametrize("key", ["views_lately", "helpful_percent", "checked_on", "owner__full_name", "title"])
def test_each_figure_orders_the_list(editor, category, key):
    low = make_article(category, title="A", last_checked_on=date(2026, 1, 1), owner=staff_user("a@x.vn", full_name="A"))
    high = make_article(
        category, title="B", last_checked_on=date(2026, 2, 1), owner=staff_user("b@x.vn", full_name="B")
    )
    vote(low, unhelpful=5)
    vote(high, helpful=5)
    view(high, 9)

    assert titles(explore(editor, category, ordering=key)) == ["A", "B"]
    assert titles(explore(editor, category, ordering=f"-{key}")) == ["B", "A"]


def test_export_is_translated_and_runs_no_formula(editor, category):
    make_article(category, title='=HYPERLINK("http://x.example")')

    csv = b"".join(explore(editor, category, export="csv").streaming_content).decode()
    book = openpyxl.load_workbook(BytesIO(b"".join(explore(editor, category, export="xlsx").streaming_content)))

    assert "Tiêu đề" in csv
    assert "\"'=HYPERLINK" in csv
    assert book.active["A2"].data_type == "s"


def test_fifty_pages_cost_few_queries(client, category, django_assert_max_num_queries):
    # Whoever may not publish costs one query more for each row: Wagtail (8.0) asks what lies below before it offers
    # to delete.
    client.force_login(staff_user("duyet@example.com", "add", "change", "publish"))
    product = make_product("NM-W85")
    for number in range(25):
        vote(make_article(category, products=[product]), helpful=1)
        make_article(category, model=FaqPage)
        if number < 3:
            make_category(parent=category, title=f"Mục {number}", code=f"muc-{number}")
    explore(client, category)

    with django_assert_max_num_queries(51):
        response = explore(client, category)

    assert len(response.context["object_list"]) == 50


def test_stranger_is_sent_away(client, category):
    assert explore(client, category).status_code == 302


@pytest.mark.parametrize("language", ["vi", "en"])
def test_index_opens_in_both_languages(client, category, language):
    client.force_login(staff_user("x@example.com", "change", language=language))

    response = explore(client, category.get_parent())

    assert response.status_code == 200
    assert {"vi": "Người phụ trách", "en": "Owner"}[language] in response.content.decode()
