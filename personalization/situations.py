"""What an order can be like, as apps tell one another, so that help can know the order.

The app that keeps orders says which states and reasons there are, and how many orders reach each; the app that keeps
articles says which article helps there. Neither knows the other: they meet in the values of this module.

    offer_situations(states=state_choices, reasons=reason_choices, reach=orders_reaching)     # once, at start-up

A page about one order passes an `OrderSubject` to the modules of slot "order", a page of help an `ArticleSubject` to
those of slot "article".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from personalization.facts import PurchaseDates
from personalization.registry import Choice


@dataclass(frozen=True, order=True)
class Situation:
    """A state ("attempt_failed"), why ("recipient") and of which product; an empty part says nothing about it."""

    state: str
    reason: str = ""
    product_code: str = ""

    def __str__(self) -> str:
        """Return it in the reader's words: "Delivery attempt failed, the recipient could not be reached, NM-W85"."""
        states = {choice.code: str(choice.label) for choice in state_choices()}
        reasons = {choice.code: str(choice.label) for choice in reason_choices()}
        parts = (states.get(self.state, self.state), reasons.get(self.reason, self.reason), self.product_code)
        return ", ".join(part for part in parts if part)

    def covers(self, other: Situation) -> bool:
        """Say whether what is said of this situation holds for `other`: each part is the same or left open."""
        return (
            self.state == other.state
            and self.reason in ("", other.reason)
            and self.product_code in ("", other.product_code)
        )

    @property
    def precision(self) -> tuple[bool, bool]:
        """Return how closely it describes an order: a reason says more about what helps than a product does."""
        return bool(self.reason), bool(self.product_code)


@dataclass(frozen=True)
class OrderSubject:
    """What apps may know of the order on a page: its days, and the situations it is in, the gravest first."""

    dates: PurchaseDates
    situations: tuple[Situation, ...] = ()


@dataclass(frozen=True)
class ArticleSubject:
    """What apps may know of the article on a page: the situations in which it helps."""

    situations: tuple[Situation, ...]


ChoicesOf = Callable[[], list[Choice]]
ReachOf = Callable[[datetime], dict[Situation, int]]


@dataclass(frozen=True)
class _Offer:
    states: ChoicesOf = list
    reasons: ChoicesOf = list
    reach: ReachOf = lambda since: {}


_offer = _Offer()


def offer_situations(*, states: ChoicesOf, reasons: ChoicesOf, reach: ReachOf) -> None:
    """Say what situations there are; a second offer takes the place of the first."""
    global _offer
    _offer = _Offer(states, reasons, reach)


def state_choices() -> list[Choice]:
    """Return the states an order can be in, in the order of its life; empty while no app keeps orders."""
    return _offer.states()


def reason_choices() -> list[Choice]:
    """Return the reasons there can be for a state."""
    return _offer.reasons()


def orders_reaching(since: datetime) -> dict[Situation, int]:
    """Return how many orders came into each situation since then. For reports: it reads every event since."""
    return _offer.reach(since)
