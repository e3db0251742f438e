"""How often an article is read: whom it counts, what reaches the database, what does not cost a query."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from kb import services, tasks
from kb.care import figures
from kb.models import ArticlePage, ArticleViews
from kb.view_counter import HOUSEHOLD, ViewCounter
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

ADDRESS = "/vi/help/bao-hanh/thoi-han/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TODAY = date(2026, 11, 20)


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Thời hạn")


@pytest.fixture(autouse=True)
def views(monkeypatch):
    """A counter of this test's own."""
    counter = ViewCounter()
    monkeypatch.setattr("kb.view_counter.counter", counter)
    return counter


def open_page(client, address=ADDRESS, *, agent=FIREFOX, **headers):
    return client.get(address, headers={"user-agent": agent, **headers})


def counted(article):
    return sum(ArticleViews.objects.filter(page=article).values_list("count", flat=True))


def test_opened_article_is_counted_for_the_day(client, article, views):
    for _time in range(3):
        open_page(client)

    assert views.flush() == 3

    row = ArticleViews.objects.get()
    assert (row.page_id, row.day, row.count) == (article.pk, timezone.localdate(), 3)


def test_views_are_added_to_what_was_written_before(client, article, views):
    for _time in range(2):
        open_page(client)
        views.flush()

    assert counted(article) == 2


def test_kept_page_is_counted_without_a_query(client, article, views, settings, django_assert_num_queries):
    settings.PAGE_CACHE_SECONDS = 600
    first = open_page(client)

    with django_assert_num_queries(0):
        open_page(client)
        open_page(client, **{"if-none-match": first["ETag"]})

    assert views.flush() == 3


def test_signed_in_customer_is_counted_and_staff_is_not(client, article, views):
    client.force_login(make_user())
    open_page(client)
    client.force_login(make_user("bientap@example.com", is_staff=True))
    open_page(client)

    assert views.flush() == 1


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; coccocbot-web/1.0)",
        "curl/8.5.0",
        "python-requests/2.32",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 HeadlessChrome/140.0",
    ],
)
def test_programs_are_not_counted(client, article, views, agent):
    open_page(client, agent=agent)

    assert views.flush() == 0


@pytest.mark.parametrize(
    ("name", "value"), [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "prefetch")]
)
def test_page_fetched_in_advance_is_not_counted(client, article, views, name, value):
    open_page(client, **{name: value})

    assert views.flush() == 0


def test_head_preview_category_and_missing_page_are_not_counted(client, article, views, rf):
    client.head(ADDRESS, headers={"user-agent": FIREFOX})
    article.make_preview_request(rf.get("/admin/", headers={"user-agent": FIREFOX}))
    open_page(client, "/vi/help/bao-hanh/")
    open_page(client, "/vi/help/bao-hanh/khong-co/")

    assert views.flush() == 0


def test_nothing_counted_costs_nothing(views, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert views.flush() == 0


def test_article_deleted_meanwhile_does_not_lose_the_views_of_the_others(client, article, views, site_tree):
    gone = make_article(make_category(title="Khác", code="khac"), title="Bỏ")
    open_page(client)
    open_page(client, "/vi/help/khac/bo/")
    gone.delete()

    views.flush()

    assert counted(article) == 1


def test_views_wait_while_the_database_refuses(client, article, views, monkeypatch):
    def refuse(counts):
        raise OperationalError("database is locked")

    open_page(client)
    monkeypatch.setattr("kb.view_counter.add_article_views", refuse)
    assert views.flush() == 0
    monkeypatch.setattr("kb.view_counter.add_article_views", services.add_article_views)
    open_page(client)

    assert views.flush() == 2


def test_views_of_the_last_days_leave_out_older_ones(article, site_tree, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    for age, number in [(0, 1), (29, 10), (30, 100)]:
        ArticleViews.objects.create(page=article, day=TODAY - timedelta(days=age), count=number)
    unread = make_article(make_category(title="Khác", code="khac"))

    counted = figures.with_views(ArticlePage.objects.all()).values_list("pk", "views_lately")

    assert dict(counted) == {article.pk: 11, unread.pk: 0}


def test_old_views_are_forgotten(article, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    for age in (399, 400, 401):
        ArticleViews.objects.create(page=article, day=TODAY - timedelta(days=age), count=1)

    tasks.purge_article_views.enqueue()

    assert [(TODAY - row.day).days for row in ArticleViews.objects.order_by("day")] == [400, 399]


def test_counting_in_many_threads_loses_nothing(article, views):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: views.count(article.pk, network=f"reader {number}"), range(400)))

    assert views.flush() == 400


def test_writer_starts_with_the_first_view_and_writes_by_itself(views, settings, monkeypatch):
    written = threading.Event()
    settings.COUNTS_FLUSH_SECONDS = 0.01
    monkeypatch.setattr("kb.view_counter.add_article_views", lambda counts: written.set())
    monkeypatch.setattr("portal.lib.background_writer.atexit.register", lambda last: None)

    views.count(7, network="")

    assert written.wait(timeout=10)
    views.writer.stop()


def test_one_network_makes_no_article_popular(client, article, views):
    for _time in range(HOUSEHOLD + 3):
        open_page(client)
    client.get(ADDRESS, headers={"user-agent": FIREFOX}, REMOTE_ADDR="203.0.113.9")

    assert views.flush() == HOUSEHOLD + 1


def test_page_that_another_page_embeds_is_not_counted(client, article, views):
    open_page(client, **{"sec-fetch-dest": "image"})

    assert views.flush() == 0
