"""Why a rule can hold for nobody: unknown facts, things that are gone, rows that contradict each other. No query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from django.utils.translation import gettext as _

from personalization import facts
from personalization.fact_rules import CodesRule, DaysRule, FactRule
from personalization.segments.rules import ALL, LONGEST_CODE, MOST_NUMBER, NEED_CODES, NEED_NUMBER, Condition, Rules

# What apps offer, by the name of the choices ("products"): the codes of today.
KnownCodes = Mapping[str, Set[str]]


def problems_of(rules: Rules | None, known: KnownCodes) -> list[str]:
    """Return what is wrong, each in a sentence for editors in the active language; empty for a rule that can hold."""
    if rules is None:
        return [_("The rule cannot be read: it was written by a newer version, or by hand. Write it anew.")]
    if not rules.conditions:
        return [_("There is no condition yet, so nobody belongs to it.")]
    found = [
        in_row(number, sentence)
        for number, condition in enumerate(rules.conditions, start=1)
        for sentence in _problems_of_row(condition, known)
    ]
    return found or _contradictions(rules)


def in_row(number: int, sentence: str) -> str:
    """Return a sentence about one row of the form."""
    return _("Row %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}


def _problems_of_row(condition: Condition, known: KnownCodes) -> Iterator[str]:
    declared = facts.find(condition.fact)
    rule = declared.rule if declared else None
    if rule is None:
        yield _("the fact “%(fact)s” is not known (any more).") % {"fact": condition.fact[:LONGEST_CODE]}
        return
    if condition.operator not in rule.operators:
        yield _("this comparison does not fit the fact. Choose another one.")
        return
    if condition.operator in NEED_NUMBER:
        yield from _problem_of_number(condition, rule)
    if condition.operator in NEED_CODES and not condition.codes:
        yield _("choose at least one value.")
    yield from _problems_of_codes(condition, rule, known)


def _problem_of_number(condition: Condition, rule: FactRule) -> Iterator[str]:
    most = rule.most_days if isinstance(rule, DaysRule) else MOST_NUMBER
    if condition.number is None:
        yield _("a number is missing.")
    elif not 0 <= condition.number <= most:
        yield _("the number has to lie between 0 and %(most)d.") % {"most": most}


def _problems_of_codes(condition: Condition, rule: FactRule, known: KnownCodes) -> Iterator[str]:
    if isinstance(rule, CodesRule | DaysRule):
        for code in condition.codes:
            if code not in known.get(rule.choices, frozenset()):
                yield _("“%(code)s” no longer exists. Choose another value.") % {"code": code[:LONGEST_CODE]}
    elif condition.codes:
        yield _("this fact takes no values.")


def _contradictions(rules: Rules) -> list[str]:
    """Return the facts of which no value fits all rows. Only where all must hold: of an alternative, one can."""
    if rules.match != ALL:
        return []
    by_fact: dict[str, list[Condition]] = defaultdict(list)
    for condition in rules.conditions:
        by_fact[condition.fact].append(condition)
    return [
        _("The rows about “%(fact)s” contradict each other, so nobody can belong to it.")
        % {"fact": facts.describe(key)}
        for key, conditions in by_fact.items()
        if _IMPOSSIBLE[_kind_of(key)](conditions)
    ]


def _kind_of(key: str) -> str:
    declared = facts.find(key)
    return declared.rule.kind if declared and declared.rule else ""


def _codes(conditions: Iterable[Condition], operator: str) -> set[str]:
    return {code for condition in conditions if condition.operator == operator for code in condition.codes}


def _flags_clash(conditions: list[Condition]) -> bool:
    return len({condition.operator for condition in conditions}) > 1


def _counts_clash(conditions: list[Condition]) -> bool:
    least = max((one.number or 0 for one in conditions if one.operator == "at_least"), default=0)
    most = min((one.number or 0 for one in conditions if one.operator == "at_most"), default=MOST_NUMBER)
    return least > most


def _codes_clash(conditions: list[Condition]) -> bool:
    refused = _codes(conditions, "none_of")
    operators = {condition.operator for condition in conditions}
    if "none" in operators and operators & {"some", "any_of", "all_of"}:
        return True
    if refused & _codes(conditions, "all_of"):
        return True
    return any(one.operator == "any_of" and refused.issuperset(one.codes) for one in conditions)


def _days_clash(conditions: list[Condition]) -> bool:
    wanted = [one for one in conditions if one.operator == "within"]
    refused = [one for one in conditions if one.operator == "not_within"]
    return any(
        (one.number or 0) <= (other.number or 0)
        and (not other.codes or (bool(one.codes) and set(other.codes) >= set(one.codes)))
        for one in wanted
        for other in refused
    )


_IMPOSSIBLE: Mapping[str, Callable[[list[Condition]], bool]] = {
    "flag": _flags_clash,
    "count": _counts_clash,
    "codes": _codes_clash,
    "days": _days_clash,
}
