"""Movements of points and credit: double entry, once for each reason, never changed.

Every movement takes from one account what it gives to another, in one unit. Points are drawn from the lots that
expire first. Balances stored on accounts move in the same transaction; `ledger_differences` proves them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.lib.text import clean_line
from tracking.aftersales.rewarding import Lot, draw
from tracking.aftersales.states import LedgerKind
from tracking.models import (
    POINTS,
    CustomerAccount,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    PointsLot,
)
from tracking.rule_inputs import shop_today

# The shop's side of each movement; customers' purses are called "purse".
PURSE = "purse"
SHOP_SIDE = {
    LedgerKind.AWARD: "awarded",
    LedgerKind.GIFT: "given",
    LedgerKind.REDEEM: "redeemed",
    LedgerKind.GIVE_BACK: "redeemed",
    LedgerKind.EXPIRE: "expired",
    LedgerKind.REVOKE: "awarded",
    LedgerKind.CREDIT: "credit",
    LedgerKind.SPEND: "credit",
}
# Points that come back after their day still can be used for so long.
GRACE_DAYS = 15
# Booked out in one transaction; the rest has its turn the night after.
MAX_EXPIRED_LOTS = 1000
MAX_TEXT = 200
MAX_KEY = 100
_DIGEST = 32


class LedgerConflict(ValueError):
    """The key of this movement belongs to another movement; take a key that says what it is for."""


class NotEnoughCredit(ValueError):
    """There is less credit than is to be spent."""


@dataclass(frozen=True)
class Leg:
    """One side of a movement."""

    account: LedgerAccount
    amount: int
    lot: PointsLot | None = None


@dataclass(frozen=True)
class LedgerDifference:
    """Something in the ledger that does not add up: which row, what is stored, what it should be."""

    what: str
    row_id: int
    stored: int
    computed: int


@transaction.atomic
def award_points(
    *,
    owner: CustomerAccount,
    points: int,
    usable_from: date,
    expires_on: date,
    key: str,
    kind: LedgerKind = LedgerKind.AWARD,
    order_reference: str = "",
    text: str = "",
    occurred_at: datetime | None = None,
) -> PointsLot:
    """Give `owner` points as a lot of their own; the same key again gives nothing more.

    Errors: LedgerConflict when the key was used for another number of points; ValueError unless points are positive.
    """
    if points < 1 or usable_from > expires_on:
        raise ValueError(f"no lot: {points} points from {usable_from} to {expires_on}")
    purse = _purse(owner, POINTS)
    known = PointsLot.objects.filter(transaction__natural_key=key).first()
    if known:
        if (known.account_id, known.points) != (purse.pk, points):
            raise LedgerConflict(key)
        return known
    head = _head(key, kind, order_reference=order_reference, text=text, occurred_at=occurred_at)
    lot = PointsLot.objects.create(
        account=purse, transaction=head, points=points, usable_from=usable_from, expires_on=expires_on
    )
    _write(head, [Leg(purse, points, lot), Leg(_shop(kind, POINTS), -points)])
    return lot


@transaction.atomic
def redeem_points(
    *, owner: CustomerAccount, points: int, key: str, order_reference: str = "", text: str = ""
) -> LedgerTransaction:
    """Use points of `owner`, those that expire first; the same key again uses nothing more.

    Errors: NotEnoughPoints (nothing is used then), LedgerConflict, ValueError unless points are positive.
    """
    if points < 1:
        raise ValueError(f"no use of points: {points}")
    _lock(purses_of(owner).filter(unit=POINTS))
    known = _known(key, -points)
    if known:
        return known
    lots = lots_of(owner)
    by_id = {lot.pk: lot for lot in lots}
    taken = draw((lot_value(lot) for lot in lots), points, shop_today())
    head = _head(key, LedgerKind.REDEEM, order_reference=order_reference, text=text)
    legs = [Leg(by_id[lot_id].account, -share, by_id[lot_id]) for lot_id, share in taken]
    _write(head, [*legs, Leg(_shop(LedgerKind.REDEEM, POINTS), points)])
    return head


@transaction.atomic
def give_back_points(*, key: str) -> LedgerTransaction:
    """Give back what the movement `key` used, to the lots it came from: all of it, once, whatever the reason.

    What has expired meanwhile comes back as a new lot of fifteen days. Repeating it changes nothing.
    Errors: LedgerTransaction.DoesNotExist.
    """
    used = LedgerTransaction.objects.get(natural_key=key)
    _lock(LedgerAccount.objects.filter(entries__transaction=used).exclude(owner=None))
    back_key = _key("back", key)
    known = LedgerTransaction.objects.filter(natural_key=back_key).first()
    if known:
        return known
    today = shop_today()
    entries = list(used.entries.exclude(lot=None).select_related("lot", "account"))
    head = _head(back_key, LedgerKind.GIVE_BACK, order_reference=used.order_reference)
    legs = [Leg(entry.account, -entry.amount, entry.lot) for entry in entries if _is_live(entry, today)]
    dead = -sum(entry.amount for entry in entries if not _is_live(entry, today))
    if dead:
        purse = entries[0].account
        lot = PointsLot.objects.create(
            account=purse,
            transaction=head,
            points=dead,
            usable_from=today,
            expires_on=today + timedelta(days=GRACE_DAYS),
        )
        legs.append(Leg(purse, dead, lot))
    total = sum(leg.amount for leg in legs)
    _write(head, [*legs, Leg(_shop(LedgerKind.GIVE_BACK, POINTS), -total)])
    return head


@transaction.atomic
def revoke_points(*, key: str, points: int, reason: str) -> int:
    """Take back points of the award `key`, as many as are left of it, for an article that was returned.

    Returns how many were taken; repeating it with the same `reason` takes none. Errors: PointsLot.DoesNotExist.
    """
    lot = PointsLot.objects.select_related("account", "transaction").get(transaction__natural_key=key)
    _lock(LedgerAccount.objects.filter(pk=lot.account_id))
    revoke_key = _key("revoke", key, reason)
    taken = min(points, _left(lot))
    if taken < 1 or LedgerTransaction.objects.filter(natural_key=revoke_key).exists():
        return 0
    head = _head(revoke_key, LedgerKind.REVOKE, order_reference=lot.transaction.order_reference)
    _write(head, [Leg(lot.account, -taken, lot), Leg(_shop(LedgerKind.REVOKE, POINTS), taken)])
    return taken


@transaction.atomic
def expire_points(*, today: date | None = None) -> int:
    """Book out what is left of lots whose last day is over; return how many points. Repeatable, and safe to miss.

    Nobody's balance waits for it: expired lots do not count from the moment they are over.
    """
    today = today or shop_today()
    left_over = (
        PointsLot.objects.filter(expires_on__lt=today)
        .annotate(left=Coalesce(Sum("entries__amount"), 0))
        .filter(left__gt=0)
        .select_related("account")
    )
    chosen = list(left_over[:MAX_EXPIRED_LOTS])
    _lock(LedgerAccount.objects.filter(pk__in={lot.account_id for lot in chosen}))
    # Read again: what was given back or corrected before the lock counts.
    over = list(left_over.filter(pk__in=[lot.pk for lot in chosen]))
    for lot in over:
        head = _head(f"expire:{lot.pk}:{today.isoformat()}", LedgerKind.EXPIRE)
        _write(head, [Leg(lot.account, -lot.left, lot), Leg(_shop(LedgerKind.EXPIRE, POINTS), lot.left)])
    return sum(lot.left for lot in over)


@transaction.atomic
def move_credit(
    *, owner: CustomerAccount, amount: int, currency: str, key: str, order_reference: str = "", text: str = ""
) -> LedgerTransaction:
    """Give `owner` credit (positive) or let them spend it (negative), in minor units; once for each key.

    Errors: NotEnoughCredit, LedgerConflict, ValueError for nothing.
    """
    if not amount:
        raise ValueError("no movement")
    purse = _purse(owner, currency)
    known = _known(key, amount)
    if known:
        return known
    if purse.balance + amount < 0:
        raise NotEnoughCredit(f"{purse.balance} {currency}")
    kind = LedgerKind.CREDIT if amount > 0 else LedgerKind.SPEND
    head = _head(key, kind, order_reference=order_reference, text=text)
    _write(head, [Leg(purse, amount), Leg(_shop(kind, currency), -amount)])
    return head


@transaction.atomic
def correct_movement(*, key: str, text: str) -> LedgerTransaction:
    """Cancel the movement `key` by its mirror image, which names it; repeating it changes nothing.

    Errors: LedgerTransaction.DoesNotExist; LedgerConflict for a correction, and when its points were used since.
    """
    wrong = LedgerTransaction.objects.get(natural_key=key)
    _lock(LedgerAccount.objects.filter(entries__transaction=wrong).exclude(owner=None))
    mirror_key = _key("correct", key)
    known = LedgerTransaction.objects.filter(natural_key=mirror_key).first()
    if known:
        return known
    entries = list(wrong.entries.select_related("account", "lot"))
    overdrawn = [entry for entry in entries if entry.lot and entry.amount > _left(entry.lot)]
    if wrong.corrects_key or overdrawn:
        raise LedgerConflict(key)
    head = _head(mirror_key, LedgerKind.CORRECT, order_reference=wrong.order_reference, text=text, corrects_key=key)
    _write(head, [Leg(entry.account, -entry.amount, entry.lot) for entry in entries])
    return head


def ledger_differences() -> Iterator[LedgerDifference]:
    """Yield what does not add up: balances, movements whose sides differ, lots drawn on twice; three queries."""
    accounts = LedgerAccount.objects.annotate(computed=Coalesce(Sum("entries__amount"), 0))
    for account in accounts.exclude(balance=F("computed")).iterator():
        yield LedgerDifference("balance", account.pk, account.balance, account.computed)
    sums = LedgerEntry.objects.order_by().values("transaction_id", "account__unit").annotate(total=Sum("amount"))
    for row in sums.exclude(total=0).iterator():
        yield LedgerDifference("transaction", row["transaction_id"], row["total"], 0)
    lots = PointsLot.objects.annotate(left=Coalesce(Sum("entries__amount"), 0))
    for lot in lots.filter(Q(left__lt=0) | Q(left__gt=F("points"))).iterator():
        yield LedgerDifference("lot", lot.pk, lot.left, lot.points)


def purses_of(owner: CustomerAccount) -> QuerySet[LedgerAccount]:
    """Return the purses of `owner` and of the accounts that were merged into theirs."""
    return LedgerAccount.objects.filter(Q(owner=owner) | Q(owner__merged_into=owner))


def purses_of_user(user: AbstractBaseUser | AnonymousUser) -> QuerySet[LedgerAccount]:
    """Return the purses of the account and of the guest accounts that it merged; none for a guest."""
    if not user.is_authenticated:
        return LedgerAccount.objects.none()
    own = CustomerAccount.objects.filter(user_id=user.pk)
    # By number, which an index answers; asked for in one join with the next, every purse of the shop is looked at.
    merged = CustomerAccount.objects.filter(merged_into__in=own)
    return LedgerAccount.objects.filter(Q(owner__in=own) | Q(owner__in=merged))


def lots_of(owner: CustomerAccount) -> list[PointsLot]:
    """Return the lots of `owner`, merged accounts included, each with `left` and its award; one query."""
    return list(_with_left(PointsLot.objects.filter(account__in=purses_of(owner).filter(unit=POINTS))))


def lots_in(purses: Sequence[LedgerAccount], *, since: date) -> list[PointsLot]:
    """Return the lots in `purses` that do not end before `since`, as `lots_of`; one query, none without a purse."""
    return list(_with_left(PointsLot.objects.filter(account__in=purses, expires_on__gte=since))) if purses else []


def _with_left(lots: QuerySet[PointsLot]) -> QuerySet[PointsLot]:
    return lots.select_related("account", "transaction").annotate(left=Coalesce(Sum("entries__amount"), 0))


def lot_value(lot: PointsLot) -> Lot:
    """Return the lot as the rules see it; needs `left`."""
    return Lot(lot.pk, lot.left, lot.usable_from, lot.expires_on)  # type: ignore[attr-defined]  # `left` is annotated


def _is_live(entry: LedgerEntry, today: date) -> bool:
    return entry.lot is not None and entry.lot.expires_on >= today


def _left(lot: PointsLot) -> int:
    return lot.entries.aggregate(left=Coalesce(Sum("amount"), 0))["left"]


def _purse(owner: CustomerAccount, unit: str) -> LedgerAccount:
    account, _ = LedgerAccount.objects.get_or_create(owner=owner, unit=unit, defaults={"code": PURSE})
    return LedgerAccount.objects.select_for_update().get(pk=account.pk)


def _lock(accounts: QuerySet[LedgerAccount]) -> None:
    """Let the movements of these purses follow one another: before looking at what is left of their lots.

    By number, so that no two wait for each other. SQLite writes one transaction at a time anyway.
    """
    ids = sorted(set(accounts.values_list("pk", flat=True)))
    list(LedgerAccount.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def _key(*parts: str) -> str:
    """Return the key of a movement that follows another one; one that is too long ends in its digest, never cut."""
    key = ":".join(parts)
    if len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    return f"{key[: MAX_KEY - _DIGEST - 1]}:{digest}"


def _shop(kind: LedgerKind, unit: str) -> LedgerAccount:
    return LedgerAccount.objects.get_or_create(owner=None, code=SHOP_SIDE[kind], unit=unit)[0]


def _known(key: str, amount: int) -> LedgerTransaction | None:
    """Return the movement of this key if it was made; LedgerConflict if it moved something else."""
    known = LedgerTransaction.objects.filter(natural_key=key).first()
    if known:
        moved = known.entries.exclude(account__owner=None).aggregate(total=Sum("amount"))["total"]
        if moved != amount:
            raise LedgerConflict(key)
    return known


def _head(
    key: str,
    kind: LedgerKind,
    *,
    order_reference: str = "",
    text: str = "",
    occurred_at: datetime | None = None,
    corrects_key: str = "",
) -> LedgerTransaction:
    now = timezone.now()
    return LedgerTransaction.objects.create(
        natural_key=key,
        kind=kind,
        occurred_at=occurred_at or now,
        order_reference=order_reference,
        text=clean_line(text)[:MAX_TEXT],
        corrects_key=corrects_key,
        received_at=now,
    )


def _write(head: LedgerTransaction, legs: Sequence[Leg]) -> None:
    """Store the sides of a movement and move the balances; what does not add up to nothing is a defect."""
    for unit in {leg.account.unit for leg in legs}:
        total = sum(leg.amount for leg in legs if leg.account.unit == unit)
        if total:
            raise LedgerConflict(f"{head.natural_key}: the sides differ by {total} {unit}")
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=head, account=leg.account, amount=leg.amount, lot=leg.lot) for leg in legs
    )
    for account_id, amount in _totals(legs):
        LedgerAccount.objects.filter(pk=account_id).update(balance=F("balance") + amount)


def _totals(legs: Iterable[Leg]) -> list[tuple[int, int]]:
    totals: dict[int, int] = {}
    for leg in legs:
        totals[leg.account.pk] = totals.get(leg.account.pk, 0) + leg.amount
    return sorted(totals.items())
