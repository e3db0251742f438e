"""The first page of the admin, the handbook, and reading an article into search again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.users.models import UserProfile

from kb.models import ArticleVote, IndexRequest
from kb.search.engine import portal_backend
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def writer(client, db):
    user = make_user("chi@example.com", role="writer", full_name="Lê Hoài Chi")
    client.force_login(user)
    return user


def first_page(client) -> str:
    return client.get("/admin/").content.decode()


def panel(page: str, name: str) -> str:
    return page.partition(f'id="panel-{name}-')[2] or page.partition(f"{name}")[2].partition("</section>")[0]


def test_my_drafts_are_mine_and_not_yet_submitted(client, category, writer):
    make_article(category, title="Nháp của tôi", is_live=False, owner=writer)
    make_article(category, title="Nháp của người khác", is_live=False, owner=make_user("x@example.com", role="writer"))
    submitted = make_article(category, title="Đã gửi duyệt", is_live=False, owner=writer)
    submitted.get_workflow().start(submitted, writer)

    drafts = panel(first_page(client), "my-drafts")

    assert "Nháp của tôi" in drafts
    assert "Nháp của người khác" not in drafts
    assert "Đã gửi duyệt" not in drafts


def test_what_awaits_my_review_is_there_and_my_own_is_not(client, category, writer):
    mine = make_article(category, title="Tôi gửi", is_live=False, owner=writer)
    mine.get_workflow().start(mine, writer)
    other = make_article(category, title="Người khác gửi", is_live=False)
    other.get_workflow().start(other, make_user("x@example.com", role="writer"))

    page = first_page(client)
    awaiting = page.partition("awaiting-review")[2].partition("</section>")[0]

    assert "Người khác gửi" in awaiting
    assert "Tôi gửi" not in awaiting


def test_my_articles_that_are_due_are_named(client, category, writer):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_article(category, title="Đến hạn rồi", owner=writer, check_again_on=yesterday)
    make_article(category, title="Chưa đến hạn", owner=writer, check_again_on=yesterday + timedelta(days=30))
    make_article(category, title="Của người khác", check_again_on=yesterday)

    due = panel(first_page(client), "due-for-check")

    assert "Đến hạn rồi" in due
    assert "Chưa đến hạn" not in due
    assert "Của người khác" not in due


def test_complaints_of_readers_are_shown_as_text(client, category, writer):
    article = make_article(category, title="Khó hiểu")
    ArticleVote.objects.create(
        page=article,
        revision=article.live_revision,
        visitor_key="a",
        is_helpful=False,
        comment="<script>alert(1)</script> bước 3 sai",
    )

    page = first_page(client)

    assert "bước 3 sai" in page
    assert "<script>alert(1)" not in page


def test_empty_panels_say_so(client, site_tree, writer):
    page = first_page(client)

    for sentence in (
        "Bạn không có bản nháp dang dở.",
        "Bạn không có bài nào đến hạn.",
        "Không có trang nào đang chờ cập nhật.",
    ):
        assert sentence in page


def test_an_index_that_stands_still_is_named(client, site_tree, writer):
    IndexRequest.objects.create(page_id=1, requested_at=timezone.now() - timedelta(hours=1))

    assert "có vẻ đang đứng yên" in first_page(client)


def test_an_index_that_cannot_be_read_is_named(client, site_tree, writer, monkeypatch):
    from kb.search.errors import SearchUnavailable

    def broken(self):
        raise SearchUnavailable("there is no search index yet")

    monkeypatch.setattr(type(portal_backend()), "document_count", broken)

    assert "Không đọc được chỉ mục tìm kiếm" in first_page(client)


def test_who_works_on_no_pages_sees_no_such_panel(client, site_tree):
    from django.contrib.auth.models import Permission

    user = make_user("moi@example.com", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    assert "my-drafts" not in first_page(client)


def test_the_first_page_costs_the_same_however_many_articles(client, category, writer, django_assert_max_num_queries):
    for number in range(8):
        make_article(category, title=f"Bài {number}", is_live=bool(number % 2), owner=writer)
    first_page(client)

    with django_assert_max_num_queries(60):
        first_page(client)


# --- Handbook


@pytest.mark.parametrize(("language", "sentence"), [("vi", "Một bài tốt"), ("en", "A good article")])
def test_the_handbook_speaks_the_reader_s_language(client, writer, site_tree, language, sentence):
    profile = UserProfile.get_for_user(writer)
    profile.preferred_language = language
    profile.save()

    page = client.get("/admin/handbook/").content.decode()

    assert sentence in page
    assert "/admin/handbook/" in first_page(client)


def test_both_handbooks_have_the_same_chapters():
    from kb.editing.handbook import handbook_in

    vietnamese, english = handbook_in("vi"), handbook_in("en")

    assert len(vietnamese.chapters) == len(english.chapters) > 8
    assert len({anchor for anchor, _title in vietnamese.chapters}) == len(vietnamese.chapters)


def test_an_unknown_language_gets_the_vietnamese_handbook():
    from kb.editing.handbook import handbook_in

    assert handbook_in("fr").html == handbook_in("vi").html


def test_strangers_do_not_read_the_handbook(client):
    assert client.get("/admin/handbook/").status_code == 302


def test_the_help_menu_leads_to_no_other_site(client, writer, site_tree):
    page = first_page(client)

    assert "/admin/handbook/" in page
    assert "guide.wagtail.org" not in page


# --- Reading into search again


def test_an_editor_reads_an_article_into_search_again(client, category, writer):
    article = make_article(category)
    IndexRequest.objects.all().delete()

    assert client.get(f"/admin/reindex/{article.pk}/").status_code == 200
    assert not IndexRequest.objects.exists()  # looking changes nothing
    response = client.post(f"/admin/reindex/{article.pk}/", follow=True)

    assert "được đưa lại vào tìm kiếm" in response.content.decode()
    assert IndexRequest.objects.filter(page_id=article.pk).exists()


def test_a_draft_says_that_readers_do_not_find_it(client, category, writer):
    draft = make_article(category, is_live=False)

    assert "Hiện người đọc không được xem bài này" in client.get(f"/admin/reindex/{draft.pk}/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_edit_does_not_reindex(client, category, method):
    article = make_article(category)
    IndexRequest.objects.all().delete()
    client.force_login(make_user("dich@example.com", role="translator"))

    response = getattr(client, method)(f"/admin/reindex/{article.pk}/")

    assert response.status_code == 302
    assert not IndexRequest.objects.exists()


@pytest.mark.parametrize("page_id", [0, 999_999])
def test_an_unknown_article_is_not_found(client, writer, site_tree, page_id):
    assert client.get(f"/admin/reindex/{page_id}/").status_code == 404


def test_a_category_has_no_such_page(client, category, writer):
    assert client.get(f"/admin/reindex/{category.pk}/").status_code == 404


def test_the_editor_of_an_article_offers_it(client, category, writer):
    article = make_article(category)

    assert f"/admin/reindex/{article.pk}/" in client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert "/admin/reindex/" not in client.get(f"/admin/pages/{category.pk}/edit/").content.decode()
