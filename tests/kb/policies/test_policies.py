"""Policies with days: which text holds when, and that none is ever lost."""

from datetime import date, datetime

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import Revision
from wagtail.rich_text import RichText

from kb.markdown import from_markdown
from kb.models import PolicyPage, PolicyVersion
from kb.policies.changes import ChangeKind, Paragraph, changes_between, paragraphs_of
from kb.policies.timeline import timeline_of, version_on
from kb.selectors.policies import rules_on
from tests.factories.kb import make_policy, publish_policy, text
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences
from tests.factories.tracking import make_order
from tests.kb.policies.conftest import NOON

pytestmark = pytest.mark.django_db


def planned(policy, day="2026-07-01", **fields):
    return publish_policy(policy, from_day=day, short_answer="Trả trong 45 ngày.", change_summary="Thêm nữa.", **fields)


def read(client, policy, query=""):
    return client.get(f"{policy.get_url()}{query}").content.decode()


def publish_due():
    call_command("publish_scheduled", verbosity=0)


# --- Which text


@time_machine.travel(NOON, tick=False)
def test_reader_gets_the_text_in_force(client, policy):
    page = read(client, policy)

    assert "Trả trong 30 ngày." in page
    assert "Trả trong 15 ngày." not in page
    assert "từ 01/06/2026" in page


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-10", "2026-05-31"])
def test_address_with_a_day_gives_the_text_of_that_day(client, policy, day):
    response = client.get(f"{policy.get_url()}?on={day}")

    page = response.content.decode()
    assert "Trả trong 15 ngày." in page
    assert "từ 01/01/2026 đến 31/05/2026" in page
    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}{policy.get_url()}">' in page


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("typed", ["hom-qua", "2026-02-30", "20260101", "2026-1-1", "\x00", "9" * 4000, "<b>"])
def test_day_that_is_none_gets_the_present_text_and_a_sentence(client, policy, typed):
    page = client.get(policy.get_url(), {"on": typed}).content.decode()

    assert "Trả trong 30 ngày." in page
    assert "Ngày trong địa chỉ không có thật" in page
    assert "<b>" not in page


@time_machine.travel(NOON, tick=False)
def test_day_before_the_first_text_says_that_there_was_none(client, policy):
    page = read(client, policy, "?on=2025-12-31")

    assert "Ngày ấy chưa có bản nào" in page
    assert "Trả trong 30 ngày." in page


def test_planned_text_waits_for_the_midnight_of_the_shop(client, policy):
    with time_machine.travel("2026-06-20 12:00+07:00", tick=False):
        planned(policy)

    with time_machine.travel("2026-06-30 23:59:59+07:00", tick=False):
        publish_due()
        before = read(client, policy)
    with time_machine.travel("2026-07-01 00:00+07:00", tick=False):
        after = read(client, policy)

    assert "Trả trong 30 ngày." in before
    assert "Từ 01/07/2026 áp dụng bản mới" in before
    assert "Trả trong 45 ngày." in after
    assert "áp dụng bản mới" not in after


def test_clock_that_is_late_changes_nothing_of_the_days(client, policy):
    with time_machine.travel("2026-06-20 12:00+07:00", tick=False):
        planned(policy)

    with time_machine.travel("2026-07-04 09:00+07:00", tick=False):
        publish_due()
        page = read(client, policy)

        assert "Trả trong 45 ngày." in page
        assert PolicyVersion.objects.latest("pk").in_force_from == date(2026, 7, 1)


@time_machine.travel(NOON, tick=False)
def test_planned_text_can_be_read_before_its_day(client, policy):
    planned(policy)

    page = read(client, policy, "?on=2026-07-01&since=2026-06-01")

    assert "Bản này áp dụng từ 01/07/2026" in page
    assert "Trả trong 45 ngày." in page
    assert "Thêm nữa." in page


