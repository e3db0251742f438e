"""From a writer's draft to the reader: two others read it, and nobody approves their own."""

import json

import pytest
from django.core import mail
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowState
from wagtail.users.models import UserProfile

from kb.models import ArticlePage
from portal.lib.letters.models import Letter, LetterStatus
from portal.lib.letters.outbox import send_due_letters
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def people(site_tree):
    """Two of each that read drafts."""
    return {
        name: make_user(f"{name}@example.com", role=name.rstrip("2"), full_name=name.title())
        for name in ("writer", "writer2", "reviewer", "reviewer2")
    }


@pytest.fixture
def acts(client, people):
    """Signs somebody in and takes a step with the draft through the admin's own addresses."""

    def act(name: str, article: ArticlePage, action: str, comment: str = "", state: TaskState | None = None):
        client.force_login(people[name])
        state = state or article.current_workflow_task_state
        return client.post(
            f"/admin/pages/workflow/action/{article.pk}/{action}/{state.pk}/",
            {"comment": comment},
            headers={"x-requested-with": "XMLHttpRequest"},
        )

    return act


@pytest.fixture
def submitted(client, people, category):
    """A draft that the first writer submitted."""
    client.force_login(people["writer"])
    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**{"action-submit": "1"}))
    return ArticlePage.objects.get()


def fresh(article):
    return ArticlePage.objects.get(pk=article.pk)


def step_of(article) -> str:
    return fresh(article).current_workflow_task.name


def test_two_steps_hang_on_the_root_of_the_tree(site_tree):
    [workflow] = Workflow.objects.all()

    assert [task.name for task in workflow.tasks] == ["Đọc chéo", "Duyệt xuất bản"]
    assert WorkflowPage.objects.get().page.depth == 1
    assert all(home.get_workflow() == workflow for home in site_tree.values())


def test_two_others_read_it_and_then_it_is_published(acts, submitted):
    assert step_of(submitted) == "Đọc chéo"

    acts("writer2", submitted, "approve")
    assert step_of(submitted) == "Duyệt xuất bản"
    assert not fresh(submitted).live
    acts("reviewer", submitted, "approve", "Rất rõ.")

    assert fresh(submitted).live


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_nobody_decides_on_their_own_submission(acts, submitted, action):
    acts("writer", submitted, action, "Của tôi")

    assert step_of(submitted) == "Đọc chéo"


def test_a_reviewer_who_submitted_does_not_approve_either_step(client, acts, people, category):
    client.force_login(people["reviewer"])
    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**{"action-submit": "1"}))
    article = ArticlePage.objects.get()

    acts("reviewer", article, "approve")
    assert step_of(article) == "Đọc chéo"
    acts("writer", article, "approve")
    acts("reviewer", article, "approve")
    assert step_of(article) == "Duyệt xuất bản"

    acts("reviewer2", article, "approve")
    assert fresh(article).live


def test_a_writer_does_not_take_the_second_step(acts, submitted):
    acts("reviewer", submitted, "approve")

    acts("writer2", submitted, "approve")

    assert not fresh(submitted).live


def test_changes_are_requested_with_a_reason(acts, submitted):
    refused = acts("writer2", submitted, "reject", "  \n ")
    assert "Hãy nói rõ cần sửa gì" in json.loads(refused.content)["html"]
    assert step_of(submitted) == "Đọc chéo"

    acts("writer2", submitted, "reject", "Thiếu bước khóa nước.")

    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.comment == "Thiếu bước khóa nước."


@pytest.mark.parametrize("extra", [{}, {"comment": ""}, {"comment": "x" * 2_001}])
def test_the_editor_s_own_form_does_not_get_around_the_reason(client, people, submitted, extra):
    client.force_login(people["reviewer"])

    client.post(
        f"/admin/pages/{submitted.pk}/edit/",
        form_of(
            **{
                "action-workflow-action": "1",
                "workflow-action-name": "reject",
                "workflow-action-extra-data": json.dumps(extra),
            }
        ),
    )

    assert step_of(submitted) == "Đọc chéo"


