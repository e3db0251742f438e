"""The outbox below all apps: each letter once, none about what is gone, none kept longer than its kind says."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from portal.lib.letters import kinds, outbox, services
from portal.lib.letters.models import Letter, LetterStatus
from portal.models import Role, RoleCode
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def compose(letter):
    if letter.details.get("is_gone"):
        raise kinds.LetterIsPointless("its reason is gone")
    return kinds.Content(subject=f"Thư {translation.get_language()}", text="Chữ", html="<p>Chữ</p>")


@pytest.fixture
def kind(monkeypatch):
    """A kind of letter that only this test knows."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(kinds.Kind("test.note", label="Thử", compose=compose, kept_for=timedelta(days=30)))
    return "test.note"


def new_letter(kind, key="1", **fields):
    return services.NewLetter(
        **{"kind": kind, "key": f"{kind}:{key}", "recipient": "an@example.com", "language": "en", **fields}
    )


def test_a_posted_letter_leaves_on_commit_in_its_language(kind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = services.post(new_letter(kind))

    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT
    assert [(sent.subject, sent.to, sent.reply_to) for sent in mail.outbox] == [("Thư en", ["an@example.com"], [])]


def test_the_same_key_is_the_same_letter(kind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = services.post(new_letter(kind))
        second = services.post(new_letter(kind, recipient="binh@example.com"))

    assert first == second
    assert len(mail.outbox) == 1


def test_many_letters_of_one_reason_leave_together_and_known_ones_are_left_out(
    kind, django_capture_on_commit_callbacks
):
    services.post(new_letter(kind, "1", is_withheld=True))

    with django_capture_on_commit_callbacks(execute=True):
        services.post_all([new_letter(kind, str(number), recipient=f"k{number}@example.com") for number in range(1, 4)])

    assert [letter.to for letter in mail.outbox] == [["k2@example.com"], ["k3@example.com"]]
    assert Letter.objects.count() == 3


def test_a_letter_whose_reason_is_gone_is_not_sent_and_not_tried_again(kind):
    letter = services.post(new_letter(kind, details={"is_gone": True}))

    outbox.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.CANCELLED
    assert not letter.can_be_sent_again
    assert mail.outbox == []


def test_a_letter_of_a_kind_that_this_release_lacks_is_given_up_with_its_name():
    letter = services.post(new_letter("former.app"))

    outbox.send_due_letters()

    letter.refresh_from_db()
    assert letter.status == LetterStatus.FAILED
    assert "former.app" in letter.last_error
    assert letter.kind_label == "former.app"


def test_two_apps_cannot_claim_one_kind(kind):
    with pytest.raises(kinds.DuplicateKind):
        kinds.register(kinds.Kind(kind, label="Khác", compose=compose))


@pytest.mark.parametrize(
    ("status", "age_days", "is_kept"),
    [
        (LetterStatus.SENT, 31, False),
        (LetterStatus.FAILED, 31, False),
        (LetterStatus.SENT, 29, True),
        (LetterStatus.WAITING, 31, True),
    ],
)
def test_finished_letters_are_forgotten_after_the_time_of_their_kind(kind, status, age_days, is_kept):
    letter = services.post(new_letter(kind))
    Letter.objects.update(status=status, created_at=timezone.now() - timedelta(days=age_days))

    outbox.forget_old_letters()

    assert Letter.objects.filter(pk=letter.pk).exists() is is_kept


def test_all_tags_of_an_address_are_one_mailbox():
    assert services.mailbox_of("An+tin@Example.com") == services.mailbox_of("an@example.com") == "an@example.com"


# --- In the admin -----------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client, site_tree):
    return sign_in(client, RoleCode.ADMINISTRATOR)


def sign_in(client, code):
    user = make_user("quantri@example.com", is_staff=True)
    user.groups.set(Group.objects.filter(pk__in=Role.objects.filter(code=code).values("group_id")))
    client.force_login(user)
    return client


def test_an_administrator_sees_what_failed_and_sends_it_again(administrator, kind, django_capture_on_commit_callbacks):
    letter = services.post(new_letter(kind))
    sent = services.post(new_letter(kind, "2", recipient="binh@example.com"))
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.FAILED, last_error="550 no such mailbox")
    Letter.objects.filter(pk=sent.pk).update(status=LetterStatus.SENT)

    page = administrator.get("/admin/letters/?status=failed").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for one in (letter, sent):
            administrator.post(reverse("send_letter_again", args=[one.pk]))

    assert "an@example.com" in page
    assert "550 no such mailbox" in page
    assert "binh@example.com" not in page
    assert [one.to for one in mail.outbox] == [["an@example.com"]]


@pytest.mark.parametrize("code", [RoleCode.WRITER, RoleCode.REVIEWER, RoleCode.TRANSLATOR, RoleCode.AGENT])
def test_nobody_else_sees_the_outbox(client, site_tree, kind, code):
    letter = services.post(new_letter(kind))
    Letter.objects.update(status=LetterStatus.FAILED)
    sign_in(client, code)

    page = client.get("/admin/letters/", follow=True).content.decode()
    client.post(reverse("send_letter_again", args=[letter.pk]))

    letter.refresh_from_db()
    assert "an@example.com" not in page
    assert letter.status == LetterStatus.FAILED


def test_the_outbox_leaves_as_a_file_that_runs_no_formula(administrator, kind):
    services.post(new_letter(kind))
    Letter.objects.update(last_error="=1+1")

    content = b"".join(administrator.get("/admin/letters/?export=csv").streaming_content).decode()

    assert "'=1+1" in content
