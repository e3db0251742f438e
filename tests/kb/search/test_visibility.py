"""What readers must not see is never found: not in results, suggestions, the API, nor in a count."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import PageViewRestriction

from kb import search
from kb.models import CategoryPage
from kb.search.indexing import drain_outbox, is_indexable, request_indexing
from kb.search.rebuild import rebuild_index
from tests.kb.search.conftest import make_category, publish_article

WORD = "zirkoni"


@pytest.fixture
def found(client):
    """Says in how many ways readers find the secret word: results, count, suggestions, API, page."""

    def look():
        page = search.search(WORD, language="vi")
        ways = [bool(page.hits), bool(page.count), bool(search.suggest(WORD, language="vi"))]
        ways.append(bool(client.get("/api/v1/search", {"q": WORD}).json()["count"]))
        ways.append(bool(client.get("/api/v1/suggest", {"q": WORD}).json()["suggestions"]))
        ways.append("search-hit__link" in client.get("/vi/search/", {"q": WORD}).content.decode())
        assert len(set(ways)) == 1, ways
        return ways[0]

    return look


@pytest.fixture
def article(site_tree, search_index):
    page = publish_article(f"Lõi lọc {WORD}", body="Thay sau sáu tháng.")
    rebuild_index()
    return page


@pytest.fixture
def followed(django_capture_on_commit_callbacks):
    """Lets what is queued on commit run, as after a request."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_published_article_is_found(article, found):
    assert found()
    assert is_indexable(article)


def test_draft_is_never_found(site_tree, search_index, found, followed):
    rebuild_index()
    parent = make_category()

    with followed():
        from kb.models import ArticlePage

        draft = ArticlePage(title=f"Nháp {WORD}", live=False, locale=parent.locale)
        CategoryPage.objects.get(pk=parent.pk).add_child(instance=draft)
        draft.save_revision()
        request_indexing([draft.pk])

    assert not is_indexable(draft)
    assert not found()


def test_draft_of_a_published_article_changes_nothing(article, found, followed):
    with followed():
        article.title = "Chuyện khác"
        article.save_revision()
        request_indexing([article.pk])

    assert found()
    assert search.search("chuyện khác", language="vi").count == 0


def test_unpublished_article_is_gone(article, found, followed):
    with followed():
        article.unpublish()

    assert not found()
    assert search.document_count() == 0


def test_unpublished_article_is_gone_even_before_the_worker_comes(article, found):
    article.unpublish()

    assert not found()
    assert search.document_count() == 1


def test_deleted_article_is_gone(article, found, followed):
    with followed():
        article.delete()

    assert not found()


def test_article_below_a_page_made_private_is_gone_and_comes_back(article, found, followed):
    with followed():
        restriction = PageViewRestriction.objects.create(
            page=article.get_parent(), restriction_type=PageViewRestriction.LOGIN
        )
    while_private = found()
    with followed():
        restriction.delete()

    assert (while_private, found()) == (False, True)


def test_article_moved_below_a_private_page_is_gone(article, found, followed):
    private = make_category("noi-bo", title="Nội bộ")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)

    with followed():
        article.move(CategoryPage.objects.get(pk=private.pk), pos="last-child")

    assert not found()


def test_moved_article_is_found_at_its_new_address(article, followed):
    with followed():
        article.move(CategoryPage.objects.get(pk=make_category("loc-nuoc", title="Lọc nước").pk), pos="last-child")

    [hit] = search.search(WORD, language="vi").hits

    assert hit.url.startswith("/vi/help/loc-nuoc/")
    assert hit.category_title == "Lọc nước"


def test_expired_article_is_gone_at_the_minute_though_no_task_ran(site_tree, search_index, found):
    now = timezone.now()
    publish_article(f"Khuyến mãi {WORD}", expire_at=now + timedelta(hours=1))
    rebuild_index()
    before = found()

    with time_machine.travel(now + timedelta(hours=2), tick=False):
        after = found()

    assert (before, after) == (True, False)


def test_new_article_is_found_once_the_outbox_is_drained(article, followed):
    with followed():
        page = publish_article("Bài hoàn toàn mới")
        request_indexing([page.pk])

    assert [hit.id for hit in search.search("hoàn toàn mới", language="vi").hits] == [page.pk]
    assert drain_outbox() == 0
