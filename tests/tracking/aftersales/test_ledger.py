"""Points and credit: every unit explained, nothing twice, and the proof notices what was tampered with."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories.tracking import award
from tracking.aftersales.rewarding import NotEnoughPoints
from tracking.append_only import HistoryIsAppendOnly
from tracking.models import LedgerAccount, LedgerEntry, LedgerTransaction, PointsLot
from tracking.services import (
    LedgerConflict,
    NotEnoughCredit,
    account_of_contact,
    account_of_user,
    correct_movement,
    expire_points,
    give_back_points,
    ledger_differences,
    move_credit,
    prove_contact,
    redeem_points,
    revoke_points,
)
from tracking.tasks import LedgerDoesNotBalance, prove_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 25)


@pytest.fixture
def owner(customer):
    return account_of_user(user=customer)


def balance(owner, unit="points"):
    return owner.ledger_accounts.get(unit=unit).balance


def left_by_lot(owner):
    return {lot.transaction.natural_key: sum(e.amount for e in lot.entries.all()) for lot in PointsLot.objects.all()}


def test_points_are_awarded_once_for_each_reason(owner):
    award(owner, 219, expires_on=TODAY, key="order:1")
    award(owner, 219, expires_on=TODAY, key="order:1")

    assert balance(owner) == 219
    assert LedgerEntry.objects.count() == 2
    with pytest.raises(LedgerConflict):
        award(owner, 220, expires_on=TODAY, key="order:1")


def test_points_that_expire_first_are_used_first_and_every_unit_is_explained(owner):
    award(owner, 100, expires_on=TODAY + timedelta(days=90), key="late")
    award(owner, 30, expires_on=TODAY + timedelta(days=9), key="soon")

    redeem_points(owner=owner, points=50, key="use")
    redeem_points(owner=owner, points=50, key="use")

    assert left_by_lot(owner) == {"late": 80, "soon": 0}
    assert balance(owner) == 80
    assert list(ledger_differences()) == []


def test_more_than_there_is_cannot_be_used_and_nothing_is_taken(owner):
    award(owner, 100, expires_on=TODAY)
    award(owner, 100, expires_on=TODAY - timedelta(days=1))
    award(owner, 100, usable_from=TODAY + timedelta(days=1), expires_on=TODAY + timedelta(days=9))

    with pytest.raises(NotEnoughPoints):
        redeem_points(owner=owner, points=101, key="use")

    assert balance(owner) == 300
    assert not LedgerTransaction.objects.filter(kind="redeem").exists()


@pytest.mark.parametrize("points", [0, -5])
def test_nothing_and_less_cannot_be_awarded_or_used(owner, points):
    with pytest.raises(ValueError, match="points"):
        award(owner, points, expires_on=TODAY)
    with pytest.raises(ValueError, match="points"):
        redeem_points(owner=owner, points=points, key="use")


def test_what_has_expired_is_booked_out_once(owner):
    award(owner, 100, expires_on=TODAY - timedelta(days=1), key="old")
    award(owner, 40, expires_on=TODAY)

    assert expire_points() == 100
    assert expire_points() == 0

    assert balance(owner) == 40
    assert list(ledger_differences()) == []


def test_points_come_back_to_their_lots_and_expired_ones_for_fifteen_days(owner, today):
    award(owner, 50, expires_on=TODAY, key="soon")
    award(owner, 50, expires_on=TODAY + timedelta(days=90), key="late")
    redeem_points(owner=owner, points=70, key="use")
    today.shift(timedelta(days=3))

    give_back_points(key="use")
    give_back_points(key="use")

    assert left_by_lot(owner) == {"soon": 0, "late": 50, "back:use": 50}
    fresh = PointsLot.objects.get(transaction__natural_key="back:use")
    assert fresh.expires_on == TODAY + timedelta(days=18)
    assert list(ledger_differences()) == []


def test_long_keys_that_differ_at_their_end_are_two_movements(owner):
    award(owner, 100, expires_on=TODAY + timedelta(days=9), key="order:1")
    uses = [f"{'x' * 99}{number}" for number in (1, 2)]
    for use in uses:
        redeem_points(owner=owner, points=50, key=use)

    for use in uses:
        give_back_points(key=use)

    assert balance(owner) == 100
    assert list(ledger_differences()) == []


def test_points_of_a_returned_article_are_taken_back_as_far_as_they_are_left(owner):
    award(owner, 100, expires_on=TODAY + timedelta(days=9), key="order:1")
    redeem_points(owner=owner, points=30, key="use")

    assert revoke_points(key="order:1", points=100, reason="DT-1") == 70
    assert revoke_points(key="order:1", points=100, reason="DT-1") == 0

    assert balance(owner) == 0
    assert list(ledger_differences()) == []


def test_credit_is_spent_only_as_far_as_it_goes_and_currencies_do_not_mix(owner):
    move_credit(owner=owner, amount=50_000, currency="VND", key="sorry")
    move_credit(owner=owner, amount=50_000, currency="VND", key="sorry")
    move_credit(owner=owner, amount=5_00, currency="USD", key="dollars")

    with pytest.raises(NotEnoughCredit):
        move_credit(owner=owner, amount=-50_001, currency="VND", key="spend")
    with pytest.raises(LedgerConflict):
        move_credit(owner=owner, amount=1, currency="VND", key="sorry")

    assert (balance(owner, "VND"), balance(owner, "USD")) == (50_000, 500)


def test_a_wrong_movement_is_cancelled_by_its_mirror_image(owner):
    award(owner, 100, expires_on=TODAY, key="wrong")

    mirror = correct_movement(key="wrong", text="ghi hai lần")

    assert correct_movement(key="wrong", text="ghi hai lần") == mirror
    assert (balance(owner), mirror.corrects_key) == (0, "wrong")
    assert list(ledger_differences()) == []


def test_points_that_were_used_cannot_be_corrected_away(owner):
    award(owner, 100, expires_on=TODAY, key="wrong")
    redeem_points(owner=owner, points=1, key="use")

    with pytest.raises(LedgerConflict):
        correct_movement(key="wrong", text="")
    with pytest.raises(LedgerConflict):
        correct_movement(key=correct_movement(key="use", text="").natural_key, text="")


def test_the_proof_finds_a_balance_that_was_written_by_hand(owner):
    award(owner, 100, expires_on=TODAY)
    LedgerAccount.objects.filter(owner=owner).update(balance=999)

    difference = next(ledger_differences())

    assert (difference.what, difference.stored, difference.computed) == ("balance", 999, 100)


def test_the_proof_finds_one_sided_movements_and_overdrawn_lots(owner):
    lot = award(owner, 100, expires_on=TODAY)
    LedgerEntry.objects.create(transaction=lot.transaction, account=lot.account, lot=lot, amount=-150)

    assert {difference.what for difference in ledger_differences()} == {"balance", "transaction", "lot"}


def test_the_ledger_is_written_once(owner):
    award(owner, 100, expires_on=TODAY)

    for model in (LedgerEntry, LedgerTransaction, PointsLot):
        with pytest.raises(HistoryIsAppendOnly):
            model.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_ledgerentry SET amount = 1000000")


def test_points_of_a_phone_number_become_a_persons_when_they_prove_it(customer):
    guest = account_of_contact(contact="0912 345 678")
    award(guest, 100, expires_on=TODAY)
    assert account_of_contact(contact="+84912345678") == guest

    prove_contact(user=customer, contact="0912345678")
    owner = account_of_user(user=customer)
    redeem_points(owner=owner, points=60, key="use")

    assert balance(guest) == 40
    assert account_of_contact(contact="0912345678") == owner
    assert list(ledger_differences()) == []


def test_the_nightly_proof_books_out_and_stays_quiet_on_a_healthy_ledger(owner):
    award(owner, 100, expires_on=TODAY - timedelta(days=1))

    prove_ledger.func()

    assert balance(owner) == 0


def test_the_nightly_proof_fails_loudly_and_so_does_the_command(owner, caplog, capsys):
    award(owner, 100, expires_on=TODAY)
    LedgerAccount.objects.filter(owner=owner).update(balance=999)

    with pytest.raises(LedgerDoesNotBalance, match="1 differences"):
        prove_ledger.func()
    with pytest.raises(SystemExit):
        call_command("prove_ledger")

    assert "balance" in caplog.text
    assert "stored 999, computed 100" in capsys.readouterr().out