@time_machine.travel(NOON, tick=False)
def test_new_policy_with_a_day_to_come_is_not_public(client, category):
    page = make_policy(category, from_day="2026-07-01")

    assert PolicyPage.objects.get(pk=page.pk).live is False
    assert client.get(page.get_url()).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_first_text_may_begin_in_the_past(client, category):
    page = make_policy(category, from_day="2024-03-01")

    assert [version.in_force_from for version in timeline_of(page)] == [date(2024, 3, 1)]


@time_machine.travel(NOON, tick=False)
def test_day_that_passed_in_review_becomes_the_day_of_publication(policy):
    revision = PolicyPage.objects.get(pk=policy.pk)
    revision.in_force_from = date(2026, 6, 10)
    revision.save_revision().publish()

    policy = PolicyPage.objects.get(pk=policy.pk)
    assert policy.in_force_from == date(2026, 6, 15)
    assert policy.get_latest_revision_as_object().in_force_from == date(2026, 6, 15)
    assert timeline_of(policy)[-1].in_force_from == date(2026, 6, 15)


@time_machine.travel(NOON, tick=False)
def test_past_day_that_is_meant_stays(policy):
    policy = publish_policy(policy, from_day="2026-06-10", is_backdating_meant=True)

    assert timeline_of(policy)[-1].in_force_from == date(2026, 6, 10)


@time_machine.travel(NOON, tick=False)
def test_correction_makes_no_version_and_says_so(client, policy):
    policy = publish_policy(policy, from_day="2026-06-01", short_answer="Trả trong 30 ngày kể từ ngày giao.")

    timeline = timeline_of(policy)
    page = read(client, policy)
    assert [version.in_force_from for version in timeline] == [date(2026, 1, 1), date(2026, 6, 1)]
    assert timeline[-1].change_summary == "Thêm 15 ngày."
    assert "kể từ ngày giao" in page
    assert "15/06/2026" in page[page.index("Sửa lỗi ngày") :][:80]


# --- Nothing is lost


@time_machine.travel(NOON, tick=False)
def test_purged_revisions_leave_every_version(client, policy):
    publish_policy(policy, from_day="2026-06-01", short_answer="Trả trong 30 ngày nhé.")

    call_command("purge_revisions", verbosity=0)

    assert "Trả trong 15 ngày." in read(client, policy, "?on=2026-02-01")
    assert PolicyVersion.objects.count() == 3


def test_neither_page_nor_revision_can_be_deleted_under_a_version(policy):
    with pytest.raises(ProtectedError):
        Revision.objects.get(pk=policy.live_revision_id).delete()
    with pytest.raises(ProtectedError):
        policy.delete()


# --- What changed


@time_machine.travel(NOON, tick=False)
def test_what_changed_is_told_in_words(client, policy):
    page = read(client, policy, "?since=2026-03-10")

    assert "Thêm 15 ngày." in page
    assert "<del>" in page and "<ins>" in page
    assert "Đã sửa" in page


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("day", ["2026-06-01", "2026-06-14"])
def test_no_change_is_told_too(client, policy, day):
    assert "Nội dung không thay đổi giữa hai ngày ấy" in read(client, policy, f"?since={day}")


def _texts(change):
    return [(piece.mark, piece.text.strip()) for piece in change.pieces if piece.text.strip()]


def test_changes_name_heading_words_and_rows(category):
    old = make_policy(
        category,
        title="Giá",
        kind="price",
        body=[
            text("<h2>Phí</h2><p>Giao trong ba ngày làm việc.</p><ul><li>Hà Nội</li><li>Huế</li></ul><p>Bỏ đi hết.</p>")
        ],
    )
    new = PolicyPage.objects.get(pk=old.pk)
    new.body = [
        (
            "text",
            _rich(
                "<h2>Phí</h2><p>Giao trong hai ngày làm việc.</p><ul><li>Hà Nội</li><li>Huế</li><li>Đà Nẵng</li></ul>"
            ),
        )
    ]

    changes = changes_between(old, new)

    assert [change.kind for change in changes] == [ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED]
    assert _texts(changes[0]) == [("", "Giao trong"), ("del", "ba"), ("ins", "hai"), ("", "ngày làm việc.")]
    assert _texts(changes[1]) == [("ins", "Đà Nẵng")]
    assert {change.heading for change in changes} == {"Phí"}


