"""Which segments hold for one visitor during one request."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils import timezone

from personalization import facts
from personalization.segments.conditions import holds
from personalization.segments.rules import ALL, Condition, Rules
from personalization.segments.selectors import compiled

if TYPE_CHECKING:
    from personalization.facts import VisitorFacts

logger = logging.getLogger(__name__)


class Matcher(Protocol):
    """What aimed content asks; a preview answers in its own way."""

    def includes(self, segment_id: int) -> bool: ...


class Audience:
    """Answers for each segment, decided when first asked.

    A segment holds only if it is certain: not for whoever did not allow personalization, not by a fact that may not be
    known about them or that fails, not when it is dead or off. Cost: the facts of the segments asked, each at most
    once for the request, and no more of them than it takes to decide.
    """

    def __init__(self, visitor_facts: VisitorFacts):
        self._facts = visitor_facts
        self._answers: dict[int, bool] = {}
        self._failed: set[str] = set()

    def includes(self, segment_id: int) -> bool:
        """Say whether the segment holds; False for one that does not exist."""
        if segment_id not in self._answers:
            self._answers[segment_id] = self._decide(segment_id)
        return self._answers[segment_id]

    def first_of(self, segment_ids: Iterable[int]) -> int | None:
        """Return the first of these segments that holds, None if none does."""
        return next((segment_id for segment_id in segment_ids if self.includes(segment_id)), None)

    def _decide(self, segment_id: int) -> bool:
        if not self._facts.may_know_anything:
            return False
        found = compiled(segment_id)
        if found is None or found.rules is None or not found.is_alive(timezone.localdate()):
            return False
        return decide(found.rules, self._is_true)

    def _is_true(self, condition: Condition) -> bool:
        declared = facts.find(condition.fact)
        if declared is None or declared.rule is None or not self._facts.knows(declared) or declared.key in self._failed:
            return False
        try:
            return holds(condition, declared.rule.measure(self._facts.ask(declared)))
        except Exception:  # what cannot be known holds for nobody, and must not take the page with it
            if settings.RAISE_MODULE_ERRORS:
                raise
            self._failed.add(declared.key)
            logger.exception("fact %s failed, so segments that ask it hold for nobody", declared.key)
            return False


def decide(rules: Rules, is_true: Any) -> bool:
    """Return what `rules` say when `is_true` tells of each condition; asks no further than it takes."""
    if not rules.conditions:
        return False
    return (all if rules.match == ALL else any)(is_true(condition) for condition in rules.conditions)
