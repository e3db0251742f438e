"""Reads of segments: all of them compiled, for pages; their sentences and problems, for editors and the people they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from personalization import facts, registry
from personalization.fact_rules import CodesRule, DaysRule
from personalization.segments.models import Segment
from personalization.segments.problems import KnownCodes, problems_of
from personalization.segments.rules import Rules
from personalization.segments.sentences import Labels, sentence_of
from portal.lib.languages import active_language
from portal.lib.snapshots import Snapshot


@dataclass(frozen=True)
class CompiledSegment:
    """A segment as pages ask it; `rules` is None for a dead one, which matches nobody."""

    segment: Segment
    rules: Rules | None

    def is_alive(self, day: date) -> bool:
        return self.rules is not None and self.segment.is_on(day)


@dataclass(frozen=True)
class _All:
    segments: Mapping[int, CompiledSegment]
    # Labels of codes by language, then by the name of the choices.
    labels: Mapping[str, Labels]


def compiled(segment_id: int) -> CompiledSegment | None:
    """Return one segment, None for one that is deleted. Cost: none when warm (see Snapshot)."""
    return _snapshot.get().segments.get(segment_id)


def all_compiled() -> Mapping[int, CompiledSegment]:
    """Return every segment by its number. Cost: none when warm."""
    return _snapshot.get().segments


def sentence(segment: Segment) -> str:
    """Return what `segment` says, completing "somebody who …", in the active language. Cost: none when warm."""
    return sentence_of(segment.readable_rules(), labels())


def problems(segment: Segment) -> list[str]:
    """Return why `segment` can hold for nobody, in sentences. Cost: none when warm."""
    return problems_of(segment.readable_rules(), known_codes())


def labels() -> Labels:
    """Return the reader's words for all codes that rules may name, in the active language. Cost: none when warm."""
    return _snapshot.get().labels[active_language()]


def known_codes() -> KnownCodes:
    """Return the codes that rules may name, by the name of the choices. Cost: none when warm."""
    return {name: by_code.keys() for name, by_code in _snapshot.get().labels[settings.LANGUAGE_CODE].items()}


def forget_segments(**signal: object) -> None:
    """Let every process read the segments, and what their rules may name, anew; fits a signal."""
    _snapshot.forget()


def _load() -> _All:
    """Cost: one query for the segments, one for each kind of choices in each language."""
    by_language = {code: _labels_in(code) for code, _name in settings.LANGUAGES}
    # What exists in one language exists; the others say it in its words.
    merged = {
        language: {
            name: {**_of_all_languages(by_language, name), **by_code} for name, by_code in by_language[language].items()
        }
        for language in by_language
    }
    known = {name: by_code.keys() for name, by_code in merged[settings.LANGUAGE_CODE].items()}
    found = {}
    for segment in Segment.objects.all():
        rules = segment.readable_rules()
        found[segment.pk] = CompiledSegment(segment, None if problems_of(rules, known) else rules)
    return _All(found, merged)


def _labels_in(language: str) -> dict[str, dict[str, str]]:
    rules = (fact.rule for fact in facts.facts())
    names = {rule.choices for rule in rules if isinstance(rule, CodesRule | DaysRule)}
    return {name: {one.code: str(one.label) for one in registry.choices(name, language)} for name in sorted(names)}


def _of_all_languages(by_language: Mapping[str, Labels], name: str) -> dict[str, str]:
    return {code: label for labels_there in by_language.values() for code, label in labels_there[name].items()}


_snapshot = Snapshot("segments", _load)
