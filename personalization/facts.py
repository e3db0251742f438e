"""The registry of visitor facts: what each app knows about a visitor, computed only when somebody asks.

An app declares its facts in `visitor_facts.py`, found at start-up exactly as Django finds `admin.py`:

    @fact("tracking.open_orders", description=_("Your orders on the way"), default=0)
    def open_orders(visitor: Visitor) -> int:
        return orders_of(visitor.user).open().count()

Inside the app the fact is asked by itself, `visitor.facts.ask(open_orders)`, which is typed; elsewhere by its key,
`visitor.facts.ask_by_key("tracking.open_orders")`. A module names the key in its `Reason`, so that the reader sees
the description. Facts hold flags, counts and codes, never names, addresses or texts. The preferences page shows the
value to its owner: what is no flag, number, text or sequence of such needs a `__str__` in the reader's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.utils.formats import date_format
from django.utils.functional import Promise

from personalization.fact_rules import Accounts as Accounts  # one door for whoever declares facts
from personalization.fact_rules import CodesRule as CodesRule
from personalization.fact_rules import CountRule as CountRule
from personalization.fact_rules import DaysRule as DaysRule
from personalization.fact_rules import FactRule
from personalization.fact_rules import FlagRule as FlagRule
from personalization.preferences import PERSONALIZATION

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models import QuerySet

    from personalization.visitor import Visitor

T = TypeVar("T")


@dataclass(frozen=True)
class PurchaseDates:
    """The days of one order, as apps tell them one another; `reference` is its public number.

    `delivered_on` is None until everything has arrived.
    """

    reference: str
    placed_on: date
    delivered_on: date | None = None

    def __str__(self) -> str:
        return f"{self.reference} ({date_format(self.placed_on, 'SHORT_DATE_FORMAT')})"


class UnknownFact(LookupError):
    """No app declares a fact of this key; the name is probably misspelt."""


class DuplicateFact(Exception):
    """Two facts claim one key; rename one of them."""


@dataclass(frozen=True)
class Fact(Generic[T]):
    """One thing that an app can say about a visitor.

    `description` is shown to the reader ("Your orders on the way"). `default` is the answer for a visitor who did
    not allow personalization: nothing is computed about them. Neither is it for a guest, who has no account to look
    into, unless the fact is `for_guests` and manages with `visitor.preferences`. `purpose` is what the visitor has to
    allow, if that is more than personal pages. With a `rule` editors may ask it.
    """

    key: str
    description: str | Promise
    default: T
    compute: Callable[[Visitor], T]
    for_guests: bool = False
    purpose: str = PERSONALIZATION
    rule: FactRule | None = None


@dataclass(frozen=True)
class Tally:
    """Rows of an account that its pages want counted: all tallies are taken in the one read of the account's choices.

    So whoever has no such rows costs no question about them. `rows` makes a queryset and asks nothing; `visitor.tally`
    answers, 0 for whoever does not allow `purpose`.
    """

    key: str
    rows: Callable[[AbstractBaseUser], QuerySet[Any]]
    purpose: str = PERSONALIZATION


_facts: dict[str, Fact[object]] = {}
_tallies: dict[str, Tally] = {}


def fact(
    key: str,
    *,
    description: str | Promise,
    default: T,
    for_guests: bool = False,
    purpose: str = PERSONALIZATION,
    rule: FactRule | None = None,
) -> Callable[[Callable[[Visitor], T]], Fact[T]]:
    """Declare the decorated function as the fact `key`; refuses a key that is taken."""

    def declare(compute: Callable[[Visitor], T]) -> Fact[T]:
        declared = Fact(key, description, default, compute, for_guests, purpose, rule)
        if key in _facts:
            raise DuplicateFact(f"{key}: {compute.__module__} and {_facts[key].compute.__module__}")
        _facts[key] = cast("Fact[object]", declared)
        return declared

    return declare


def tally(key: str, rows: Callable[[AbstractBaseUser], QuerySet[Any]], *, purpose: str = PERSONALIZATION) -> Tally:
    """Let pages count `rows` of their visitor; a second tally of its key takes its place."""
    declared = _tallies[key] = Tally(key, rows, purpose)
    return declared


def tallies() -> Iterable[Tally]:
    """Return every tally, in the order declared."""
    return _tallies.values()


def facts() -> list[Fact[object]]:
    """Return every declared fact, by key."""
    return [_facts[key] for key in sorted(_facts)]


def find(key: str) -> Fact[object] | None:
    """Return the fact `key`, or None when no app declares it (any more)."""
    return _facts.get(key)


def describe(key: str) -> str | Promise:
    """Return the reader's words for the fact `key`; empty for a key that no app declares ("everyone")."""
    declared = _facts.get(key)
    return declared.description if declared else ""


class VisitorFacts:
    """The facts about one visitor during one request: each computed at most once, and only when asked."""

    def __init__(self, visitor: Visitor):
        self._visitor = visitor
        self._answers: dict[str, object] = {}

    @property
    def may_know_anything(self) -> bool:
        """Whether the visitor allows anything to be known about them at all."""
        return self._visitor.is_personalized

    def ask(self, wanted: Fact[T]) -> T:
        """Return the value of `wanted`; its default if nothing may be known about the visitor."""
        if not self.knows(wanted):
            return wanted.default
        if wanted.key not in self._answers:
            self._answers[wanted.key] = wanted.compute(self._visitor)
        return cast("T", self._answers[wanted.key])

    def knows(self, wanted: Fact[T]) -> bool:
        """Return whether `wanted` may be computed about this visitor."""
        return self._visitor.allows(wanted.purpose) and (self._visitor.is_signed_in or wanted.for_guests)

    def ask_items(self, key: str, kind: type[T]) -> tuple[T, ...]:
        """Return what the fact `key` of another app holds of `kind`; nothing while no app declares it.

        The apps need not know each other: they agree on a key and on a class of this module.
        """
        answer = self.ask_by_key(key) if key in _facts else ()
        return tuple(item for item in answer if isinstance(item, kind)) if isinstance(answer, tuple) else ()

    def ask_by_key(self, key: str) -> object:
        """Return the value of the fact `key`, of any app; raises UnknownFact."""
        if key not in _facts:
            raise UnknownFact(key)
        return self.ask(_facts[key])
