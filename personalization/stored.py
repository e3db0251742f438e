"""Everything stored about one visitor: for their eyes on the preferences page, and as an export."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from personalization import facts, registry
from personalization.consents import PURPOSES, Purpose
from personalization.fact_rules import FactRule
from personalization.guest import GivenConsent, GuestChoices
from personalization.models import ConsentRecord
from personalization.preferences import NOTHING_STORED, Preferences
from personalization.selectors import consent_history_of
from personalization.visitor import Visitor
from personalization.words import TITLES, Words, joined

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredFact:
    """One thing an app knows about a visitor: in the reader's words, and as plain data for a program."""

    key: str
    description: str | Promise
    value: str
    data: object


@dataclass(frozen=True)
class LedgerEntry:
    """One consent from the day it was given to the day it was withdrawn, for the eyes of who gave it.

    `withdrawn_at` is None while it stands; `counts` is False too when the purpose is asked in newer words by now.
    """

    title: str | Promise
    wording_version: str
    wording: str
    language: str
    source: str | Promise
    given_at: datetime
    withdrawn_at: datetime | None
    counts: bool


@dataclass(frozen=True)
class PurposeSwitch:
    """One purpose as the preferences page shows it: what it is, whether it is on, and who may switch it."""

    purpose: Purpose
    is_on: bool
    is_open: bool
    # Allowed, but it waits: it only adds to personal pages, and those are off.
    is_resting: bool


@dataclass(frozen=True)
class StoredAbout:
    """Everything this app can show a visitor about themselves.

    choices          rows of label and value, in the reader's words
    guest_consents   a guest's consent is kept in the browser: when and how it was given, by purpose
    """

    preferences: Preferences
    choices: list[tuple[str, str]]
    consents: list[ConsentRecord]
    guest_consents: dict[str, GivenConsent]
    ledger: list[LedgerEntry]
    facts: list[StoredFact]
    parts: list[registry.PartAbout]

    @property
    def is_empty(self) -> bool:
        return self.preferences == NOTHING_STORED and not self.consents


def stored_about(visitor: Visitor) -> StoredAbout:
    """Return all that is stored about `visitor`, and the facts that pages may use.

    Cost: those of the choices offered and of every declared fact; for the preferences page and the export only.
    """
    choices = visitor.guest_choices if not visitor.is_signed_in else None
    records = consent_history_of(visitor.account) if visitor.is_signed_in else []
    return StoredAbout(
        preferences=visitor.stored,
        choices=_choices_in_words(visitor.stored, visitor.language),
        consents=records,
        guest_consents=choices.consents if choices else {},
        ledger=_ledger_of(records) if visitor.is_signed_in else _ledger_of_guest(choices),
        facts=_facts_about(visitor),
        parts=_parts_about(visitor),
    )


def purposes_for(visitor: Visitor) -> list[PurposeSwitch]:
    """Return every purpose with the state of its switch. Costs no query beyond those of `visitor.stored`."""
    return [
        PurposeSwitch(
            purpose=purpose,
            is_on=key in visitor.stored.consents,
            is_open=visitor.is_signed_in or purpose.for_guests,
            is_resting=key in visitor.stored.consents and not visitor.allows(key),
        )
        for key, purpose in PURPOSES.items()
    ]


def personal_data(visitor: Visitor) -> dict[str, object]:
    """Return the export of `visitor`: plain values, dates and times in ISO 8601."""
    stored = stored_about(visitor)
    preferences = stored.preferences
    return {
        "preferences": {
            "topics": list(preferences.topics),
            "language": preferences.language,
            "theme": preferences.theme,
            "text_size": preferences.text_size,
            "density": preferences.density,
            "order_letters": preferences.order_letters,
            "channel": preferences.channel,
            "pinned_modules": list(preferences.pinned_modules),
            "module_order": list(preferences.module_order),
            "hidden_modules": sorted(preferences.hidden_modules),
            "dismissals": [dismissal.as_row() for dismissal in preferences.dismissals],
        },
        "owned_products": [
            {
                "product_code": item.product_code,
                "serial_number": item.serial_number,
                "purchased_on": item.purchased_on and item.purchased_on.isoformat(),
            }
            for item in preferences.owned
        ],
        "consents": [*map(_exported_record, stored.consents), *map(_exported_guest, stored.guest_consents.items())],
        "facts": {fact.key: fact.data for fact in stored.facts},
        **{part.key: [entry.data for entry in part.entries] for part in stored.parts},
    }


