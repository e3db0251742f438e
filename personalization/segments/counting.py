"""How many accounts belong to each segment at present: counted in batches, nobody's number kept.

A batch of accounts is a row of bits. What a condition says about each distinct value is asked once; the accounts of a
value, of a condition and of a segment are whole numbers joined by & and |.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.utils import timezone

from personalization import facts
from personalization.fact_rules import Accounts, FactRule
from personalization.preferences import PERSONALIZATION
from personalization.segments.conditions import holds
from personalization.segments.models import Segment
from personalization.segments.rules import ALL, Condition, Rules
from personalization.segments.selectors import all_compiled
from personalization.selectors import accounts_allowing, chosen_by

BATCH = 1000


def count_accounts(segment_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return how many accounts belong to each of these segments (all, if None), whatever its dates say today.

    A dead segment has none. Facts without an answer for many are left out: their conditions hold for nobody.
    Cost: for each 1,000 consenting accounts two queries, and what the named facts ask for the batch.
    """
    wanted = {
        segment_id: found.rules
        for segment_id, found in all_compiled().items()
        if segment_ids is None or segment_id in segment_ids
    }
    alive = {segment_id: rules for segment_id, rules in wanted.items() if rules is not None}
    conditions = {condition for rules in alive.values() for condition in rules.conditions}
    totals = dict.fromkeys(wanted, 0)
    for batch in _Batches(conditions):
        for segment_id, rules in alive.items():
            totals[segment_id] += _belonging(rules, batch).bit_count()
    return totals


def store_counts(segment_ids: Collection[int] | None = None) -> int:
    """Count and keep the results with the time; returns how many segments were counted."""
    counted = count_accounts(segment_ids)
    now = timezone.now()
    rows = [Segment(pk=segment_id, account_count=count, counted_at=now) for segment_id, count in counted.items()]
    Segment.objects.bulk_update(rows, ["account_count", "counted_at"], batch_size=500)
    return len(rows)


def _belonging(rules: Rules, bits: Mapping[Condition, int]) -> int:
    found = [bits[condition] for condition in rules.conditions]
    return reduce(and_ if rules.match == ALL else or_, found) if found else 0


class _Batches:
    """For each batch of accounts, the bits of every condition."""

    def __init__(self, conditions: Collection[Condition]):
        self._by_fact: dict[str, list[Condition]] = defaultdict(list)
        for condition in conditions:
            self._by_fact[condition.fact].append(condition)
        asked = {key: declared for key in self._by_fact if (declared := facts.find(key)) is not None}
        self._rules = {key: (declared, declared.rule) for key, declared in asked.items() if declared.rule is not None}
        self._allowing = {
            purpose: accounts_allowing(purpose) for purpose in {declared.purpose for declared in asked.values()}
        }

    def __iter__(self) -> Iterator[dict[Condition, int]]:
        if not self._by_fact:
            return
        accounts = sorted(accounts_allowing(PERSONALIZATION))
        for start in range(0, len(accounts), BATCH):
            ids = accounts[start : start + BATCH]
            chosen = chosen_by(ids)
            known = {
                purpose: Accounts([user_id for user_id in ids if user_id in allowing], chosen)
                for purpose, allowing in self._allowing.items()
            }
            yield {
                condition: bits
                for key, (declared, rule) in self._rules.items()
                for condition, bits in _bits(rule, self._by_fact[key], ids, known[declared.purpose]).items()
            }


def _bits(rule: FactRule, conditions: list[Condition], ids: Sequence[int], known: Accounts) -> dict[Condition, int]:
    """Return the accounts of which each condition is true; of whoever is not `known` none is."""
    if rule.many is None:
        return dict.fromkeys(conditions, 0)
    answers = rule.many(known)
    places = {user_id: place for place, user_id in enumerate(ids)}
    accounts_by_value: dict[Any, int] = defaultdict(int)
    for user_id in known.ids:
        accounts_by_value[_frozen(answers.get(user_id, rule.nothing))] |= 1 << places[user_id]
    values = [(_thawed(value), accounts) for value, accounts in accounts_by_value.items()]
    return {
        condition: reduce(or_, (accounts for value, accounts in values if holds(condition, value)), 0)
        for condition in conditions
    }


def _frozen(measure: Any) -> Any:
    """Return a measure as something that can be a key."""
    return tuple(sorted(measure.items())) if isinstance(measure, Mapping) else measure


def _thawed(value: Any) -> Any:
    return dict(value) if isinstance(value, tuple) else value
