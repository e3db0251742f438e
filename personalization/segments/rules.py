"""The rules of a segment as values, and as the data that is stored. Pure.

Stored form, version 1:

    {"version": 1, "match": "all", "conditions": [
        {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-R9"]},
        {"fact": "kb.due_maintenance", "operator": "within", "number": 14}]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = 1
ALL, ANY = "all", "any"
MATCHES = {ALL: _("all of these hold"), ANY: _("at least one of these holds")}
# Bounds against nonsense; a sentence of more parts nobody reads.
MOST_CONDITIONS = 12
MOST_CODES = 50
MOST_NUMBER = 9999
LONGEST_CODE = 80
# Which operators ask for codes, and which for a number.
NEED_CODES = frozenset({"any_of", "all_of", "none_of"})
TAKE_CODES = NEED_CODES | {"within", "not_within"}
NEED_NUMBER = frozenset({"at_least", "at_most", "within", "not_within"})


class UnreadableRules(ValueError):
    """What is stored are no rules of this version."""


@dataclass(frozen=True)
class Condition:
    """One row: a fact, an operator of its type, and what the operator needs."""

    fact: str
    operator: str
    codes: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True)
class Rules:
    """Conditions that must `match` all together, or of which any is enough; none at all match nobody."""

    match: str = ALL
    conditions: tuple[Condition, ...] = ()


def read(data: Any) -> Rules:
    """Return the rules in stored `data`; raises UnreadableRules for anything that `write` would not have made."""
    if not isinstance(data, dict) or data.get("version") != VERSION or str(data.get("match")) not in MATCHES:
        raise UnreadableRules("version")
    rows = data.get("conditions")
    if not isinstance(rows, list) or len(rows) > MOST_CONDITIONS:
        raise UnreadableRules("conditions")
    return Rules(data["match"], tuple(_condition(row) for row in rows))


def write(rules: Rules) -> dict[str, Any]:
    """Return the data that `read` gives back."""
    return {
        "version": VERSION,
        "match": rules.match,
        "conditions": [
            {
                "fact": condition.fact,
                "operator": condition.operator,
                **({"codes": list(condition.codes)} if condition.codes else {}),
                **({"number": condition.number} if condition.number is not None else {}),
            }
            for condition in rules.conditions
        ],
    }


def _condition(row: Any) -> Condition:
    if not isinstance(row, dict) or not isinstance(row.get("fact"), str) or not isinstance(row.get("operator"), str):
        raise UnreadableRules("condition")
    codes, number = row.get("codes", []), row.get("number")
    are_codes = isinstance(codes, list) and all(isinstance(code, str) for code in codes)
    if not are_codes or len(codes) > MOST_CODES:
        raise UnreadableRules("codes")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise UnreadableRules("number")
    return Condition(row["fact"], row["operator"], tuple(codes), number)
