"""Pages kept for anonymous readers: as cheap as one look, as fresh as the last change, the same for nobody known."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images import get_image_model

from kb import page_changes, services
from kb.models import ArticlePage, FaqPage
from tests.factories.kb import make_article, make_category, make_product, restrict, text
from tests.factories.people import make_user
from tests.factories.personalization import make_guest_cookie, store_preferences

ADDRESS = "/vi/help/bao-hanh/thoi-han/"
COOKIE = "portal_preferences"


@pytest.fixture(autouse=True)
def kept_pages(settings):
    settings.PAGE_CACHE_SECONDS = 600


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), model=FaqPage, title="Thời hạn", body=[text("<p>24 tháng.</p>")])


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """A block whose changes are committed as far as anybody who waits for it can tell."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def cache_in_database(settings, db):
    """The embedded cache, in the test's own database, so that its reads are seen among the queries."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "test_cache"}}
    call_command("createcachetable", verbosity=0)


def test_kept_page_costs_the_cache_s_own_read_and_nothing_else(
    client, article, cache_in_database, django_assert_num_queries
):
    client.get(ADDRESS)

    with django_assert_num_queries(1) as queries:
        response = client.get(ADDRESS)

    assert "24 tháng." in response.content.decode()
    assert "test_cache" in queries.captured_queries[0]["sql"]


def test_kept_page_needs_no_query_where_the_cache_is_no_database(client, article, django_assert_num_queries):
    client.get(ADDRESS)

    with django_assert_num_queries(0):
        client.get(ADDRESS)


@pytest.mark.parametrize("address", [ADDRESS, "/vi/help/bao-hanh/", "/vi/help/", "/vi/help/bao-hanh/?page=1"])
def test_article_category_and_index_are_kept(client, article, address, django_assert_num_queries):
    first = client.get(address)

    with django_assert_num_queries(0):
        second = client.get(address)

    assert second["ETag"] == first["ETag"]


def test_kept_page_carries_the_headers_of_the_page(client, article):
    first, second = (client.get(ADDRESS) for _time in range(2))

    assert dict(second.items()) == dict(first.items())
    assert {"X-Frame-Options", "Content-Security-Policy", "Content-Language"} <= set(second.headers)


def test_browser_is_told_to_ask_again_and_gets_a_short_answer(client, article):
    first = client.get(ADDRESS)

    again = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})

    assert set(first["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "Cookie" in first["Vary"]
    assert (again.status_code, again.content) == (304, b"")


def test_changed_page_is_sent_whole_to_a_browser_that_knows_the_old_one(client, article, committing):
    first = client.get(ADDRESS)
    with committing():
        article.short_answer = "Hai năm."
        article.save_revision().publish()

    response = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})

    assert response.status_code == 200
    assert "Hai năm." in response.content.decode()


# --- Freshness -----------------------------------------------------------------------------------


def publish(article):
    article.title = "Thời hạn mới"
    article.save_revision().publish()


def unpublish(article):
    article.unpublish()


def delete(article):
    article.delete()


def close(article):
    restrict(article)


def rename_category(article):
    category = article.get_parent().specific
    category.title = "Sửa chữa"
    category.save_revision().publish()


def save_product(article):
    make_product()


def move(article):
    article.move(make_category(title="Khác", code="khac"), pos="last-child")


def write_past_the_signals(article):
    ArticlePage.objects.filter(pk=article.pk).update(short_answer="Khác")
    services.refresh_public_pages()


def describe_image(article):
    get_image_model()(title="W85", file="w85.png", width=1, height=1).save()


@pytest.mark.parametrize(
    "change",
    [
        publish,
        unpublish,
        delete,
        close,
        rename_category,
        save_product,
        move,
        write_past_the_signals,
        describe_image,
    ],
)
def test_each_change_that_readers_see_ends_what_is_kept(client, article, committing, change):
    client.get(ADDRESS)
    before = cache.get(page_changes.GENERATION_KEY)

    with committing():
        change(article)

    assert before
    assert cache.get(page_changes.GENERATION_KEY) is None


def test_unpublished_article_is_gone_at_once(client, article, committing):
    client.get(ADDRESS)

    with committing():
        article.unpublish()

    assert client.get(ADDRESS).status_code == 404


def test_draft_leaves_kept_pages_alone(client, article, committing):
    client.get(ADDRESS)

    with committing():
        article.title = "Nháp"
        article.save_revision()

    assert cache.get(page_changes.GENERATION_KEY)


def test_page_made_before_a_change_is_not_kept_after_it(client, article, monkeypatch):
    """The reader came first, the change was committed while the page was being made."""
    made = ArticlePage.get_context

    def change_meanwhile(self, request, *args, **kwargs):
        context = made(self, request, *args, **kwargs)
        ArticlePage.objects.filter(pk=self.pk).update(short_answer="Hai năm.")
        page_changes.forget_pages()
        return context

    monkeypatch.setattr(ArticlePage, "get_context", change_meanwhile)
    first = client.get(ADDRESS).content.decode()
    monkeypatch.setattr(ArticlePage, "get_context", made)

    assert "Hai năm." not in first
    assert "Hai năm." in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(None, 43_200), (timedelta(minutes=3), 180), (timedelta(days=2), 43_200), (timedelta(seconds=-5), 43_200)],
)
def test_pages_are_kept_to_the_next_expiry_at_most(article, monkeypatch, expires_in, seconds):
    now = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    monkeypatch.setattr(timezone, "now", lambda: now)
    if expires_in:
        ArticlePage.objects.filter(pk=article.pk).update(expire_at=now + expires_in)

    assert page_changes.seconds_until_next_change() == seconds


def test_pages_are_kept_to_midnight_at_most(article, monkeypatch):
    now = datetime(2026, 11, 20, 23, 59, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert page_changes.seconds_until_next_change() == 30


# --- Nobody's data -------------------------------------------------------------------------------


def test_two_people_see_their_own_names_while_the_page_is_kept(client, article):
    names = {"khue@example.com": "Trần Khuê", "quynh@example.com": "Lê Quỳnh"}
    people = {email: make_user(email, full_name=name) for email, name in names.items()}
    anonymous = client.get(ADDRESS).content.decode()

    pages = {}
    for _round in range(2):
        for email, person in people.items():
            client.force_login(person)
            pages[email] = client.get(ADDRESS)
            client.logout()

    for email, page in pages.items():
        others = set(people) - {email}
        assert people[email].get_short_name() in page.content.decode()
        assert not any(people[other].get_short_name() in page.content.decode() for other in others)
        assert "no-store" in page["Cache-Control"]
        assert people[email].get_short_name() not in anonymous
    assert not any(person.get_short_name() in client.get(ADDRESS).content.decode() for person in people.values())


def test_person_s_page_never_becomes_everybody_s(client, article):
    person = make_user()
    store_preferences(person, theme="dark", text_size="larger")
    client.force_login(person)
    client.get(ADDRESS)
    client.logout()

    page = client.get(ADDRESS).content.decode()

    assert 'data-theme="auto"' in page
    assert person.get_short_name() not in page
    assert "csrfmiddlewaretoken" not in page


def test_guest_with_stored_choices_sees_them_and_nobody_else_does(client, article):
    client.get(ADDRESS)
    client.cookies[COOKIE] = make_guest_cookie(theme="dark")

    own = client.get(ADDRESS).content.decode()
    del client.cookies[COOKIE]
    everybody_s = client.get(ADDRESS).content.decode()

    assert 'data-theme="dark"' in own
    assert 'data-theme="auto"' in everybody_s


@pytest.mark.parametrize("cookie", ["sessionid", COOKIE, "messages"])
def test_request_with_a_personal_cookie_passes_the_cache_by(client, article, cookie):
    client.get(ADDRESS)
    client.cookies[cookie] = "x"

    response = client.get(ADDRESS)

    assert "ETag" not in response


def test_closed_page_is_never_kept(client, article):
    restrict(article)
    client.get(ADDRESS)
    client.force_login(make_user())
    assert "24 tháng." in client.get(ADDRESS).content.decode()
    client.logout()

    assert client.get(ADDRESS).status_code == 302


def test_page_with_a_form_s_token_is_not_kept(client, article, monkeypatch):
    from django.middleware.csrf import get_token

    made = ArticlePage.get_context
    monkeypatch.setattr(
        ArticlePage, "get_context", lambda self, request, *a, **k: {**made(self, request), "token": get_token(request)}
    )

    assert "ETag" not in client.get(ADDRESS)


def test_page_with_a_nonce_is_not_kept(client, article, monkeypatch):
    made = ArticlePage.get_context
    monkeypatch.setattr(
        ArticlePage, "get_context", lambda self, request, *a, **k: {**made(self, request), "n": str(request.csp_nonce)}
    )

    assert "ETag" not in client.get(ADDRESS)


def test_preview_is_neither_taken_from_the_cache_nor_kept(client, article, rf):
    client.get(ADDRESS)
    article.title = "Nháp chưa đăng"

    preview = article.make_preview_request(rf.get("/admin/"))

    assert "Nháp chưa đăng" in preview.content.decode()
    assert "Nháp chưa đăng" not in client.get(ADDRESS).content.decode()


# --- What tells two addresses apart --------------------------------------------------------------


def test_languages_are_kept_apart(client, site_tree):
    pages = [client.get(f"/{code}/help/").content.decode() for code in ("vi", "en", "vi", "en")]

    assert ['lang="vi"' in page.split(">")[1] for page in pages] == [True, False, True, False]


def test_pages_of_a_list_are_kept_apart(client, site_tree):
    category = make_category()
    for _number in range(21):
        make_article(category)

    lists = [client.get(f"/vi/help/bao-hanh/?page={number}").content for number in (1, 2, 1, 2)]

    assert lists[0] != lists[1]
    assert len(lists[0]) == len(lists[2])


def test_one_page_serves_every_name_of_the_site(client, article, django_assert_num_queries):
    client.get(ADDRESS, headers={"host": "help.example"})

    with django_assert_num_queries(0):
        page = client.get(ADDRESS, headers={"host": "other.example"}).content.decode()

    assert "help.example" not in page


@pytest.mark.parametrize(
    "query", ["page=99", "page=0", "page=-1", "page=1&page=2", "page=" + "9" * 500, "untranslated=3", "x=1", "page=%00"]
)
def test_made_up_arguments_fill_no_cache(client, article, query):
    response = client.get(f"/vi/help/bao-hanh/?{query}")

    assert response.status_code == 200
    assert "ETag" not in response


def test_only_a_list_is_kept_by_its_page(client, article):
    client.get(f"{ADDRESS}?page=7")

    with CaptureQueriesContext(connection) as queries:
        client.get(f"{ADDRESS}?page=7")

    assert queries, "made anew"


def test_campaign_arguments_find_the_kept_page_and_keep_none(client, article, django_assert_num_queries):
    client.get(f"{ADDRESS}?utm_source=thu")
    first = client.get(ADDRESS)

    with django_assert_num_queries(0):
        second = client.get(f"{ADDRESS}?utm_source=thu&fbclid=abc")

    assert second["ETag"] == first["ETag"]
    assert "utm_source" not in second.content.decode()


def test_missing_page_is_not_kept(client, article):
    assert client.get("/vi/help/khong-co/").status_code == 404
    assert cache.get(page_changes.GENERATION_KEY) is not None


def test_head_is_answered_from_the_cache(client, article, django_assert_num_queries):
    client.get(ADDRESS)

    with django_assert_num_queries(0):
        response = client.head(ADDRESS)

    assert (response.status_code, response.content) == (200, b"")


def test_post_passes_the_cache_by(client, article):
    client.get(ADDRESS)

    assert "ETag" not in client.post(ADDRESS)


# --- Engine down ---------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["get_many", "add", "set", "delete"])
def test_page_is_served_while_the_cache_is_down(client, article, monkeypatch, committing, call):
    def fail(*args, **kwargs):
        raise OperationalError("no such table: portal_cache")

    client.get(ADDRESS)
    page_changes.forget_pages()
    monkeypatch.setattr(f"kb.page_cache.cache.{call}", fail)

    with committing():
        article.short_answer = "Hai năm."
        article.save_revision().publish()

    assert "Hai năm." in client.get(ADDRESS).content.decode()
