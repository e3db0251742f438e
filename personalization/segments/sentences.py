"""A rule as a sentence in the active language, completing "somebody who …": readable by editors and customers alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization import facts
from personalization.fact_rules import CodesRule, CountRule, DaysRule, FactRule, FlagRule
from personalization.segments.rules import ALL, Condition, Rules

# The reader's words for the codes, by the name of the choices ("products").
Labels = Mapping[str, Mapping[str, str]]


def sentence_of(rules: Rules | None, labels: Labels) -> str:
    """Return the rule as one sentence part: "owns X AND has maintenance due within 14 days". No query."""
    if rules is None or not rules.conditions:
        return _("nobody")
    joint = _("AND") if rules.match == ALL else _("OR")
    return f" {joint} ".join(_words_of(condition, labels) for condition in rules.conditions)


def _words_of(condition: Condition, labels: Labels) -> str:
    declared = facts.find(condition.fact)
    rule = declared.rule if declared else None
    if rule is None or condition.operator not in rule.operators:
        return _("(unknown: %(fact)s)") % {"fact": condition.fact[:80]}
    if isinstance(rule, FlagRule):
        return str(rule.yes if condition.operator == "is" else rule.no)
    if isinstance(rule, CountRule):
        return _counted(condition, rule)
    values = _values(condition, rule, labels)
    if isinstance(rule, CodesRule):
        return _chosen(condition, rule, values)
    return _coming(condition, cast("DaysRule", rule), values)


def _counted(condition: Condition, rule: CountRule) -> str:
    number = condition.number or 0
    values = {"number": number, "noun": rule.noun}
    if condition.operator == "at_least":
        return (_("has %(noun)s") if number == 1 else _("has at least %(number)d of: %(noun)s")) % values
    return (_("has no %(noun)s") if number == 0 else _("has at most %(number)d of: %(noun)s")) % values


def _chosen(condition: Condition, rule: CodesRule, values: list[str]) -> str:
    whole = {"some": rule.something, "none": rule.nothing_at_all}.get(condition.operator)
    if whole is not None:
        return str(whole)
    template = str(rule.lacks if condition.operator == "none_of" else rule.has)
    joint = _("and") if condition.operator == "all_of" else _("or")
    return template % {"values": _joined(values, joint)}


def _coming(condition: Condition, rule: DaysRule, values: list[str]) -> str:
    number = condition.number or 0
    days = ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
    is_wanted = condition.operator == "within"
    if values:
        template = (
            _("has %(noun)s within %(days)s: %(values)s")
            if is_wanted
            else _("has no %(noun)s within %(days)s: %(values)s")
        )
    else:
        template = _("has %(noun)s within %(days)s") if is_wanted else _("has no %(noun)s within %(days)s")
    return template % {"noun": rule.noun, "days": days, "values": _joined(values, _("or"))}


def _values(condition: Condition, rule: FactRule, labels: Labels) -> list[str]:
    known = labels.get(rule.choices, {}) if isinstance(rule, CodesRule | DaysRule) else {}
    return [known.get(code, code) for code in condition.codes]


def _joined(values: Iterable[str], joint: str) -> str:
    *first, last = values or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last
