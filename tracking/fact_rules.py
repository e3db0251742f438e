"""How editors may ask what tracking knows about a visitor, and the same for many accounts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.facts import Accounts, CodesRule, CountRule, DaysRule
from tracking import selectors
from tracking.rule_inputs import shop_today

if TYPE_CHECKING:
    from tracking.visitor_facts import EndingWarranty

T = TypeVar("T")

DELIVERED_LATELY = timedelta(days=7)


def files_of(accounts: Accounts) -> dict[int, selectors.CustomerFile]:
    """Return the orders of each account; ask by `accounts.once`."""
    return selectors.customer_files(accounts.ids)


def from_files(answer: Callable[[selectors.CustomerFile], T]) -> Callable[[Accounts], dict[int, T]]:
    """Return what answers for many accounts from their orders, read once for all facts."""
    return lambda accounts: {user_id: answer(file) for user_id, file in accounts.once(files_of).items()}


def trouble_in(file: selectors.CustomerFile) -> int:
    return sum(map(selectors.needs_attention, selectors.open_orders_in(file)))


def open_in(file: selectors.CustomerFile) -> int:
    return len(selectors.open_orders_in(file))


def delivered_in(file: selectors.CustomerFile) -> int:
    return selectors.delivered_since(file, timezone.now() - DELIVERED_LATELY)


def ending_in(file: selectors.CustomerFile) -> dict[str, int]:
    views = selectors.ending_warranties_in(file)
    return _days((view.product_code, view.ends_on) for view in views if view.ends_on is not None)


def tier_of_file(file: selectors.CustomerFile) -> frozenset[str]:
    level = selectors.tier_in(file)
    return frozenset({level.code}) if level else frozenset()


def tiers_of(accounts: Accounts) -> dict[int, frozenset[str]]:
    """Return the level of each account; whoever never ordered has the lowest."""
    lowest = selectors.tier_from(())
    without_orders = frozenset({lowest.code} if lowest else ())
    files = accounts.once(files_of)
    return {user_id: tier_of_file(files[user_id]) if user_id in files else without_orders for user_id in accounts.ids}


def days_of_warranties(ending: Iterable[EndingWarranty]) -> dict[str, int]:
    """Return the days until each warranty ends, by product; of two of a kind the nearer one."""
    return _days((one.product_code, one.ends_on) for one in ending)


def _days(ending: Iterable[tuple[str, date]]) -> dict[str, int]:
    today = shop_today()
    # The latest first, so that the nearest of a product stays.
    return {code: (day - today).days for code, day in sorted(ending, key=lambda one: one[1], reverse=True)}


OPEN_ORDERS = CountRule(label=_("Orders on the way"), noun=_("orders on the way"), many=from_files(open_in))
ORDERS_IN_TROUBLE = CountRule(
    label=_("Orders that are late or need attention"),
    noun=_("orders that are late or need attention"),
    many=from_files(trouble_in),
)
DELIVERED_THIS_WEEK = CountRule(
    label=_("Orders delivered in the last seven days"),
    noun=_("orders delivered in the last seven days"),
    many=from_files(delivered_in),
)
WARRANTY_ENDING = DaysRule(
    label=_("Warranty that ends"),
    noun=_("a warranty that ends"),
    choices="products",
    most_days=selectors.WARRANTY_ENDS_WITHIN.days,
    measure=days_of_warranties,
    many=from_files(ending_in),
)
TIER = CodesRule(
    label=_("Level of membership"),
    choices="tiers",
    has=_("has the level %(values)s"),
    lacks=_("does not have the level %(values)s"),
    something=_("has a level of membership"),
    nothing_at_all=_("has no level of membership"),
    measure=lambda code: frozenset({code} if code else ()),
    many=tiers_of,
)
