"""The weekly letter: only to who allowed it, only when there is something new, with the reasons of the page."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from kb.home_modules import DueMaintenance
from personalization import registry
from personalization.digest import posting
from personalization.models import ConsentRecord, DigestSubscription
from personalization.preferences import DIGEST, PERSONALIZATION, OwnedItem
from personalization.services import forget_visitor, withdraw_consent
from personalization.tasks import post_digests
from portal.lib.letters import outbox
from portal.lib.letters.models import Letter, LetterStatus
from tests.factories.kb import make_product
from tests.factories.people import make_user
from tests.factories.personalization import make_visitor, store_preferences

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
BOTH = frozenset({PERSONALIZATION, DIGEST})
# Bought so that a filter of three months is due on 1 December.
OWNED = (OwnedItem("NM-R9", purchased_on=date(2026, 9, 1)),)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23 08:00+07:00", tick=False) as clock:
        yield clock


@pytest.fixture
def product(site_tree):
    return make_product("NM-R9", name="Máy lọc nước R9", tasks=[("Thay lõi số 1", 3)])


@pytest.fixture
def customer(product):
    user = make_user("an@example.com")
    store_preferences(user, owned=OWNED, consents=BOTH)
    return user


@pytest.fixture
def deliver(django_capture_on_commit_callbacks):
    """Looks at every account that is due and lets the letters leave; returns them."""

    def run(today=MONDAY):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            posting.post_due_digests(today=today)
        return mail.outbox

    return run


def test_the_letter_says_what_is_due_why_and_how_to_stop(customer, deliver):
    (letter,) = deliver()

    visitor = make_visitor(customer)
    reason = str(DueMaintenance().reason(visitor, DueMaintenance().content(visitor)).text)
    stop = f"/vi/preferences/letter/{customer.digest_subscription.stop_token}/"
    html = letter.alternatives[0][0]
    assert letter.to == ["an@example.com"]
    assert letter.subject == "Thay lõi số 1 · Máy lọc nước R9, ngày 01/12/2026"
    for text in (letter.body, html):
        assert reason in text
        assert stop in text
        assert "#maintenance" in text
        assert "Sắp đến hạn bảo dưỡng" in text
    assert letter.extra_headers["List-Unsubscribe"].endswith(f"{stop}>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_is_written_in_the_language_of_the_account(product, deliver):
    make_product("NM-R9", language="en", name="R9 water purifier", slug="r9-en", tasks=[("Change filter 1", 3)])
    store_preferences(make_user("ben@example.com"), owned=OWNED, consents=BOTH, language="en")

    (letter,) = deliver()

    assert letter.subject == "Change filter 1 · R9 water purifier, on 1 Dec 2026"
    assert "/en/preferences/letter/" in letter.body


@pytest.mark.parametrize("consents", [{PERSONALIZATION}, {DIGEST, PERSONALIZATION}])
def test_only_who_allowed_the_letter_gets_one(product, deliver, consents):
    store_preferences(make_user(), owned=OWNED, consents=frozenset(consents))

    assert len(deliver()) == (DIGEST in consents)


def test_nothing_new_is_no_letter(product, deliver):
    store_preferences(make_user(), consents=BOTH)

    assert deliver() == []
    assert Letter.objects.count() == 0


def test_what_was_told_is_not_told_again_and_news_wait_for_their_week(customer, deliver):
    assert len(deliver()) == 1
    assert deliver() == []
    make_product("NM-A12", name="Điều hòa A12", tasks=[("Rửa lưới lọc", 1)])
    store_preferences(customer, owned=(*OWNED, OwnedItem("NM-A12", purchased_on=date(2026, 11, 1))), consents=BOTH)

    assert deliver(MONDAY + timedelta(days=6)) == []
    (letter,) = deliver(MONDAY + timedelta(days=7))

    assert "Rửa lưới lọc" in letter.body
    assert "Thay lõi" not in letter.body


def test_another_language_tells_nothing_twice(customer, deliver):
    make_product("NM-R9", language="en", name="R9 water purifier", slug="r9-en", tasks=[("Change filter 1", 3)])
    assert len(deliver()) == 1
    store_preferences(customer, owned=OWNED, consents=BOTH, language="en")

    assert deliver(MONDAY + timedelta(days=7)) == []


def test_a_hidden_box_says_nothing_by_mail_either(customer, deliver):
    store_preferences(customer, owned=OWNED, consents=BOTH, hidden_modules=frozenset({"kb.due_maintenance"}))

    assert deliver() == []


def test_no_letter_goes_to_an_address_nobody_has_proven(product, deliver):
    store_preferences(make_user(verified=False), owned=OWNED, consents=BOTH)

    assert deliver() == []


def _stop_personal_pages(user):
    withdraw_consent(make_visitor(user), keep_choices=True, source=ConsentRecord.Source.PREFERENCES)


def _leave(user):
    user.is_active = False
    user.save()


def _move(user):
    user.emailaddress_set.update(email="moi@example.com")


def _disown(user):
    store_preferences(user, consents=BOTH)


@pytest.mark.parametrize("change", [_stop_personal_pages, _leave, _move, _disown])
def test_a_letter_that_waits_is_dropped_when_its_reason_goes(customer, change):
    posting.post_due_digests(today=MONDAY)
    letter = Letter.objects.get()

    change(customer)
    outbox.deliver(letter.pk)

    assert not Letter.objects.exclude(status=LetterStatus.CANCELLED).exists()
    assert mail.outbox == []


def test_a_letter_that_waited_a_week_is_dropped(customer):
    posting.post_due_digests(today=MONDAY)
    Letter.objects.update(created_at=timezone.now() - timedelta(days=8))

    outbox.send_due_letters()

    assert Letter.objects.get().status == LetterStatus.CANCELLED


def test_one_click_of_a_mail_program_stops_it_at_once(customer, deliver, client):
    posting.post_due_digests(today=MONDAY)
    address = reverse("digest_stop", args=[customer.digest_subscription.stop_token])

    page = client.get(address)
    assert "<form" in page.content.decode().partition("<main")[2]
    assert make_visitor(customer).allows(DIGEST), "opening the link changes nothing"

    client.handler.enforce_csrf_checks = True
    stopped = client.post(address, {"List-Unsubscribe": "One-Click"})
    again = client.post(address, {"List-Unsubscribe": "One-Click"})

    outbox.send_due_letters()
    assert mail.outbox == []
    assert "Đã dừng" in stopped.content.decode()
    assert again.status_code == 200
    record = ConsentRecord.objects.latest("pk")
    assert (record.purpose, record.is_granted, record.source) == (DIGEST, False, "letter")
    assert ConsentRecord.objects.filter(purpose=DIGEST).count() == 2
    assert make_visitor(customer).is_personalized, "personal pages go on"
    assert deliver(MONDAY + timedelta(days=7)) == []
    assert "no-store" in stopped["Cache-Control"]
    assert stopped["Referrer-Policy"] == "no-referrer"


def test_a_made_up_address_stops_nobody(customer, client):
    assert client.post(reverse("digest_stop", args=["x" * 32])).status_code == 404
    assert make_visitor(customer).allows(DIGEST)


def test_a_module_that_fails_leaves_the_rest_of_the_letter(customer, deliver, settings, monkeypatch):
    class Broken(registry.Module):
        key, title, slot = "test.broken", "Hỏng", "digest"

        def content(self, visitor):
            raise RuntimeError("hỏng")

        def digest_items(self, visitor, content):
            return []

    monkeypatch.setattr(registry, "_modules", dict(registry._modules))
    registry.register(Broken)
    settings.RAISE_MODULE_ERRORS = False

    assert len(deliver()) == 1


def test_an_account_whose_letter_fails_keeps_nobody_elses_back(customer, deliver, monkeypatch):
    other = make_user("binh@example.com")
    store_preferences(other, owned=OWNED, consents=BOTH)
    read = posting.address_of
    monkeypatch.setattr(posting, "address_of", lambda user: read(user) if user == other else 1 / 0)

    assert [letter.to for letter in deliver()] == [["binh@example.com"]]

    monkeypatch.undo()
    assert [letter.to for letter in deliver(MONDAY + timedelta(days=1))] == [["an@example.com"]]


def test_the_preview_prints_it_and_remembers_nothing(customer, capsys):
    call_command("preview_digest", "AN@example.com")
    assert "Thay lõi số 1" in capsys.readouterr().out
    assert not DigestSubscription.objects.exists()

    posting.post_due_digests(today=MONDAY)
    call_command("preview_digest", "an@example.com")
    assert "No letter" in capsys.readouterr().out
    call_command("preview_digest", "an@example.com", "--all", "--html")
    assert "<li>" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no account"):
        call_command("preview_digest", "khong-co@example.com")


def test_the_account_sees_what_it_was_told_and_forgetting_takes_it_away(customer, client):
    post_digests.call()
    client.force_login(customer)

    data = client.get(reverse("preference_download")).json()
    assert [entry["told_on"] for entry in data["personalization.digest"]] == ["2026-11-23"]

    forget_visitor(customer)
    assert not DigestSubscription.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("moment", ["claimed", "open", "send_messages"])
def test_erasing_while_the_letter_leaves_leaves_nothing_behind_and_breaks_nothing(customer, monkeypatch, moment):
    posting.post_due_digests(today=MONDAY)
    letter = Letter.objects.get()

    def erase_meanwhile(*args, **kwargs):
        forget_visitor(customer)
        return 1

    if moment == "claimed":
        claim = SimpleNamespace(filter=lambda pk: SimpleNamespace(update=erase_meanwhile))
        monkeypatch.setattr(Letter.objects, "due", lambda now: claim)
    else:
        monkeypatch.setattr(f"django.core.mail.backends.locmem.EmailBackend.{moment}", erase_meanwhile)
    outbox.deliver(letter.pk)

    assert not Letter.objects.exists()
    assert not DigestSubscription.objects.exists()
