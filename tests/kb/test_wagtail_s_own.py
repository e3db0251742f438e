"""What Wagtail brings and editors rely on: on for our pages, and still so after an upgrade."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment

from kb.models import ArticlePage
from portal.lib.letters.outbox import send_due_letters
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Bản một", slug="bai", short_answer="Cũ.")


@pytest.fixture
def reviewer(client, site_tree):
    user = make_user("dung@example.com", role="reviewer", full_name="Phạm Quốc Dũng")
    client.force_login(user)
    return user


def saves(client, article, **fields):
    return client.post(f"/admin/pages/{article.pk}/edit/", form_of(**{"title": "Bản hai", "slug": "bai", **fields}))


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def test_an_article_appears_and_goes_at_the_hours_that_were_set(client, reviewer, article):
    go, end = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=3)
    saves(client, article, go_live_at=local(go), expire_at=local(end), **{"action-publish": "1"})
    assert "Bản hai" not in Client().get(article.url).content.decode()

    with time_machine.travel(go + timedelta(minutes=2)):
        call_command("publish_scheduled")
        assert ArticlePage.objects.get(pk=article.pk).title == "Bản hai"
    with time_machine.travel(end + timedelta(minutes=2)):
        call_command("publish_scheduled")
        assert not ArticlePage.objects.get(pk=article.pk).live


def test_two_versions_are_compared(client, reviewer, article):
    first = article.latest_revision
    saves(client, article, short_answer="Mới.")
    second = ArticlePage.objects.get(pk=article.pk).latest_revision

    page = client.get(f"/admin/pages/{article.pk}/revisions/compare/{first.pk}...{second.pk}/").content.decode()

    assert "Cũ." in page
    assert "Mới." in page


def test_an_older_version_comes_back_and_none_is_lost(client, reviewer, article):
    first = article.latest_revision
    saves(client, article)
    page = client.get(f"/admin/pages/{article.pk}/revisions/{first.pk}/revert/")

    saves(client, article, title="Bản một", revision=str(first.pk))

    assert page.status_code == 200
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().title == "Bản một"
    assert article.revisions.count() == 3


def test_a_locked_article_is_changed_by_nobody_else(client, reviewer, article):
    client.post(f"/admin/pages/{article.pk}/lock/")
    client.force_login(make_user("chi@example.com", role="writer"))

    saves(client, article)

    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().title == "Bản một"


def test_a_comment_is_kept_and_mailed_to_who_wrote_the_article(client, reviewer):
    writer = make_user("chi@example.com", role="writer")
    client.force_login(writer)
    category = make_category()
    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(comment_notifications="on"))
    article = ArticlePage.objects.get()
    client.force_login(reviewer)
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-0-id": "",
        "comments-0-DELETE": "",
        "comments-0-resolved": "",
        "comments-0-contentpath": "short_answer",
        "comments-0-position": "",
        "comments-0-text": "15 ngày tính từ hôm nào?",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "0",
    }

    client.post(f"/admin/pages/{article.pk}/edit/", {**form_of(slug=article.slug), **comment})

    assert Comment.objects.get(page=article).text == "15 ngày tính từ hôm nào?"
    send_due_letters()
    [letter] = mail.outbox
    assert letter.to == ["chi@example.com"]
    assert "15 ngày tính từ hôm nào?" in letter.body


def test_drafts_save_themselves_and_colleagues_are_told_of_each_other(client, reviewer, article):
    page = client.get(f"/admin/pages/{article.pk}/edit/").content.decode()

    assert "w-autosave" in page
    assert "w-session" in page
