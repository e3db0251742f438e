"""What one condition says about one measure. Pure; the one place that knows what each operator means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.segments.rules import Condition

# As the form offers them, by type of fact.
OPERATOR_LABELS: dict[str, str | Promise] = {
    "is": _("yes"),
    "is_not": _("no"),
    "at_least": _("at least (number)"),
    "at_most": _("at most (number)"),
    "any_of": _("any of"),
    "all_of": _("all of"),
    "none_of": _("none of"),
    "some": _("anything at all"),
    "none": _("nothing at all"),
    "within": _("within (days)"),
    "not_within": _("not within (days)"),
}


def holds(condition: Condition, measure: Any) -> bool:
    """Say whether `condition` is true of `measure`, which is of the type that its operator belongs to."""
    return _TESTS[condition.operator](condition, measure)


def _comes_within(condition: Condition, days: Mapping[str, int]) -> bool:
    limit = condition.number or 0
    about = condition.codes or days
    return any(0 <= days[code] <= limit for code in about if code in days)


_TESTS: Mapping[str, Callable[[Condition, Any], bool]] = {
    "is": lambda condition, measure: bool(measure),
    "is_not": lambda condition, measure: not measure,
    "at_least": lambda condition, measure: measure >= (condition.number or 0),
    "at_most": lambda condition, measure: measure <= (condition.number or 0),
    "any_of": lambda condition, measure: not measure.isdisjoint(condition.codes),
    "all_of": lambda condition, measure: measure >= set(condition.codes),
    "none_of": lambda condition, measure: measure.isdisjoint(condition.codes),
    "some": lambda condition, measure: bool(measure),
    "none": lambda condition, measure: not measure,
    "within": _comes_within,
    "not_within": lambda condition, measure: not _comes_within(condition, measure),
}
