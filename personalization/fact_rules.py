"""How editors may ask about a fact: the type of its value, and the words from which a rule becomes a sentence.

A fact that is declared with one of these is offered in the rules of segments:

    @fact("tracking.open_orders", description=…, default=0,
          rule=CountRule(label=_("Orders on the way"), noun=_("orders on the way"), many=count_open_orders_of_accounts))

`measure` turns the fact's value into the type's own: FlagRule bool, CountRule int, CodesRule a set of codes, DaysRule days from
today by code. `many` gives those measures for many accounts at once, so that "how many accounts match" need not
ask each; a number that is missing in its answer stands for nothing (no, 0, no code).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from django.utils.functional import Promise

from personalization.preferences import NOTHING_STORED, Preferences

T = TypeVar("T")

Measure = bool | int | Set[str] | Mapping[str, int]
# As many months as anybody plans ahead for; a fact may look less far.
MOST_DAYS = 366


class Accounts:
    """A batch of accounts that allow a fact to be known."""

    def __init__(self, ids: Sequence[int], preferences: Mapping[int, Preferences]):
        self.ids = ids
        self._preferences = preferences
        self._read: dict[Callable[[Accounts], object], object] = {}

    @property
    def preferences(self) -> Mapping[int, Preferences]:
        """What each of them chose, by the number of the user: topics and products alone. Costs nothing."""
        return {user_id: self._preferences.get(user_id, NOTHING_STORED) for user_id in self.ids}

    def once(self, read: Callable[[Accounts], T]) -> T:
        """Return `read(accounts)`, read at most once for this batch: for facts made of the same rows."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast("T", self._read[read])


Many = Callable[[Accounts], Mapping[int, Any]]


def unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class FactRule:
    """What every type has: `label` for editors, and how one value and many become measures."""

    kind: ClassVar[str]
    operators: ClassVar[tuple[str, ...]]
    nothing: ClassVar[Measure]
    label: str | Promise
    measure: Callable[[Any], Any] = unchanged
    many: Many | None = None


@dataclass(frozen=True, kw_only=True)
class FlagRule(FactRule):
    """Yes or no, each in words that complete "somebody who …": `yes` "has a complaint open", `no` "has none open"."""

    kind = "flag"
    operators = ("is", "is_not")
    nothing = False
    yes: str | Promise
    no: str | Promise


@dataclass(frozen=True, kw_only=True)
class CountRule(FactRule):
    """A number of things; `noun` is their plural: "orders on the way"."""

    kind = "count"
    operators = ("at_least", "at_most")
    nothing = 0
    noun: str | Promise


@dataclass(frozen=True, kw_only=True)
class CodesRule(FactRule):
    """Some of the choices that an app offers under the name `choices` (personalization.registry).

    `has` and `lacks` complete "somebody who …" and hold %(values)s: "owns %(values)s", "does not own %(values)s";
    `something` and `nothing_at_all` are said of any code and of none.
    """

    kind = "codes"
    operators = ("any_of", "all_of", "none_of", "some", "none")
    nothing = frozenset()
    choices: str
    has: str | Promise
    lacks: str | Promise
    something: str | Promise
    nothing_at_all: str | Promise
    measure: Callable[[Any], Any] = frozenset


@dataclass(frozen=True, kw_only=True)
class DaysRule(FactRule):
    """Days until something, by the code of what it is about; `noun` is the plural of what comes: "ends of warranty".

    The fact knows what comes within `most_days` days.
    """

    kind = "days"
    operators = ("within", "not_within")
    nothing: ClassVar[Measure] = {}
    choices: str
    noun: str | Promise
    most_days: int = MOST_DAYS