def _rich(html):
    return RichText(html)


def test_table_row_is_one_paragraph(category):
    body = from_markdown("| Máy | Hạn |\n| --- | --- |\n| W85 | 24 tháng |\n")

    paragraphs = paragraphs_of(make_policy(category, body=body))

    assert Paragraph("W85 · 24 tháng") in paragraphs


# --- Orders


@pytest.fixture
def customer(db):
    user = make_user("khach@example.com")
    store_preferences(user)
    return user


@time_machine.travel(NOON, tick=False)
def test_customers_see_their_own_days_and_what_held_then(client, policy, customer):
    early = make_order(customer=customer, placed_at=_at("2026-05-31 23:59+07:00"))
    late = make_order(customer=customer, placed_at=_at("2026-06-01 00:00+07:00"))
    other = make_user("khac@example.com")
    store_preferences(other)
    foreign = make_order(customer=other, placed_at=_at("2026-02-02 10:00+07:00"))
    client.force_login(customer)

    response = client.get(policy.get_url())

    rules = {rule.order.reference: rule for rule in response.context["reading"].orders}
    assert rules[early.reference].version.in_force_from == date(2026, 1, 1)
    assert rules[early.reference].has_changed is True
    assert rules[late.reference].version.in_force_from == date(2026, 6, 1)
    assert rules[late.reference].has_changed is False
    assert foreign.reference not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@time_machine.travel(NOON, tick=False)
def test_strangers_see_no_orders_even_after_a_customer(client, policy, customer):
    order = make_order(customer=customer, placed_at=_at("2026-05-31 23:59+07:00"))
    client.force_login(customer)
    read(client, policy)
    client.logout()

    page = read(client, policy)

    assert order.reference not in page
    assert "Với đơn hàng của bạn" not in page


@time_machine.travel(NOON, tick=False)
def test_customers_who_allow_nothing_get_the_page_of_a_stranger(client, policy):
    user = make_user("khach@example.com")
    order = make_order(customer=user, placed_at=_at("2026-05-31 23:59+07:00"))
    client.force_login(user)

    assert order.reference not in read(client, policy)


@time_machine.travel(NOON, tick=False)
def test_rules_of_a_day_link_that_text_and_what_changed(policy):
    before, after = (
        rules_on(date.fromisoformat(day), language="vi", user=None) for day in ("2026-05-31", "2026-06-01")
    )

    assert [(rule.url, rule.changes_url) for rule in before] == [
        (f"{policy.get_url()}?on=2026-05-31", f"{policy.get_url()}?since=2026-05-31")
    ]
    assert [(rule.in_force_from, rule.changes_url) for rule in after] == [(date(2026, 6, 1), "")]
    assert rules_on(date(2025, 1, 1), language="vi", user=None) == []


@time_machine.travel(NOON, tick=False)
def test_guest_who_looked_up_an_order_gets_the_rules_of_its_day(client, policy):
    order = make_order(placed_at=_at("2026-05-31 23:59+07:00"), contact_email="an@example.com")
    client.post("/vi/orders/", {"number": order.external_number, "contact": "an@example.com"})

    page = client.get(reverse("order_detail", args=[order.reference])).content.decode()

    assert f"{policy.get_url()}?on=2026-05-31" in page


@time_machine.travel(NOON, tick=False)
def test_policies_cost_the_same_whatever_their_history(client, policy, django_assert_max_num_queries):
    client.get(policy.get_url())

    with django_assert_max_num_queries(18):
        client.get(policy.get_url() + "?on=2026-06-02")
    with django_assert_max_num_queries(23):
        client.get(policy.get_url() + "?on=2026-02-02")


def test_before_the_first_version_no_text_is_in_force():
    assert version_on((), date(2026, 1, 1)) is None


def _at(moment):
    return datetime.fromisoformat(moment)
