"""What stands around the text of an article: who checked it, for whom it is, what to read next; what it costs."""

from datetime import date

import pytest
from django.core.cache import cache

from kb.models import Audience, MaintenancePage, MaintenanceTask, RelatedArticle
from tests.factories.blocks import one_of_each
from tests.factories.kb import heading, make_article, make_category, make_product, restrict, steps, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/vi/help/bao-hanh/thoi-han/"


@pytest.fixture
def category(site_tree):
    return make_category()


def choose(article, *others):
    for place, other in enumerate(others):
        RelatedArticle.objects.create(page=article, article=other, sort_order=place)


def related(client):
    return [one.title for one in client.get(ADDRESS).context["related"]]


@pytest.mark.parametrize(
    ("name", "checked_for", "sentence"),
    [
        ("Lê Chi", "W85 đời 2026", "Lê Chi kiểm tra ngày 30/10/2026 cho W85 đời 2026"),
        ("Lê Chi", "", "Lê Chi kiểm tra ngày 30/10/2026"),
        ("", "W85 đời 2026", "Kiểm tra ngày 30/10/2026 cho W85 đời 2026"),
        ("", "", "Kiểm tra ngày 30/10/2026"),
    ],
)
def test_article_says_when_by_whom_and_for_what_it_was_checked(client, category, name, checked_for, sentence):
    checker = make_user("chi@example.com", full_name=name)
    make_article(
        category,
        title="Thời hạn",
        last_checked_on=date(2026, 10, 30),
        last_checked_by=checker,
        checked_for=checked_for,
    )

    page = client.get(ADDRESS).content.decode()

    assert f"<span>{sentence}</span>" in page
    assert "chi@example.com" not in page


def test_article_that_was_never_checked_says_when_it_was_changed_only(client, category):
    make_article(category, title="Thời hạn")

    page = client.get(ADDRESS).content.decode()

    assert "Cập nhật ngày" in page
    assert "iểm tra ngày" not in page


@pytest.mark.parametrize(("audience", "is_named"), [("everyone", False), ("business", True), ("technician", True)])
def test_article_for_some_readers_says_for_whom(client, category, audience, is_named):
    make_article(category, title="Thời hạn", audience=audience)

    assert (str(Audience(audience).label) in client.get(ADDRESS).content.decode()) == is_named


def test_question_leads_into_the_article_and_keywords_stay_unseen(client, category):
    make_article(category, title="Thời hạn", question="Máy hỏng thì sao?", keywords="hư, bể")

    page = client.get(ADDRESS).content.decode()

    assert page.index("</h1>") < page.index("Máy hỏng thì sao?")
    assert "bể" not in page


def test_chosen_articles_come_first_in_their_order_and_once(client, category):
    near = make_article(category, title="Gần")
    far = make_article(make_category(title="Xa", code="xa"), title="Xa nhất")
    choose(make_article(category, title="Thời hạn"), far, near)

    assert related(client) == ["Xa nhất", "Gần"]


def test_nearest_articles_fill_the_list_up_to_five(client, category):
    far = make_article(make_category(title="Xa", code="xa"), title="Xa nhất")
    for number in range(7):
        make_article(category, title=f"Gần {number}")
    choose(make_article(category, title="Thời hạn"), far)

    assert related(client) == ["Xa nhất", "Gần 0", "Gần 1", "Gần 2", "Gần 3"]


def test_chosen_article_that_is_hidden_is_left_out(client, category):
    gone, closed = (make_article(make_category(title=name, code=name.lower()), title=name) for name in ("Bo", "Kin"))
    choose(make_article(category, title="Thời hạn"), gone, closed)
    gone.unpublish()
    restrict(closed)

    assert related(client) == []


def test_preview_shows_related_articles_that_are_not_saved_yet(category, rf):
    far = make_article(make_category(title="Xa", code="xa"), title="Xa nhất")
    article = make_article(category, title="Thời hạn")
    article.related_articles = [RelatedArticle(article=far)]

    assert "Xa nhất" in article.make_preview_request(rf.get("/admin/")).content.decode()


def test_product_that_is_a_draft_is_not_named(client, category):
    draft = make_product("NM-X1", name="Máy bí mật", live=False, tasks=[("Rửa", 3)])
    article = make_article(category, model=MaintenancePage, title="Thời hạn", products=[draft])
    MaintenanceTask.objects.update(article=article, what="Việc bí mật")

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert "bí mật" not in page.content.decode()


def test_crowded_article_costs_thirteen_queries_with_nothing_kept(
    client, category, settings, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 600
    product = make_product(tasks=[("Rửa", 3)])
    others = [make_article(category, products=[product]) for _number in range(6)]
    article = make_article(
        category,
        title="Thời hạn",
        products=[product],
        last_checked_by=make_user(),
        body=[heading("A"), steps("x", "y"), text("<p>b</p>")],
    )
    choose(article, *others[:3])
    client.get(ADDRESS)
    cache.clear()

    # The first page after a change reads notices, shop and channels anew as well.
    with django_assert_max_num_queries(13):
        client.get(ADDRESS)


def test_article_with_every_block_costs_one_query_more_for_each_kind_of_thing_it_names(
    client, category, django_assert_max_num_queries
):
    article = make_article(category, body=one_of_each())
    client.get(article.url)
    cache.clear()

    # Four of them are asked once an hour (roots of the sites) or once in ten minutes (what expires next).
    with django_assert_max_num_queries(15):
        client.get(article.url)
