"""The form in which an editor puts a rule together: one row for each condition, without a line of code or of JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Media
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from personalization import facts
from personalization.fact_rules import CodesRule, DaysRule, FactRule
from personalization.segments import selectors
from personalization.segments.conditions import OPERATOR_LABELS
from personalization.segments.problems import in_row, problems_of
from personalization.segments.rules import (
    ALL,
    LONGEST_CODE,
    MATCHES,
    MOST_CODES,
    MOST_CONDITIONS,
    NEED_NUMBER,
    TAKE_CODES,
    Condition,
    Rules,
    write,
)

# A saved form offers three more; nobody adds more conditions at once.
EMPTY_ROWS = 3
LONGEST_NUMBER = 4


@dataclass(frozen=True)
class Option:
    """One option of a select, with what the script needs to leave out those that do not fit."""

    value: str
    label: str | Promise
    is_selected: bool = False
    kinds: str = ""
    choices: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the form as the template shows it; `groups` are the values to choose from, by what they are."""

    number: int
    facts: list[Option]
    operators: list[Option]
    groups: list[tuple[str | Promise, str, list[Option]]]
    typed_number: str


class RuleWidget(forms.Widget):
    """Rows of fact, comparison and value; empty rows are skipped."""

    template_name = "personalization/segments/rule_widget.html"
    media = Media(js=["js/admin/lists-of-many.js", "js/admin/segment-rules.js"])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed: dict[str, Any] = value if isinstance(value, dict) else {}
        rows: list[dict[str, Any]] = [row for row in _listed(typed.get("conditions")) if isinstance(row, dict)]
        empty: list[dict[str, Any]] = [{} for _number in range(min(EMPTY_ROWS, MOST_CONDITIONS - len(rows)))]
        context["rows"] = [_row(number, row) for number, row in enumerate([*rows, *empty], start=1)]
        context["matches"] = [Option(key, label, key == typed.get("match", ALL)) for key, label in MATCHES.items()]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        rows = [
            {
                "fact": data.get(f"{name}-{number}-fact", ""),
                "operator": data.get(f"{name}-{number}-operator", ""),
                "codes": data.getlist(f"{name}-{number}-codes") if hasattr(data, "getlist") else [],
                "number": data.get(f"{name}-{number}-number", ""),
            }
            # One more than may be, so that nobody's row is left out in silence.
            for number in range(1, MOST_CONDITIONS + 2)
        ]
        return {"match": data.get(f"{name}-match", ALL), "conditions": [row for row in rows if any(row.values())]}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-match" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-1-fact" if id_ else id_


class RuleField(forms.Field):
    """A rule that can hold; everything that is wrong is said in a sentence, and what was typed stays."""

    widget = RuleWidget

    def to_python(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            return write(Rules())
        sentences: list[str] = []
        conditions = []
        if len(value["conditions"]) > MOST_CONDITIONS:
            sentences.append(
                _("A rule has at most %(most)d rows. Make two segments of it.") % {"most": MOST_CONDITIONS}
            )
        for number, row in enumerate(value["conditions"], start=1):
            try:
                conditions.append(_condition(row))
            except ValidationError as error:
                sentences.append(in_row(number, str(error.message)))
        match = value["match"] if value["match"] in MATCHES else ALL
        rules = Rules(match, tuple(conditions))
        sentences = sentences or problems_of(rules, selectors.known_codes())
        if sentences:
            raise ValidationError([ValidationError(sentence) for sentence in sentences])
        return write(rules)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class SegmentForm(WagtailAdminModelForm):
    """The segment with its rule in rows."""

    rules = RuleField(label=gettext_lazy("Rule"), required=False)


def _condition(row: Mapping[str, Any]) -> Condition:
    """Return a typed row as a condition, without what its comparison does not ask for."""
    fact, operator = str(row["fact"])[:LONGEST_CODE], str(row["operator"])
    if not fact:
        raise ValidationError(_("choose a fact, or empty the row."))
    if operator not in OPERATOR_LABELS:
        raise ValidationError(_("choose a comparison."))
    codes = tuple(dict.fromkeys(str(code)[:LONGEST_CODE] for code in row["codes"])) if operator in TAKE_CODES else ()
    if len(codes) > MOST_CODES:
        raise ValidationError(_("choose at most %(most)d values.") % {"most": MOST_CODES})
    return Condition(fact, operator, codes, _number(row["number"]) if operator in NEED_NUMBER else None)


def _number(typed: Any) -> int | None:
    text = str(typed).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise ValidationError(_("“%(typed)s” is no whole number up to four digits.") % {"typed": text[:20]})
    return int(text)


def _row(number: int, row: Mapping[str, Any]) -> Row:
    fact, operator = str(row.get("fact") or ""), str(row.get("operator") or "")
    declared = facts.find(fact)
    rule = declared.rule if declared else None
    codes = [code for code in _listed(row.get("codes")) if isinstance(code, str)]
    typed = row.get("number")
    return Row(
        number=number,
        facts=_fact_options(fact),
        operators=_operator_options(operator),
        groups=_code_groups(rule, codes),
        typed_number="" if typed is None else str(typed),
    )


def _rules_of_facts() -> list[tuple[str, FactRule]]:
    offered = [(fact.key, fact.rule) for fact in facts.facts() if fact.rule is not None]
    return sorted(offered, key=lambda one: str(one[1].label))


def _fact_options(chosen: str) -> list[Option]:
    options = [
        Option(key, rule.label, key == chosen, rule.kind, getattr(rule, "choices", ""))
        for key, rule in _rules_of_facts()
    ]
    if chosen and chosen not in {option.value for option in options}:
        # Shown as it is, so that the editor sees what has to go.
        options.append(Option(chosen, chosen, True))
    return options


def _operator_options(chosen: str) -> list[Option]:
    kinds: dict[str, set[str]] = {}
    for rule in FactRule.__subclasses__():
        for operator in rule.operators:
            kinds.setdefault(operator, set()).add(rule.kind)
    return [
        Option(operator, label, operator == chosen, " ".join(sorted(kinds.get(operator, ()))))
        for operator, label in OPERATOR_LABELS.items()
    ]


def _code_groups(rule: FactRule | None, chosen: list[str]) -> list[tuple[str | Promise, str, list[Option]]]:
    """Return the values to choose from: of the row's fact, or of every fact in a row that has none yet."""
    labels = selectors.labels()
    if rule is not None:
        names = {rule.choices: rule.label} if isinstance(rule, CodesRule | DaysRule) else {}
    else:
        names = {one.choices: one.label for _key, one in _rules_of_facts() if isinstance(one, CodesRule | DaysRule)}
    groups = [
        (label, name, [Option(code, text, code in chosen) for code, text in labels.get(name, {}).items()])
        for name, label in names.items()
    ]
    known = {option.value for _label, _name, options in groups for option in options}
    gone = [Option(code, code, True) for code in chosen if code not in known]
    return [*groups, (_("no longer there"), "", gone)] if gone else groups


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
