"""The editor's form of a policy: which days it refuses, what it says after publishing, that no version can be deleted."""

import pytest
import time_machine
from django.urls import reverse

from kb.models import PolicyPage, PolicyVersion
from tests.kb.policies.conftest import NOON
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db


def _form(policy, **fields):
    return form_of(
        title=policy.title,
        slug=policy.slug,
        **{
            "short_answer": "Trả trong 60 ngày.",
            "policy_kind": "return",
            "in_force_from": "2026-06-15",
            "change_summary": "Thêm nhiều ngày.",
            "action-publish": "1",
            **fields,
        },
    )


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"in_force_from": "2026-06-14"}, "in_force_from"),
        ({"in_force_from": "2026-05-01", "is_backdating_meant": "on"}, "in_force_from"),
        ({"in_force_from": ""}, "in_force_from"),
        ({"in_force_from": "mai"}, "in_force_from"),
        ({"change_summary": ""}, "change_summary"),
    ],
)
def test_form_refuses_days_that_change_what_was_promised(admin_client, policy, fields, field):
    response = admin_client.post(reverse("wagtailadmin_pages:edit", args=[policy.pk]), _form(policy, **fields))

    assert field in response.context["form"].errors
    assert PolicyVersion.objects.count() == 2


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Đã đăng thành bản áp dụng từ 15/06/2026"),
        ({"in_force_from": "2026-06-10", "is_backdating_meant": "on"}, "Đã đăng thành bản áp dụng từ 10/06/2026"),
        ({"in_force_from": "2026-06-01", "change_summary": ""}, "Đã đăng bản sửa lỗi của bản 01/06/2026"),
        ({"in_force_from": "2026-07-01"}, "Đã lên lịch: bản này áp dụng từ 0 giờ ngày 01/07/2026"),
    ],
)
def test_form_says_what_publishing_did(admin_client, policy, fields, sentence):
    response = admin_client.post(
        reverse("wagtailadmin_pages:edit", args=[policy.pk]), _form(policy, **fields), follow=True
    )

    assert sentence in response.content.decode()


@time_machine.travel(NOON, tick=False)
def test_draft_may_hold_any_day(admin_client, policy):
    data = _form(policy, in_force_from="2026-01-05")
    del data["action-publish"]

    response = admin_client.post(reverse("wagtailadmin_pages:edit", args=[policy.pk]), data)

    assert response.status_code == 302
    assert PolicyPage.objects.get(pk=policy.pk).has_unpublished_changes


@time_machine.travel(NOON, tick=False)
def test_deleting_in_the_admin_is_refused_with_a_sentence(admin_client, policy, category):
    for address in (
        reverse("wagtailadmin_pages:delete", args=[policy.pk]),
        reverse("wagtailadmin_pages:delete", args=[category.pk]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={category.pk}",
    ):
        response = admin_client.post(address, follow=True)

        assert "được giữ mãi" in response.content.decode()
    assert PolicyPage.objects.filter(pk=policy.pk).exists()
