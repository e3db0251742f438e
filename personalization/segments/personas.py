"""Who an editor previews a page as: members of some segments, or a customer made up of facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from personalization import facts
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, OwnedItem, Preferences
from personalization.segments.audience import Audience, decide
from personalization.segments.conditions import holds
from personalization.segments.rules import Condition
from personalization.segments.selectors import all_compiled, compiled
from personalization.visitor import Visitor


@dataclass(frozen=True)
class Persona:
    """Segments that are taken for granted, or measures of facts by which segments are decided, on a day (None: today).

    Neither makes somebody whom nothing is known about, who sees what everybody else sees.
    """

    segment_ids: frozenset[int] = frozenset()
    measures: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None

    def includes(self, segment_id: int) -> bool:
        """Say whether the segment holds for this persona; a dead one, or one that is off that day, never by its facts."""
        if segment_id in self.segment_ids:
            return True
        found = compiled(segment_id) if self.measures else None
        if found is None or found.rules is None or not found.is_alive(self.day or timezone.localdate()):
            return False
        return decide(found.rules, self._is_true)

    def belongs_to(self) -> list[int]:
        """Return every segment that holds for this persona."""
        return [segment_id for segment_id in all_compiled() if self.includes(segment_id)]

    @property
    def preferences(self) -> Preferences:
        if not self.segment_ids and not self.measures:
            return NOTHING_STORED
        return Preferences(
            topics=tuple(sorted(self.measures.get("preferences.topics", ()))),
            owned=tuple(OwnedItem(code) for code in sorted(self.measures.get("preferences.owned_products", ()))),
            consents=frozenset({PERSONALIZATION}),
        )

    def _is_true(self, condition: Condition) -> bool:
        declared = facts.find(condition.fact)
        if declared is None or declared.rule is None:
            return False
        return holds(condition, self.measures.get(condition.fact, declared.rule.nothing))


class PersonaAudience(Audience):
    """Answers for a persona in place of a visitor's facts."""

    def __init__(self, persona: Persona, visitor_facts: facts.VisitorFacts):
        super().__init__(visitor_facts)
        self._persona = persona

    def includes(self, segment_id: int) -> bool:
        return self._persona.includes(segment_id)


class PreviewVisitor(Visitor):
    """A persona in front of a page: has no account, so boxes about orders stay away."""

    def __init__(self, request: HttpRequest, persona: Persona):
        super().__init__(request)
        self._persona = persona

    @property
    def user(self) -> AnonymousUser:
        return AnonymousUser()

    @property
    def is_signed_in(self) -> bool:
        return False

    @cached_property
    def stored(self) -> Preferences:
        return self._persona.preferences

    @cached_property
    def audience(self) -> Audience:
        return PersonaAudience(self._persona, self.facts)


def look_as(persona: Persona, request: HttpRequest) -> None:
    """Let everything that asks for the visitor of a preview `request` meet the persona."""
    request.visitor = PreviewVisitor(request, persona)  # type: ignore[attr-defined]  # a middleware's attribute
