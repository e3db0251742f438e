"""How votes are counted for editors: about the live text, with their number, and no share of too few."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from kb.models import ArticleVote
from kb.selectors import feedback
from kb.services.feedback import FormerVote, record_former_votes
from tests.factories.feedback import make_vote, make_votes, republish
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(site_tree):
    return make_article(make_category())


def test_a_share_is_said_from_five_votes_on(article):
    make_votes(article, yes=3, no=1)
    four = feedback.helpfulness_of([article.pk])[article.pk]
    make_votes(article, yes=1)
    five = feedback.helpfulness_of([article.pk])[article.pk]

    assert (four.yes, four.no, four.share, four.percent) == (3, 1, None, None)
    assert (five.total, five.share, five.percent) == (5, 0.8, 80)


def test_a_period_is_compared_with_the_one_before_whatever_text_was_live_then(article):
    now = timezone.now()
    make_votes(article, yes=2, no=4, created_at=now - timedelta(days=45))
    make_votes(article, yes=9, created_at=now - timedelta(days=70))
    article = republish(article, short_answer="Rõ hơn.")
    make_votes(article, yes=8, no=2, created_at=now - timedelta(days=5))

    counted = feedback.helpfulness_of([article.pk], since=now - timedelta(days=30))[article.pk]

    assert (counted.yes, counted.no, counted.previous_yes, counted.previous_no) == (8, 2, 2, 4)
    assert counted.trend_points == 80 - 33


def test_articles_without_votes_are_left_out(article):
    assert feedback.helpfulness_of([article.pk, 999_999]) == {}
    assert feedback.helpfulness_of([]) == {}


def test_counting_costs_the_same_for_any_number_of_articles(article, django_assert_num_queries):
    articles = [article, *(make_article(article.get_parent()) for _number in range(3))]
    for one in articles:
        make_vote(one)

    with django_assert_num_queries(2):
        feedback.helpfulness_of([one.pk for one in articles], since=timezone.now() - timedelta(days=30))


def test_reasons_and_queries_come_most_frequent_first(article):
    for reason, query in (("wrong", "Máy kêu"), ("unclear", "máy kêu"), ("wrong", "rung")):
        make_vote(article, helped=False, reason=reason, query=query)
    make_vote(article, comment="Hay")

    told = feedback.feedback_on(article)

    assert told.reasons == (("Có chỗ sai", 2), ("Tôi đọc không hiểu", 1))
    assert told.queries == (("máy kêu", 2), ("rung", 1))
    assert [vote.comment for vote in told.comments] == ["Hay"]


def test_the_latest_complaints_are_those_about_the_live_text(article):
    make_vote(article, helped=False, comment="Cũ")
    article = republish(article, short_answer="Rõ hơn.")
    make_vote(article, helped=False, comment="Mới")
    make_vote(article, helped=True, comment="Khen")

    assert [vote.comment for vote in feedback.latest_complaints()] == ["Mới"]


def test_votes_from_elsewhere_are_recorded_once_and_may_move(article):
    type(article).objects.filter(pk=article.pk).update(external_id="ngoai-1")
    now = timezone.now()
    former = [
        FormerVote("ngoai-1", "a", is_helpful=True, voted_at=now - timedelta(days=3), comment="an@example.com hay"),
        FormerVote("ngoai-2", "a", is_helpful=True, voted_at=now),
    ]
    later = [replace(former[0], voted_at=now)]

    made = [record_former_votes(former), record_former_votes(later), record_former_votes(later, moves_old=True)]

    stored = ArticleVote.objects.get()
    assert made == [1, 0, 0]
    assert (stored.comment, stored.created_at, stored.revision_id) == ("[…] hay", now, article.live_revision_id)
