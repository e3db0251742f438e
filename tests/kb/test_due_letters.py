"""The weekly letter to owners of articles that are due for a check."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kb.care.due_letters import ARTICLES_NAMED, post_due_letters
from kb.models import ArticlePage
from kb.tasks import post_due_letters as task
from portal.lib.letters.models import Letter, LetterStatus
from tests.factories.admin import staff_user
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=False)

TODAY = timezone.localdate()
MONDAY = date(2026, 11, 23)


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def deliver(django_capture_on_commit_callbacks):
    """Posts the letters of today and lets them leave."""

    def run():
        with django_capture_on_commit_callbacks(execute=True):
            return task.call()

    return run


def test_owner_gets_one_letter_with_all_that_is_due(category, deliver):
    owner = staff_user("chi@example.com", "change")
    make_article(category, title="Mã lỗi W85", owner=owner, check_again_on=TODAY - timedelta(days=2))
    make_article(category, title="Thay lõi R9", owner=owner, check_again_on=TODAY)
    make_article(category, title="Còn hạn", owner=owner, check_again_on=TODAY + timedelta(days=1))

    deliver()

    (letter,) = mail.outbox
    assert letter.to == ["chi@example.com"]
    assert letter.subject == "2 bài viết của bạn đến hạn kiểm tra"
    assert "Mã lỗi W85" in letter.body
    assert "Thay lõi R9" in letter.body
    assert "Còn hạn" not in letter.body
    assert "/admin/reports/help/due-checks/?owner=" in letter.body


def test_letter_is_written_in_the_owner_s_language(category, deliver):
    make_article(category, owner=staff_user("chi@example.com", language="en"), check_again_on=TODAY)

    deliver()

    assert mail.outbox[0].subject == "1 of your articles is due for a check"


def test_nobody_gets_an_empty_letter(category, deliver):
    make_article(category, owner=staff_user("chi@example.com"), last_checked_on=TODAY)

    assert deliver() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("gone", [{"is_active": False}, None])
def test_article_without_an_owner_who_can_be_told_sends_nothing(category, deliver, gone):
    make_article(category, owner=gone and make_user("nghi@example.com", **gone), check_again_on=TODAY)

    assert deliver() == 0


def test_repeated_runs_of_a_week_send_one_letter_and_the_next_week_another(category):
    make_article(category, owner=staff_user("chi@example.com"), check_again_on=date(2026, 1, 1))

    for days in range(7):
        post_due_letters(today=MONDAY + timedelta(days=days))
    in_first_week = Letter.objects.count()
    post_due_letters(today=MONDAY + timedelta(days=7))

    assert (in_first_week, Letter.objects.count()) == (1, 2)


def test_letter_waiting_while_the_article_is_checked_is_given_up(category, deliver):
    article = make_article(category, owner=staff_user("chi@example.com"), check_again_on=TODAY)
    post_due_letters()
    ArticlePage.objects.filter(pk=article.pk).update(check_again_on=None, last_checked_on=TODAY)

    from portal.lib.letters.outbox import send_due_letters

    send_due_letters()

    assert mail.outbox == []
    assert not Letter.objects.filter(status=LetterStatus.WAITING).exists()


def test_long_list_is_cut_and_says_so(category, deliver):
    owner = staff_user("chi@example.com")
    for _number in range(ARTICLES_NAMED + 3):
        make_article(category, owner=owner, check_again_on=TODAY)

    deliver()

    assert "Và 3 bài nữa." in mail.outbox[0].body
