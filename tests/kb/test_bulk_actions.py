"""What editors do to many pages at once, through the address that the explorer's footer opens."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Workflow
from wagtail.users.models import UserProfile

from kb.models import ArticlePage, FaqPage, HelpIndexPage, IndexRequest
from kb.services import mark_checked
from tests.factories.admin import staff_user
from tests.factories.kb import make_article, make_category, make_product
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

ACTIONS = ["set_owner", "set_products", "mark_checked", "submit_for_review"]
TODAY = date(2026, 11, 22)


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def reviewer(category):
    return staff_user("duyet@example.com", "add", "change", "publish")


@pytest.fixture
def writer(category):
    return staff_user("viet@example.com", "change")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


def address(action, *pages):
    query = urlencode([("next", "/admin/"), *(("id", page.pk) for page in pages)])
    return f"/admin/bulk/wagtailcore/page/{action}/?{query}"


def run(client, user, action, *pages, **data):
    client.force_login(user)
    return client.post(address(action, *pages), data, follow=False)


def draft_of(article):
    return ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_action_asks_first_and_names_what_changes_and_what_stays(client, category, reviewer, action, language):
    UserProfile.objects.update_or_create(user=reviewer, defaults={"preferred_language": language})
    article = make_article(category, title="Đổi trả <b>", is_live=False)
    client.force_login(reviewer)

    page = client.get(address(action, article, category)).content.decode()

    assert "Đổi trả &lt;b&gt;" in page
    assert "<form" in page
    assert category.title in page


@pytest.mark.parametrize("action", ACTIONS)
def test_stranger_reaches_no_action(client, category, action):
    article = make_article(category)

    response = run(client, make_user(), action, article)

    assert response.status_code in (302, 403)
    assert not PageLogEntry.objects.filter(action__startswith="kb.").exists()


def test_owner_is_set_and_logged(client, category, reviewer, writer):
    articles = [make_article(category), make_article(category)]

    run(client, reviewer, "set_owner", *articles, owner=writer.pk)

    assert set(ArticlePage.objects.values_list("owner", flat=True)) == {writer.pk}
    assert PageLogEntry.objects.filter(action="kb.set_owner", user=reviewer).count() == 2


def test_owner_is_kept_when_the_draft_is_published_later(client, category, reviewer, writer):
    article = make_article(category)
    article.save_revision()

    run(client, reviewer, "set_owner", article, owner=writer.pk)
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish()

    assert ArticlePage.objects.get(pk=article.pk).owner == writer


def test_customer_cannot_become_an_owner(client, category, reviewer):
    article = make_article(category)

    response = run(client, reviewer, "set_owner", article, owner=make_user("khach@example.com").pk)

    assert response.status_code == 200
    assert ArticlePage.objects.get(pk=article.pk).owner is None


def test_writer_who_may_not_publish_gives_no_page_away(client, category, writer):
    article = make_article(category)

    response = run(client, writer, "set_owner", article, owner=writer.pk)

    assert response.status_code == 302
    assert "Chỉ người có quyền xuất bản" in client.get(address("set_owner", article)).content.decode()
    assert ArticlePage.objects.get(pk=article.pk).owner is None


def test_products_are_added_without_touching_the_others(client, category, reviewer):
    old, new = make_product("NM-W85"), make_product("NM-T100", name="Máy giặt T100")
    article = make_article(category, products=[old])

    run(client, reviewer, "set_products", article, change="add", codes=["NM-T100"])

    assert set(ArticlePage.objects.get(pk=article.pk).products.all()) == {old, new}
    assert IndexRequest.objects.filter(page_id=article.pk).exists()


@pytest.mark.parametrize(("change", "left"), [("replace", ["NM-T100"]), ("remove", ["NM-W85"])])
def test_products_are_replaced_and_removed(client, category, reviewer, change, left):
    products = [make_product("NM-W85"), make_product("NM-T100", name="Máy giặt T100")]
    article = make_article(category, products=products)

    run(client, reviewer, "set_products", article, change=change, codes=["NM-T100"])

    assert [product.code for product in ArticlePage.objects.get(pk=article.pk).products.all()] == left


def test_draft_stays_a_draft_and_gets_the_products_too(client, category, reviewer):
    product = make_product("NM-W85")
    article = make_article(category, title="Bản đã đăng")
    article.title = "Bản nháp"
    article.save_revision()
    revisions = article.revisions.count()

    run(client, reviewer, "set_products", article, change="add", codes=["NM-W85"])

    stored = ArticlePage.objects.get(pk=article.pk)
    assert (stored.title, stored.has_unpublished_changes) == ("Bản đã đăng", True)
    assert (draft_of(article).title, list(draft_of(article).products.all())) == ("Bản nháp", [product])
    assert list(stored.products.all()) == [product]
    # Readers' votes are bound to the revision: setting products is no rewrite.
    assert stored.revisions.count() == revisions


def test_product_without_a_description_in_the_article_s_language_is_refused(client, category, reviewer):
    make_product("NM-R9", language="en", name="Water purifier")
    article = make_article(category)

    response = run(client, reviewer, "set_products", article, change="add", codes=["NM-R9"])

    assert "NM-R9" in response.content.decode()
    assert "Hãy mô tả sản phẩm" in response.content.decode()
    assert not ArticlePage.objects.get(pk=article.pk).products.exists()


def test_writer_changes_the_products_of_a_draft_only(client, category, writer):
    make_product("NM-W85")
    live, draft = make_article(category), make_article(category, is_live=False)

    run(client, writer, "set_products", live, draft, change="add", codes=["NM-W85"])

    assert [page.products.count() for page in ArticlePage.objects.filter(pk__in=[live.pk, draft.pk])] == [0, 1]


def test_check_is_noted_for_the_published_text_and_the_draft(client, category, writer):
    article = make_article(category, model=FaqPage, check_again_on=TODAY - timedelta(days=3))
    article.title = "Bản nháp"
    article.save_revision()

    run(
        client,
        writer,
        "mark_checked",
        article,
        last_checked_on="2026-11-22",
        checked_for="W85, bản 2",
        check_again_on="2027-05-01",
    )

    for page in (ArticlePage.objects.get(pk=article.pk), draft_of(article)):
        assert (page.last_checked_on, page.last_checked_by, page.checked_for) == (TODAY, writer, "W85, bản 2")
        assert page.check_again_on == date(2027, 5, 1)
    assert IndexRequest.objects.filter(page_id=article.pk).exists()


@pytest.mark.parametrize(
    "data",
    [
        {"last_checked_on": "2026-11-23"},
        {"last_checked_on": "hôm nay"},
        {"last_checked_on": "2026-11-22", "check_again_on": "2026-11-22"},
        {"last_checked_on": "2026-11-22", "checked_for": "x" * 10_000},
        {"last_checked_on": "2026-11-22", "checked_for": "a\x00b"},
    ],
)
def test_impossible_check_is_refused_with_a_sentence(client, category, writer, data):
    article = make_article(category)

    response = run(client, writer, "mark_checked", article, **data)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert ArticlePage.objects.get(pk=article.pk).last_checked_on is None


def test_second_press_of_the_button_changes_nothing(client, category, writer):
    article = make_article(category)
    run(client, writer, "mark_checked", article, last_checked_on="2026-11-22")

    response = run(client, writer, "mark_checked", article, last_checked_on="2026-11-22")

    assert response.status_code == 302
    assert PageLogEntry.objects.filter(action="kb.mark_checked").count() == 1


def test_locked_article_and_alias_stay_as_they_are(client, category, reviewer, writer):
    locked, source = make_article(category), make_article(category)
    locked.locked, locked.locked_by = True, reviewer
    locked.save()
    alias = source.create_alias(update_slug="ban-sao")
    client.force_login(writer)

    page = client.get(address("mark_checked", locked, alias)).content.decode()

    assert "Trang đang bị khóa." in page
    assert "Trang lặp lại một bài viết khác" in page


def test_draft_is_sent_to_the_reviewers_and_a_clean_page_is_not(client, category, reviewer):
    index = HelpIndexPage.objects.in_language("vi").get()
    workflow = Workflow.objects.first()
    workflow.workflow_pages.create(page=index)
    draft, clean = make_article(category, is_live=False), make_article(category)

    run(client, reviewer, "submit_for_review", draft, clean)
    again = run(client, reviewer, "submit_for_review", draft, clean)

    assert ArticlePage.objects.get(pk=draft.pk).current_workflow_state.status == "in_progress"
    assert ArticlePage.objects.get(pk=clean.pk).current_workflow_state is None
    assert again.status_code == 302


def test_unknown_page_is_answered_with_not_found(client, reviewer):
    client.force_login(reviewer)

    assert client.get("/admin/bulk/wagtailcore/page/mark_checked/?id=999999").status_code == 404


def test_all_in_a_filtered_list_are_those_of_the_filter(client, category, reviewer):
    wanted = make_article(make_category(parent=category, title="Sâu", code="sau"), products=[make_product("NM-W85")])
    other = make_article(category)
    client.force_login(reviewer)

    for action in ("unpublish", "mark_checked"):
        client.post(
            f"/admin/bulk/wagtailcore/page/{action}/?id=all&childOf={category.pk}&product=NM-W85&next=/admin/",
            {"last_checked_on": "2026-11-22"},
        )

    assert {page.pk: page.live for page in ArticlePage.objects.all()} == {wanted.pk: False, other.pk: True}
    assert list(ArticlePage.objects.exclude(last_checked_on=None)) == [ArticlePage.objects.get(pk=wanted.pk)]


def test_check_of_an_imported_article_outlives_the_next_publication(category):
    article = make_article(category, external_id="nm-1")

    mark_checked({"nm-1": TODAY})
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish()

    assert ArticlePage.objects.get(pk=article.pk).last_checked_on == TODAY
