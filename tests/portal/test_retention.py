"""How long personal values are kept: the table knows every model, and what it says is done."""

import os
import time
from datetime import timedelta
from email.message import EmailMessage

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from portal import traces
from portal.lib.letters import kinds
from portal.models import User
from portal.periodic import JOBS
from portal.retention import NOT_PERSONAL, PURGES, RETENTION, WAGTAIL_AUTHORS, as_table
from support.models import Ticket, TicketStatus
from tests.factories.people import make_user
from tests.factories.support import open_ticket
from tests.factories.tracking import make_delivered_order, make_order
from tracking import services
from tracking.models import AccessGrant, Order

LONG_AGO = timezone.now() - timedelta(days=365 * 6)


def known() -> list[str]:
    return [*(kept.label for kept in RETENTION), *WAGTAIL_AUTHORS, *NOT_PERSONAL]


def test_every_model_has_one_line_in_the_table():
    # Models of a test are nobody's data.
    models_of_all = {model._meta.label for model in apps.get_models() if not model.__module__.startswith("tests.")}

    assert sorted(models_of_all - set(known())) == [], (
        "say in portal/retention.py how long its personal values are kept"
    )
    assert sorted(set(known()) - models_of_all) == []
    assert len(known()) == len(set(known()))


def test_the_table_names_columns_that_are_there_and_forgets_none_that_names_a_person():
    missing, forgotten = [], []
    for kept in RETENTION:
        columns = {field.name: field for field in apps.get_model(kept.label)._meta.local_fields}
        missing += [f"{kept.label}.{name}" for name in kept.columns if name not in columns]
        forgotten += [f"{kept.label}.{name}" for name, field in columns.items() if names_a_person(field)]
    named = {f"{kept.label}.{name}" for kept in RETENTION for name in kept.columns}

    assert missing == []
    assert sorted(set(forgotten) - named) == []


def test_nothing_a_visitor_chose_is_left_out():
    for kept in RETENTION:
        if kept.label.startswith("personalization."):
            columns = {field.name for field in apps.get_model(kept.label)._meta.local_fields}
            assert columns - {"id", "created_at", "updated_at"} == set(kept.columns), kept.label


def test_a_model_that_names_a_person_is_not_called_harmless():
    assert [
        f"{label}.{field.name}"
        for label in NOT_PERSONAL
        for field in apps.get_model(label)._meta.local_fields
        if names_a_person(field)
    ] == ["portal.ShopSettings.email"]


def names_a_person(field) -> bool:
    return field.related_model is User or isinstance(field, (models.EmailField, models.GenericIPAddressField))


def test_each_job_of_the_table_runs_by_itself_and_by_the_command():
    jobs = {kept.job for kept in RETENTION if kept.job}

    assert jobs <= {job.name for job in JOBS}
    # The weekly letter forgets what it told each time it looks at an account.
    assert jobs - {purge.job for purge in PURGES} == {"post_digests"}


def test_every_kind_of_letter_ends_or_hangs_on_a_question():
    assert {kind.code for kind in kinds.all_kinds() if kind.kept_for is None} == {
        "support.notice",
        "support.receipt",
        "support.reply",
    }


def test_the_operators_page_holds_the_table():
    page = (django_settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")

    assert as_table() in page


@pytest.fixture
def long_ago(db, settings, tmp_path):
    """Something in every app that has been kept for long enough, and the same that has not."""
    settings.EMAIL_FILE_PATH = tmp_path
    for number, placed_at in (("CU-1", LONG_AGO), ("MOI-1", timezone.now())):
        order = make_delivered_order(number=number, recipient_name="Khách Cũ", contact_email="cu@example.com")
        Order.objects.filter(pk=order.pk).update(placed_at=placed_at)
        grant = services.grant_link(order=order, language="vi")
        AccessGrant.objects.filter(pk=grant.pk).update(revoked_at=placed_at)
    open_order = make_order(number="DANG-GIAO", recipient_name="Khách Cũ")
    Order.objects.filter(pk=open_order.pk).update(placed_at=LONG_AGO)
    for email, status in (("xong@example.com", TicketStatus.SOLVED), ("mo@example.com", TicketStatus.OPEN)):
        ticket = open_ticket(email=email)
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=LONG_AGO, status=status)
    User.objects.filter(pk=make_user("chua@example.com", verified=False).pk).update(date_joined=LONG_AGO)
    user = make_user("con@example.com")
    User.objects.filter(pk=user.pk).update(date_joined=LONG_AGO)
    UserSession.objects.create(user=user, session_key="da-het", ip="192.0.2.7", user_agent="Cũ")
    for name, age in (("cu.log", 31), ("moi.log", 1)):
        (tmp_path / name).write_text("thư")
        os.utime(tmp_path / name, (time.time() - age * 86400,) * 2)
    return tmp_path


def test_a_dry_run_counts_and_takes_nothing(long_ago, capsys):
    call_command("purge_personal_data", "--dry-run")

    counted = dict(line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    for job in (
        "purge_tickets",
        "forget_old_customers",
        "purge_order_access",
        "purge_unproven_accounts",
        "purge_sessions",
    ):
        assert counted[job] == "1", job
    assert counted["purge_traces"] == "1"
    assert Ticket.objects.count() == 2
    assert Order.objects.filter(recipient_name="Khách Cũ").count() == 3
    assert len(list(long_ago.iterdir())) == 2


def test_the_command_takes_what_is_old_enough_and_leaves_the_rest(long_ago):
    call_command("purge_personal_data")

    left = Order.objects.exclude(recipient_name="").values_list("external_number", flat=True)
    assert sorted(left) == ["DANG-GIAO", "MOI-1"]
    assert Order.objects.count() == 3, "the sale itself stays in the books"
    assert list(Ticket.objects.values_list("email", flat=True)) == ["mo@example.com"]
    assert list(User.objects.values_list("email", flat=True)) == ["con@example.com"]
    assert not UserSession.objects.exists()
    assert AccessGrant.objects.count() == 1
    assert [path.name for path in long_ago.iterdir()] == ["moi.log"]


def test_for_ever_means_for_ever(long_ago, settings):
    settings.ORDER_PERSON_YEARS = settings.TICKET_YEARS = 0

    call_command("purge_personal_data")

    assert Order.objects.filter(recipient_name="Khách Cũ").count() == 3
    assert Ticket.objects.count() == 2


def test_letters_kept_as_files_go_with_the_person_they_are_to_or_about(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    for name, to, text in (
        ("1.log", "an@example.com", "Chào bạn"),
        ("2.log", "ho-tro@example.com", "Câu hỏi HT-7K2M9 của Nguyễn An"),
        ("3.log", "khac@example.com", "đơn số 7, xHT-7K2M9"),
    ):
        letter = EmailMessage()
        letter["To"], letter["Subject"] = to, "Đơn hàng của bạn"
        letter.set_content(text, cte="base64")
        (tmp_path / name).write_bytes(bytes(letter) + b"\n" + b"-" * 79 + b"\n")

    assert traces.erase_mail_files({"AN@example.com", "HT-7K2M9", "7", ""}) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["3.log"]
