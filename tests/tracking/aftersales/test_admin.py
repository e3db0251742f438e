"""After-sales in the admin: reviewers keep the rules, agents read what happened, nobody rewrites it."""

import pytest
from django.urls import reverse

from tests.factories.people import make_user
from tests.factories.tracking import make_delivered_order, make_return
from tracking.models import AuditEntry, ProductTerms
from tracking.services import approve_return

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "terms")]


@pytest.fixture
def sign_in(client, settings):
    settings.DEMO = True  # no second factor: another test's matter

    def as_role(role):
        client.force_login(make_user(f"{role}@example.com", role=role))
        return client

    return as_role


def test_an_agent_finds_a_return_and_cannot_rewrite_it(sign_in, agent):
    request = make_return(make_delivered_order())
    client = sign_in("agent")

    page = client.get(reverse("returns:index"), {"q": request.number})

    assert request.number in page.content.decode()
    assert client.get(reverse("returns:edit", args=[request.pk])).status_code == 302
    assert client.get(reverse("audit:index")).status_code == 302


def test_a_reviewer_adds_a_rule_for_later_orders(sign_in):
    client = sign_in("reviewer")
    shown = client.get(reverse("after-sales-rules:index")).content.decode()
    assert reverse("after-sales-rules:edit", args=[ProductTerms.objects.get().pk]) in shown
    parts = {"parts-TOTAL_FORMS": 0, "parts-INITIAL_FORMS": 0, "parts-MIN_NUM_FORMS": 0, "parts-MAX_NUM_FORMS": 99}
    rule = {"article_code": "NM-R9", "valid_from": "2027-01-01", "return_days": 30, "opened_fee_percent": 5}

    answer = client.post(
        reverse("after-sales-rules:add"), {**rule, "removal_fee_amount": 0, "warranty_months": 18, **parts}
    )

    assert answer.status_code == 302
    assert ProductTerms.objects.get(article_code="NM-R9").warranty_months == 18


def test_an_administrator_reads_who_did_what(sign_in, agent):
    approve_return(number=make_return(make_delivered_order()).number, actor=agent, text="đủ điều kiện")

    page = sign_in("administrator").get(reverse("audit:index"))

    assert "return.approved" in page.content.decode()
    assert AuditEntry.objects.get().actor_name == agent.email
