"""Points and levels of membership: pure sums over lots and purchases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracking.aftersales.warranting import add_months

# A level is reached by, and kept for, so many months.
TIER_MONTHS = 12


class NotEnoughPoints(ValueError):
    """Somebody wants to use more points than they can use today."""

    def __init__(self, wanted: int, usable: int):
        super().__init__(f"{wanted} points wanted, {usable} usable")
        self.wanted, self.usable = wanted, usable


@dataclass(frozen=True)
class Lot:
    """What is left of points that were awarded together."""

    lot_id: int
    left: int
    usable_from: date
    expires_on: date

    def is_usable(self, today: date) -> bool:
        return self.left > 0 and self.usable_from <= today <= self.expires_on

    def is_waiting(self, today: date) -> bool:
        return self.left > 0 and today < self.usable_from


@dataclass(frozen=True)
class PointsBalance:
    """Points that can be used now, that wait for their day, and which go next."""

    usable: int = 0
    waiting: int = 0
    next_expiry_on: date | None = None
    next_expiry_points: int = 0


def points_balance(lots: Iterable[Lot], today: date) -> PointsBalance:
    """Return the sum of the live lots: what has expired does not count, even before anybody has booked it."""
    lots = list(lots)
    usable = [lot for lot in lots if lot.is_usable(today)]
    next_day = min((lot.expires_on for lot in usable), default=None)
    return PointsBalance(
        usable=sum(lot.left for lot in usable),
        waiting=sum(lot.left for lot in lots if lot.is_waiting(today)),
        next_expiry_on=next_day,
        next_expiry_points=sum(lot.left for lot in usable if lot.expires_on == next_day),
    )


def draw(lots: Iterable[Lot], points: int, today: date) -> list[tuple[int, int]]:
    """Return from which lots to take `points`, as (lot, points): those that expire first go first.

    Errors: NotEnoughPoints; nothing is taken then.
    """
    usable = sorted((lot for lot in lots if lot.is_usable(today)), key=lambda lot: (lot.expires_on, lot.lot_id))
    if points > (available := sum(lot.left for lot in usable)):
        raise NotEnoughPoints(points, available)
    taken = []
    for lot in usable:
        if points <= 0:
            break
        share = min(points, lot.left)
        taken.append((lot.lot_id, share))
        points -= share
    return taken


@dataclass(frozen=True)
class Tier:
    """A level of membership; the words are the reader's."""

    code: str
    name: str
    threshold_amount: int
    benefits: str = ""


@dataclass(frozen=True)
class Purchase:
    """Goods that arrived on a day, after discount and returns, in minor units."""

    on: date
    amount: int


@dataclass(frozen=True)
class TierStanding:
    """The level today, what counts towards it, and what the next one takes.

    kept_until  the last day of the level; None for the lowest, which nobody loses
    missing     what has to be bought still for `next_tier`; 0 at the top
    """

    tier: Tier | None
    bought_amount: int
    kept_until: date | None = None
    next_tier: Tier | None = None
    missing_amount: int = 0


def tier_standing(tiers: Sequence[Tier], purchases: Iterable[Purchase], today: date) -> TierStanding:
    """Return the level that these purchases make.

    A level begins on the day that the sum of twelve months reaches it and lasts twelve months from then. When it ends
    the sum is made again: enough keeps it, too little goes down one step.
    """
    ladder = sorted(tiers, key=lambda tier: tier.threshold_amount)
    if not ladder:
        return TierStanding(None, 0)
    past = sorted((purchase for purchase in purchases if purchase.on <= today), key=lambda purchase: purchase.on)
    level, kept_until = 0, None
    for day in sorted({purchase.on for purchase in past}):
        level, kept_until = _step_down(ladder, past, level, kept_until, day)
        reached = _level(ladder, _bought(past, day))
        if reached > level:
            level, kept_until = reached, add_months(day, TIER_MONTHS)
    level, kept_until = _step_down(ladder, past, level, kept_until, today)
    bought = _bought(past, today)
    next_tier = ladder[level + 1] if level + 1 < len(ladder) else None
    missing = max(next_tier.threshold_amount - bought, 0) if next_tier else 0
    return TierStanding(ladder[level], bought, kept_until if level else None, next_tier, missing)


def _step_down(
    ladder: Sequence[Tier], past: Sequence[Purchase], level: int, kept_until: date | None, day: date
) -> tuple[int, date | None]:
    """Let the periods that ended before `day` end."""
    while level and kept_until is not None and kept_until < day:
        reached = _level(ladder, _bought(past, kept_until))
        level = max(reached, level - 1)
        kept_until = add_months(kept_until, TIER_MONTHS)
    return level, kept_until


def _level(ladder: Sequence[Tier], amount: int) -> int:
    return max((at for at, tier in enumerate(ladder) if tier.threshold_amount <= amount), default=0)


def _bought(past: Sequence[Purchase], day: date) -> int:
    """Return what was bought in the twelve months that end with `day`."""
    first = add_months(day, -TIER_MONTHS) + timedelta(days=1)
    return sum(purchase.amount for purchase in past if first <= purchase.on <= day)
