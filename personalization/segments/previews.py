"""Pages with aimed parts in the editor's preview: as everybody else, or as members of a segment."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.blocks import StreamValue

from personalization.blocks import aimed_places, is_aimed
from personalization.segments.personas import Persona, look_as

# What the names of preview modes begin with; the number of the segment follows.
SEGMENT_MODE = "segment-"


def segment_modes(body: StreamValue) -> list[tuple[str, str]]:
    """Return a preview mode for each segment that a part of `body` is aimed at, by name; none where nothing is aimed."""
    if not is_aimed(body):
        return []
    aimed_at = {segment for place in aimed_places(body) for segment in place.segments if segment is not None}
    return [(f"{SEGMENT_MODE}{segment.pk}", segment.name) for segment in sorted(aimed_at, key=lambda one: one.name)]


def look_as_in_mode(mode_name: str | None, request: HttpRequest) -> None:
    """Let a preview `request` meet the persona it brings (portal.audience_admin), else the one of its mode."""
    chosen = (mode_name or "").removeprefix(SEGMENT_MODE)
    segment_ids = {int(chosen)} if chosen.isdecimal() else set()
    look_as(getattr(request, "persona", None) or Persona(frozenset(segment_ids)), request)