def test_the_author_reads_the_reason_and_submits_again(client, acts, people, submitted):
    acts("writer2", submitted, "reject", "Thiếu bước khóa nước.")
    client.force_login(people["writer"])

    page = client.get(f"/admin/pages/{submitted.pk}/edit/").content.decode()
    client.post(
        f"/admin/pages/{submitted.pk}/edit/", form_of(short_answer="Khóa nước trước.", **{"action-submit": "1"})
    )

    assert "Thiếu bước khóa nước." in page
    assert step_of(submitted) == "Đọc chéo"


def test_the_author_withdraws_a_submission(client, people, submitted):
    client.force_login(people["writer"])

    client.post(f"/admin/pages/{submitted.pk}/edit/", form_of(**{"action-cancel-workflow": "1"}))

    assert fresh(submitted).current_workflow_state is None


def test_a_second_click_does_not_take_the_next_step_too(acts, submitted):
    first = submitted.current_workflow_task_state
    acts("reviewer", submitted, "approve", state=first)

    response = acts("reviewer", submitted, "approve", state=first)

    assert response.status_code in (302, 403)
    assert (step_of(submitted), fresh(submitted).live) == ("Duyệt xuất bản", False)


def test_what_awaits_a_person_leaves_their_own_out(people, submitted):
    def awaiting(name):
        return TaskState.objects.reviewable_by(people[name]).count()

    assert {name: awaiting(name) for name in people} == {"writer": 0, "writer2": 1, "reviewer": 1, "reviewer2": 1}


def test_a_published_article_stays_as_it_is_while_its_change_is_read(client, acts, people, category):
    article = make_article(category, short_answer="Bản cũ.")
    client.force_login(people["writer"])

    client.post(
        f"/admin/pages/{article.pk}/edit/",
        form_of(title=article.title, slug=article.slug, short_answer="Bản mới.", **{"action-submit": "1"}),
    )
    assert fresh(article).short_answer == "Bản cũ."
    acts("writer2", article, "approve")
    acts("reviewer", article, "approve")

    assert fresh(article).short_answer == "Bản mới."


# --- Letters


def test_who_may_read_it_gets_a_letter_and_the_author_hears_the_end(acts, submitted):
    send_due_letters()
    assert {letter.to[0] for letter in mail.outbox} == {
        "writer2@example.com",
        "reviewer@example.com",
        "reviewer2@example.com",
    }
    mail.outbox.clear()

    acts("writer2", submitted, "approve")
    acts("reviewer", submitted, "reject", "Sai giá ở bước 2.")
    send_due_letters()

    letter = mail.outbox[-1]
    assert letter.to == ["writer@example.com"]
    assert "Sai giá ở bước 2." in letter.body
    assert f"/admin/pages/{submitted.pk}/edit/" in letter.body


def test_letters_are_in_the_reader_s_language(client, people, category):
    profile = UserProfile.get_for_user(people["reviewer"])
    profile.preferred_language = "en"
    profile.save()
    client.force_login(people["writer"])

    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**{"action-submit": "1"}))

    send_due_letters()
    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert "submitted" in subjects["reviewer@example.com"]


def test_who_wants_no_letters_gets_none(client, people, category):
    profile = UserProfile.get_for_user(people["reviewer"])
    profile.submitted_notifications = False
    profile.save()
    client.force_login(people["writer"])

    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**{"action-submit": "1"}))

    send_due_letters()
    assert "reviewer@example.com" not in {letter.to[0] for letter in mail.outbox}


def test_a_mail_server_that_is_away_does_not_undo_the_review(acts, submitted, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "khong-co.example.invalid"

    acts("writer2", submitted, "approve")
    acts("reviewer", submitted, "approve")

    assert fresh(submitted).live
    assert set(Letter.objects.values_list("status", flat=True)) == {LetterStatus.WAITING}
