"""Who may read which article: the one rule behind every list."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from kb.models import ArticlePage
from portal.models import User
from tests.factories.kb import make_article, make_category, restrict


@pytest.fixture
def reader(db):
    return User.objects.create_user("an@example.test", "x")


def seen_by(user):
    return set(ArticlePage.objects.visible_to(user).values_list("title", flat=True))


def test_published_article_is_seen_by_everybody(site_tree, reader):
    make_article(make_category(), title="Thời hạn")

    assert seen_by(None) == seen_by(AnonymousUser()) == seen_by(reader) == {"Thời hạn"}


def test_draft_is_seen_by_nobody(site_tree, reader):
    make_article(make_category(), is_live=False)

    assert seen_by(reader) == set()


def test_expired_article_is_gone_before_the_clock_takes_it_down(site_tree):
    article = make_article(make_category())
    ArticlePage.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(seconds=1))

    assert seen_by(None) == set()


def test_article_below_a_closed_category_needs_a_sign_in(site_tree, reader):
    category = make_category()
    make_article(category, title="Nội bộ")
    restrict(category)

    assert seen_by(None) == set()
    assert seen_by(reader) == {"Nội bộ"}


def test_article_for_a_group_is_for_that_group_only(site_tree, reader):
    staff = Group.objects.create(name="Nhân viên")
    colleague = User.objects.create_user("binh@example.test", "x")
    colleague.groups.add(staff)
    restrict(make_article(make_category(), title="Nội bộ"), "groups", groups=[staff])

    assert seen_by(reader) == set()
    assert seen_by(colleague) == {"Nội bộ"}


def test_article_behind_a_password_is_listed_for_nobody(site_tree):
    administrator = User.objects.create_superuser("chi@example.test", "x")
    restrict(make_article(make_category()), "password")

    assert seen_by(administrator) == seen_by(None) == set()


def test_restriction_named_public_closes_nothing(site_tree):
    restrict(make_article(make_category(), title="Thời hạn"), "none")

    assert seen_by(None) == {"Thời hạn"}
