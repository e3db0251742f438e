"""Which changes of rules touch a visitor: those that came, or will come, after an order of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kb.policies.days import today
from kb.policies.reading import ORDERS_FACT
from kb.selectors.policies import PolicyChange
from kb.selectors.shelves import policy_changes
from personalization.facts import PurchaseDates

if TYPE_CHECKING:
    from personalization.visitor import Visitor

# News for so long; the page of the policy tells its whole history.
NEWS_FOR = timedelta(days=60)
# Nobody returns what they ordered before that; a warranty has its own box.
ORDERS_OF = timedelta(days=365)


@dataclass(frozen=True)
class TouchingChange:
    """A change of a policy, and the visitor's latest order from before it, for which the older text holds."""

    change: PolicyChange
    order: PurchaseDates

    @property
    def url(self) -> str:
        """Where to read what changed since the order."""
        return self.change.url_since(self.order.placed_on)


def changes_touching(visitor: Visitor) -> list[TouchingChange]:
    """Return the changes of the last weeks, and the planned ones, that came after an order of the visitor.

    The next one first. What tracking says about orders is all that is known of them here. No query of its own when warm.
    """
    day = today()
    orders = [
        order for order in visitor.facts.ask_items(ORDERS_FACT, PurchaseDates) if order.placed_on > day - ORDERS_OF
    ]
    if not orders:
        return []
    touching = []
    for change in policy_changes(visitor.language, visitor.user):
        before = [order for order in orders if order.placed_on < change.in_force_from]
        if before and change.in_force_from > day - NEWS_FOR:
            touching.append(TouchingChange(change, max(before, key=lambda order: order.placed_on)))
    return sorted(touching, key=lambda one: abs((one.change.in_force_from - day).days))
