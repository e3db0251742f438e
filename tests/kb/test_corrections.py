"""Tell me when it is fixed: one letter, when the text changes, and then the address is forgotten."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kb.models import ArticleVote, FixSubscription
from kb.selectors import feedback as selectors
from kb.services import feedback
from portal.lib.letters.models import Letter, LetterStatus
from portal.tasks import follow_up_feedback, retry_letters
from tests.factories.feedback import make_vote, republish
from tests.factories.kb import make_article, make_category, restrict, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Máy giặt không vắt", body=[text("<p>Kiểm tra ống xả.</p>")])


@pytest.fixture
def waiting(article):
    return feedback.subscribe_to_fix(page=article, email="an@example.com", language="vi")


def letters_sent():
    retry_letters.enqueue()
    return mail.outbox


def test_a_rewrite_is_told_once_with_what_changed_and_the_address_is_forgotten(article, waiting):
    republish(article, short_answer="Mở lại ống xả.", change_note="Thêm cách mở ống xả.")
    republish(article, short_answer="Mở hẳn ống xả.")

    [letter] = letters_sent()
    assert letter.to == ["an@example.com"]
    assert letter.subject == "Đã sửa: Máy giặt không vắt"
    assert "Thêm cách mở ống xả." in letter.body
    assert article.full_url in letter.body
    assert "lá thư duy nhất" in letter.body
    assert "Thêm cách mở ống xả." in letter.alternatives[0][0]
    assert not FixSubscription.objects.exists()


def test_the_letter_is_in_the_language_of_the_page_where_it_was_asked_for(article):
    feedback.subscribe_to_fix(page=article, email="an@example.com", language="en")

    republish(article, short_answer="Mở lại ống xả.")

    [letter] = letters_sent()
    assert letter.subject == "Corrected: Máy giặt không vắt"
    assert letter.extra_headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"keywords": "vắt, xả"},
        {"last_checked_on": timezone.localdate()},
        {"short_answer": "Kiểm tra ống xả.", "is_small_change": True},
    ],
)
def test_what_readers_do_not_meet_or_is_called_small_tells_nobody_and_keeps_the_votes(article, waiting, changes):
    make_vote(article)

    article = republish(article, **changes)

    assert letters_sent() == []
    assert FixSubscription.objects.count() == 1
    assert selectors.helpfulness_of([article.pk])[article.pk].yes == 1


def test_a_draft_tells_nobody(article, waiting):
    article.short_answer = "Nháp"
    article.save_revision()

    assert letters_sent() == []


def test_a_rewrite_starts_clean_and_the_former_votes_stay_with_their_revision(article):
    former = article.live_revision_id
    make_vote(article, helped=False)

    article = republish(article, body=[("text", "<p>Khác hẳn.</p>")])

    assert selectors.helpfulness_of([article.pk]) == {}
    assert ArticleVote.objects.get().revision_id == former


def test_a_small_change_after_a_rewrite_does_not_bring_old_votes_back(article):
    make_vote(article)
    article = republish(article, short_answer="Viết lại.")

    article = republish(article, short_answer="Viết  lại.", is_small_change=True)

    assert selectors.helpfulness_of([article.pk]) == {}


def test_votes_outlive_old_revisions(article):
    make_vote(article, helped=False)
    article = republish(article, short_answer="Viết lại.")

    article.revisions.exclude(pk=article.live_revision_id).delete()

    assert ArticleVote.objects.count() == 1


def test_an_article_that_is_replaced_sends_its_readers_to_the_new_one(article, waiting):
    other = make_article(article.get_parent(), title="Mọi lỗi vắt của máy giặt")
    article.replaced_by = other
    article.save()

    article.unpublish()

    [letter] = letters_sent()
    assert letter.subject == "Bài viết mới: Mọi lỗi vắt của máy giặt"
    assert other.full_url in letter.body
    assert "Máy giặt không vắt" in letter.body


def test_the_one_that_holds_today_is_named_when_the_replacement_was_replaced_too(article, waiting):
    last = make_article(article.get_parent(), title="Bài giữ hiệu lực")
    between = make_article(article.get_parent(), is_live=False, replaced_by=last)
    article.replaced_by = between
    article.save()

    article.unpublish()

    assert [letter.subject for letter in letters_sent()] == ["Bài viết mới: Bài giữ hiệu lực"]


def test_a_replacement_chosen_while_unpublishing_in_the_admin_is_told(client, article, waiting):
    other = make_article(article.get_parent(), title="Bài mới")
    client.force_login(make_user("duyet@example.com", is_superuser=True, is_staff=True))

    client.post(f"/admin/pages/{article.pk}/unpublish/", {"replaced_by": other.pk})

    assert [letter.subject for letter in letters_sent()] == ["Bài viết mới: Bài mới"]


def test_a_replacement_named_after_the_unpublishing_is_told_by_the_daily_round(article, waiting):
    article.unpublish()
    article.replaced_by = make_article(article.get_parent(), title="Bài mới")
    article.save()
    assert letters_sent() == []

    follow_up_feedback.enqueue()
    follow_up_feedback.enqueue()

    assert len(letters_sent()) == 1


@pytest.mark.parametrize("is_live", [True, False])
def test_unpublishing_without_a_public_replacement_keeps_the_reader_waiting(article, waiting, is_live):
    article.replaced_by = None if is_live else make_article(article.get_parent(), is_live=False)
    article.save()

    article.unpublish()

    assert letters_sent() == []
    assert FixSubscription.objects.exists()


def test_an_article_that_became_private_before_the_letter_left_is_named_to_nobody(article, waiting):
    republish(article, short_answer="Chỉ cho đại lý.")
    restrict(article)

    assert letters_sent() == []
    assert Letter.objects.get().status == LetterStatus.CANCELLED


def test_a_deleted_article_takes_votes_and_wishes_along(article, waiting):
    make_vote(article)

    article.delete()

    assert not ArticleVote.objects.exists()
    assert not FixSubscription.objects.exists()


def test_a_headline_cannot_smuggle_headers_into_the_letter(article, waiting):
    republish(article, title="Máy giặt\nBcc: ai@example.com", short_answer="Khác")

    [letter] = letters_sent()
    assert "\n" not in letter.subject
    assert letter.message()["Bcc"] is None


def test_half_a_year_and_four_hundred_days_are_the_limits(article):
    now = timezone.now()
    for days, name in ((181, "old"), (179, "new")):
        feedback.subscribe_to_fix(page=article, email=f"{name}@example.com", language="vi")
        FixSubscription.objects.filter(email=f"{name}@example.com").update(created_at=now - timedelta(days=days))
    old = make_vote(article, comment="Cũ", query="cũ", helped=False, created_at=now - timedelta(days=401))
    new = make_vote(article, comment="Mới", query="mới", helped=False, created_at=now - timedelta(days=399))

    follow_up_feedback.enqueue()
    follow_up_feedback.enqueue()

    assert list(FixSubscription.objects.values_list("email", flat=True)) == ["new@example.com"]
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.visitor_key, old.comment, old.query, old.is_helpful) == (f"forgotten-{old.pk}", "", "", False)
    assert (new.comment, new.query) == ("Mới", "mới")


def test_a_person_can_see_and_erase_what_they_wait_for(article, waiting):
    other = make_article(article.get_parent())
    feedback.subscribe_to_fix(page=other, email="an@example.com", language="vi")
    feedback.subscribe_to_fix(page=other, email="binh@example.com", language="vi")
    republish(article, short_answer="Khác")

    exported = selectors.subscriptions_of(["An@example.com"])
    erased = feedback.erase_subscriptions(email="An@example.com")

    assert [row.page.title for row in exported] == [other.title]
    assert erased == 2  # the wish, and the letter that did not leave yet
    assert letters_sent() == []
    assert FixSubscription.objects.get().email == "binh@example.com"


def test_the_preferences_page_shows_gives_and_deletes_what_a_person_waits_for(client, article, waiting):
    feedback.subscribe_to_fix(page=article, email="binh@example.com", language="vi")
    client.force_login(make_user("an@example.com"))

    page = client.get("/vi/preferences/").content.decode()
    data = client.get(reverse("preference_download")).json()
    answers = [
        client.post(reverse("preference_delete_part"), {"part": part}, follow=True).content.decode()
        for part in ("kb.awaited_corrections", "kb.awaited_corrections", "unknown\x00")
    ]

    assert "Máy giặt không vắt (an@example.com" in page
    assert "binh@example.com" not in page
    assert [entry["article"] for entry in data["kb.awaited_corrections"]] == ["Máy giặt không vắt"]
    assert ["Đã xóa." in answer for answer in answers] == [True, False, False]
    assert FixSubscription.objects.get().email == "binh@example.com"


def test_an_address_that_is_not_proven_shows_and_deletes_nothing(client, article, waiting):
    client.force_login(make_user("an@example.com", verified=False))

    page = client.get("/vi/preferences/").content.decode()
    client.post(reverse("preference_delete_part"), {"part": "kb.awaited_corrections"})

    assert "an@example.com," not in page
    assert FixSubscription.objects.exists()


def test_publishing_with_many_who_wait_costs_few_queries(article, django_assert_max_num_queries):
    for number in range(30):
        feedback.subscribe_to_fix(page=article, email=f"khach{number}@example.com", language="vi")
    article = type(article).objects.get(pk=article.pk)

    with django_assert_max_num_queries(8):
        feedback.note_publishing(page=article, former_revision_id=0)

    assert Letter.objects.count() == 30
