"""Proved contacts, claimed orders and the record of who looked."""

import re

import pytest
from django.core import mail
from django.db import connection

from tests.factories.people import make_user
from tests.factories.tracking import make_order
from tracking.models import AuditEntry, ContactPoint, CustomerAccount, OrderClaim
from tracking.services import (
    ClaimRefused,
    NoContact,
    ReasonMissing,
    account_of_user,
    broken_links,
    claim_order,
    claim_orders,
    claim_to_undo,
    forget_customer,
    note_act,
    note_look,
    prove_contact,
    undo_claim,
)
from tracking.services.claiming import undo_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order(contact_email="an@example.com", contact_phone="+84912345678")


def test_a_contact_is_proved_by_one_person_at_a_time(customer):
    other = make_user("khac@example.com")
    prove_contact(user=other, contact="0912345678")

    prove_contact(user=customer, contact="+84 912 345 678")
    prove_contact(user=customer, contact="0912.345.678")

    proved = ContactPoint.objects.exclude(verified_at=None).get()
    assert (proved.account.user, proved.value, proved.kind) == (customer, "+84912345678", "phone")


@pytest.mark.parametrize("typed", ["", "an", "12", "a@b"])
def test_what_is_no_contact_is_refused(customer, typed):
    with pytest.raises(NoContact):
        prove_contact(user=customer, contact=typed)


def test_a_person_who_is_forgotten_leaves_bare_numbers(customer):
    prove_contact(user=customer, contact="0912345678")

    forget_customer(user=customer)

    assert not ContactPoint.objects.exists()
    assert CustomerAccount.objects.get().user is None


def test_a_proved_contact_makes_the_order_the_accounts_and_tells_the_mailbox(
    order, customer, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        claim = claim_order(user=customer, reference=order.reference, proved_contact="0912345678")
        again = claim_order(user=customer, reference=order.reference, proved_contact="0912345678")

    order.refresh_from_db()
    assert (order.customer, again) == (customer, claim)
    assert [message.to for message in mail.outbox] == [["an@example.com"]]
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)
    assert client.get(link[1]).context["reference"] == order.reference
    assert customer.email not in mail.outbox[0].body


@pytest.mark.parametrize("contact", ["", "la@example.com", "0912345679", "garbage"])
def test_a_wrong_contact_claims_nothing(order, customer, contact):
    with pytest.raises(ClaimRefused):
        claim_order(user=customer, reference=order.reference, proved_contact=contact)

    order.refresh_from_db()
    assert order.customer is None


def test_an_order_with_an_owner_is_not_claimed_whoever_proves_what(order, customer):
    claim_order(user=make_user("khac@example.com"), reference=order.reference, proved_contact="an@example.com")

    with pytest.raises(ClaimRefused):
        claim_order(user=customer, reference=order.reference, proved_contact="an@example.com")


def test_a_claim_is_undone_once_from_the_letter_and_does_not_come_back_by_itself(order):
    owner = make_user("an@example.com")
    claim = claim_order(user=owner, reference=order.reference, proved_contact="an@example.com")

    assert undo_claim(token=undo_token(claim)) is True
    assert undo_claim(token=undo_token(claim)) is False

    order.refresh_from_db()
    assert order.customer is None
    assert claim_orders(user=owner) == 0
    assert OrderClaim.objects.get().undone_at is not None


def test_a_forged_or_old_link_undoes_nothing(order, customer, time_machine):
    time_machine.move_to("2026-11-20T12:00:00+07:00")
    token = undo_token(claim_order(user=customer, reference=order.reference, proved_contact="an@example.com"))

    assert claim_to_undo(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    time_machine.move_to("2026-12-25T12:00:00+07:00")
    assert claim_to_undo(token) is None


def test_the_letters_page_asks_before_it_undoes(order, customer, client):
    claim = claim_order(user=customer, reference=order.reference, proved_contact="an@example.com")
    address = f"/vi/orders/undo/{undo_token(claim)}/"

    page = client.get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert customer.email not in page.content.decode()
    order.refresh_from_db()
    assert order.customer == customer

    assert client.post(address).status_code == 302
    order.refresh_from_db()
    assert order.customer is None
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_looking_takes_a_reason(agent):
    for reason in ("", "  ", "\n"):
        with pytest.raises(ReasonMissing):
            note_look(actor=agent, action="see_as_customer", subject="order:X", reason=reason)

    assert not AuditEntry.objects.exists()


def test_the_record_is_a_chain_that_breaks_where_it_was_touched(agent):
    for subject in ("order:1", "order:2", "order:3"):
        note_look(actor=agent, action="see_as_customer", subject=subject, reason="khách gọi")
    note_act(actor=agent, action="return.approved", subject="return:DT-1")
    assert list(broken_links()) == []

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tracking_auditentry_no_update")
        cursor.execute("UPDATE tracking_auditentry SET reason = 'khác' WHERE subject = 'order:2'")

    assert [entry.subject for entry in broken_links()] == ["order:2"]


def test_somebody_who_leaves_stays_in_the_record(agent):
    entry = note_look(actor=agent, action="see_as_customer", subject="order:1", reason="khách gọi")

    agent.delete()

    assert AuditEntry.objects.get(pk=entry.pk).actor_name == "hotro@example.com"
    assert list(broken_links()) == []


def test_a_confirmed_address_is_a_proved_contact(customer):
    from allauth.account.models import EmailAddress
    from allauth.account.signals import email_confirmed

    address = EmailAddress.objects.get(user=customer)

    email_confirmed.send(EmailAddress, request=None, email_address=address)

    assert account_of_user(user=customer).contact_points.get().value == customer.email
