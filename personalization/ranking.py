"""In which order a page shows its modules: all of it, in one file.

    score = urgency + relevance + freshness − dismissals         the higher, the further up

    urgency      0 … 60   how much is lost by looking tomorrow: URGENT when something waits for the visitor or has gone
                          wrong; SOON on the last day of a term, falling evenly to 0 at the term's beginning
    relevance   10 … 30   how surely it is about this visitor: their own things, what they told us, everybody
    freshness    0 … 10   how lately it changed: 10 on the day, falling evenly to 0 after FRESH_DAYS
    dismissals   0 … 75   25 for each "not now" of the last DISMISSAL_DAYS, three at most

Equal scores stand in the modules' own `order`, then by key. So with nothing urgent, fresh or dismissed the page is in the
order that the modules declare, their own things first.

The visitor's own word comes before any score: what they pinned stands first, in the order pinned; then, if they ever moved
a module, all others in the order that they left (what they put off since at its end); what they hid is not asked at all.

Nothing here looks at a clock, a database or chance: the same visitor, modules and day give the same page. The numbers are
chosen, not learned, and this is why:

    A module may say two things at once, and the sums keep their rank: what waits for you (60 + 30) comes before the last day
    of a term (40 + 30), that before a fresh thing of yours (10 + 30), that before what merely fits you (20), that before what
    everybody sees (10). One "not now" (25) takes a thing of yours below what fits you, and leaves an urgent one (90 − 25 = 65)
    above all that is not urgent: we do not let somebody lose an order by a slip. Three of them (15) take it below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Protocol, TypeVar

URGENT = 60
SOON = 40
FRESH = 10
FRESH_DAYS = 14
DISMISSAL = 25
MOST_DISMISSALS = 3
DISMISSAL_DAYS = 30


class Relevance(IntEnum):
    """How surely a module is about the visitor."""

    EVERYBODY = 10
    CHOSEN = 20
    OWN = 30


@dataclass(frozen=True)
class Standing:
    """What a module says about its content of today. `urgency` is 0, URGENT, SOON or what `urgency_of` returns.

    What is for everybody may take a small step of its own, below what separates it from the visitor's things.
    """

    relevance: Relevance
    urgency: int = 0
    changed_on: date | None = None


FOR_EVERYBODY = Standing(Relevance.EVERYBODY)
FITS_A_CHOICE = Standing(Relevance.CHOSEN)


@dataclass(frozen=True)
class Dismissal:
    """The visitor said "not now" to a module: on which day last, and how often within DISMISSAL_DAYS before that."""

    key: str
    on: date
    times: int = 1

    @classmethod
    def from_row(cls, row: Sequence[str | int]) -> Dismissal:
        """Return what `as_row` made; raises ValueError or TypeError for anything else."""
        key, on, times = row
        return cls(str(key), date.fromisoformat(str(on)), int(times))

    def as_row(self) -> tuple[str, str, int]:
        """Return it as it is stored."""
        return self.key, self.on.isoformat(), self.times

    def counts_on(self, today: date) -> bool:
        return (today - self.on).days < DISMISSAL_DAYS


def dismissed(dismissals: Iterable[Dismissal], key: str, today: date) -> tuple[Dismissal, ...]:
    """Return `dismissals` with one more of `key` today; those that count no longer are forgotten."""
    standing = {one.key: one for one in dismissals if one.counts_on(today)}
    times = standing[key].times if key in standing else 0
    standing[key] = Dismissal(key, today, min(times + 1, MOST_DISMISSALS))
    return tuple(standing.values())


@dataclass(frozen=True)
class Score:
    """The parts of a module's score, so that one can see where it comes from."""

    urgency: int
    relevance: int
    freshness: int
    dismissals: int

    @property
    def total(self) -> int:
        return self.urgency + self.relevance + self.freshness - self.dismissals


class Placed(Protocol):
    """What can be ranked: a module with its score."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...

    @property
    def score(self) -> Score: ...


P = TypeVar("P", bound=Placed)


def urgency_of(day: date, *, today: date, term_days: int) -> int:
    """Return how urgent something due on `day` is: SOON on that day and after it, 0 when `term_days` ahead or more."""
    days_left = max((day - today).days, 0)
    return SOON * max(term_days - days_left, 0) // term_days


def score_of(standing: Standing, dismissal: Dismissal | None, *, today: date) -> Score:
    """Return the score of a module that stands like this today; TypeError or ValueError for what is no whole number."""
    return Score(
        urgency=int(standing.urgency),
        relevance=int(standing.relevance),
        freshness=_freshness(standing.changed_on, today),
        dismissals=_dismissals(dismissal, today),
    )


def ranked(modules: Iterable[P], *, pinned: Sequence[str] = (), own_order: Sequence[str] = ()) -> list[P]:
    """Return `modules` as the page shows them: pinned ones, then the visitor's own order, then by score.

    A module that the visitor's order does not name was offered later: it follows the one before it by score. One that they
    put off since comes after that order, for "not now" is their later word.
    """
    by_score = sorted(modules, key=lambda module: (-module.score.total, module.order, module.key))
    by_key = {module.key: module for module in by_score}
    put_off = [module.key for module in by_score if own_order and module.score.dismissals]
    keys = arranged([module.key for module in by_score if module.key not in put_off], own_order) + put_off
    first = [key for key in dict.fromkeys(pinned) if key in by_key]
    return [by_key[key] for key in [*first, *(key for key in keys if key not in first)]]


def arranged(keys: Sequence[str], own_order: Sequence[str]) -> list[str]:
    """Return `keys` in the visitor's own order; a key that it does not name comes right after the one it follows."""
    offered = set(keys)
    result = [key for key in dict.fromkeys(own_order) if key in offered]
    if not result:
        return list(keys)
    previous = ""
    for key in keys:
        if key not in result:
            result.insert(result.index(previous) + 1 if previous else 0, key)
        previous = key
    return result


def _freshness(changed_on: date | None, today: date) -> int:
    if changed_on is None:
        return 0
    age = max((today - changed_on).days, 0)
    return FRESH * max(FRESH_DAYS - age, 0) // FRESH_DAYS


def _dismissals(dismissal: Dismissal | None, today: date) -> int:
    if dismissal is None or not dismissal.counts_on(today):
        return 0
    return DISMISSAL * min(max(dismissal.times, 0), MOST_DISMISSALS)
