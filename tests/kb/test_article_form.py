"""The Care panel of the editor: who is responsible, when it was checked, when again."""

from datetime import date, timedelta

import pytest

from kb.models import ArticlePage
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def writer(db):
    return make_user("chi@example.com", role="writer", full_name="Lê Hoài Chi")


@pytest.fixture
def reviewer(db):
    return make_user("dung@example.com", role="reviewer", full_name="Phạm Quốc Dũng")


def saves(client, page, **fields):
    response = client.post(
        f"/admin/pages/{page.pk}/edit/", form_of(**{"title": page.title, "slug": page.slug, **fields})
    )
    assert response.status_code == 302, response.context["form"].errors
    return ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()


def test_a_check_of_today_asks_for_the_next_in_half_a_year(client, category, writer):
    client.force_login(writer)
    today = date(2026, 11, 22)

    draft = saves(client, make_article(category), last_checked_on=today.isoformat())

    assert draft.check_again_on == today + timedelta(days=180)
    assert draft.last_checked_by == writer


def test_a_day_that_the_editor_chose_stays(client, category, writer, reviewer):
    client.force_login(writer)

    draft = saves(
        client,
        make_article(category),
        last_checked_on="2026-11-22",
        check_again_on="2027-01-01",
        last_checked_by=str(reviewer.pk),
    )

    assert (draft.check_again_on, draft.last_checked_by) == (date(2027, 1, 1), reviewer)


def test_saving_without_a_new_check_moves_no_day(client, category, writer):
    client.force_login(writer)
    article = make_article(category, last_checked_on=date(2026, 1, 1), check_again_on=date(2026, 2, 1))

    draft = saves(client, article, last_checked_on="2026-01-01", check_again_on="2026-02-01")

    assert draft.check_again_on == date(2026, 2, 1)


@pytest.mark.parametrize("is_live", [True, False])
def test_a_reviewer_hands_an_article_on(client, category, writer, reviewer, is_live):
    client.force_login(reviewer)
    article = make_article(category, is_live=is_live, owner=reviewer)

    saves(client, article, owner=str(writer.pk))

    assert ArticlePage.objects.get(pk=article.pk).owner == writer


def test_a_writer_does_not(client, category, writer, reviewer):
    client.force_login(writer)
    article = make_article(category, owner=reviewer)

    saves(client, article, owner=str(writer.pk))

    assert ArticlePage.objects.get(pk=article.pk).owner == reviewer


def test_only_colleagues_are_offered_as_owners(client, category, reviewer):
    make_user("khach@example.com", full_name="Khách Lạ")
    client.force_login(reviewer)

    page = client.get(f"/admin/pages/{make_article(category).pk}/edit/").content.decode()

    assert "Phạm Quốc Dũng" in page
    assert "Khách Lạ" not in page


def test_an_owner_who_left_stays_until_somebody_hands_the_article_on(client, category, reviewer):
    gone = make_user("cu@example.com", role="writer", full_name="Người Đã Nghỉ", is_active=False)
    client.force_login(reviewer)
    article = make_article(category, owner=gone)

    saves(client, article, owner=str(gone.pk))

    assert ArticlePage.objects.get(pk=article.pk).owner == gone


def test_who_starts_an_article_is_responsible_for_it(client, category, writer):
    client.force_login(writer)

    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of())

    assert ArticlePage.objects.get().owner == writer


def test_a_slug_in_use_is_refused_in_a_sentence(client, category, writer):
    make_article(category, slug="doi-tra")
    client.force_login(writer)

    response = client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(slug="doi-tra"))

    assert "doi-tra" in response.context["form"].errors["slug"][0]
    assert "Đổi trả hàng" in response.content.decode()


def test_the_home_page_too_gets_a_readable_slug(client, site_tree):
    client.force_login(make_user(role="administrator"))

    page = client.get(f"/admin/pages/{site_tree['vi'].pk}/edit/").content.decode()

    assert r"\u0111\u0110" in page  # "đ" and "Đ" in the field's own rules


def test_the_form_has_three_tabs(client, category, writer):
    client.force_login(writer)

    page = client.get(f"/admin/pages/{make_article(category).pk}/edit/").content.decode()

    assert page.count('role="tab"') == 3