def _ledger_of(records: list[ConsentRecord]) -> list[LedgerEntry]:
    """Return each consent with the decision that ended it, the latest first. `records` are oldest first."""
    entries = []
    for place, record in enumerate(records):
        if not record.is_granted:
            continue
        later = next((one for one in records[place + 1 :] if one.purpose == record.purpose), None)
        ended = later.decided_at if later is not None and not later.is_granted else None
        entries.append(
            LedgerEntry(
                title=_title_of(record.purpose),
                wording_version=record.wording_version,
                wording=record.wording,
                language=record.language,
                source=record.get_source_display(),
                given_at=record.decided_at,
                withdrawn_at=ended,
                counts=later is None and record.counts,
            )
        )
    return entries[::-1]


def _ledger_of_guest(choices: GuestChoices | None) -> list[LedgerEntry]:
    entries = []
    for purpose, given in (choices.consents if choices else {}).items():
        with override(given.language):
            wording = str(PURPOSES[purpose].wording)
        entries.append(
            LedgerEntry(
                title=_title_of(purpose),
                wording_version=given.wording_version,
                wording=wording,
                language=given.language,
                source=_("kept in this browser only"),
                given_at=given.given_at,
                withdrawn_at=None,
                counts=True,
            )
        )
    return entries


def _title_of(purpose: str) -> str | Promise:
    return PURPOSES[purpose].title if purpose in PURPOSES else purpose


def _exported_record(record: ConsentRecord) -> dict[str, object]:
    return {
        "purpose": record.purpose,
        "granted": record.is_granted,
        "wording_version": record.wording_version,
        "wording": record.wording,
        "source": record.source,
        "decided_at": record.decided_at.isoformat(),
    }


def _exported_guest(entry: tuple[str, GivenConsent]) -> dict[str, object]:
    purpose, consent = entry
    return {
        "purpose": purpose,
        "granted": True,
        "wording_version": consent.wording_version,
        "decided_at": consent.given_at.isoformat(),
    }


def _choices_in_words(preferences: Preferences, language: str) -> list[tuple[str, str]]:
    words = Words(language)
    return [(str(title), words.value_of(preferences, name)) for name, title in TITLES.items()]


def _facts_about(visitor: Visitor) -> list[StoredFact]:
    shown = []
    for declared in filter(visitor.facts.knows, facts.facts()):
        try:
            value = visitor.facts.ask(declared)
        except Exception:  # a broken fact must not hide the others from their owner
            if settings.RAISE_MODULE_ERRORS:
                raise
            logger.exception("fact %s failed and was left out", declared.key)
            continue
        words = _in_words(value, _labels_of(declared.rule))
        shown.append(StoredFact(declared.key, declared.description, words, _plain(value)))
    return shown


def _parts_about(visitor: Visitor) -> list[registry.PartAbout]:
    if not visitor.is_signed_in:
        return []
    # What goes with the account alone is shown with the account's own data.
    stored = [part for part in registry.stored_parts() if not part.goes_with_account]
    parts = [registry.PartAbout(part.key, part.title, part.entries(visitor.account)) for part in stored]
    return [part for part in parts if part.entries]


def _labels_of(rule: FactRule | None) -> dict[str, str]:
    """Return the reader's words for the codes that a fact of `rule` may hold."""
    if not isinstance(rule, facts.CodesRule):
        return {}
    return {choice.code: str(choice.label) for choice in registry.choices(rule.choices, get_language() or "")}


def _in_words(value: object, labels: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple, set, frozenset)):
        return joined(_in_words(part, labels) for part in value)
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return labels.get(str(value), str(value))


def _plain(value: object) -> object:
    """Return a fact as JSON writes it: codes and numbers as they are, days in ISO 8601, in every language the same."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(part) for part in value]
    return str(value)
