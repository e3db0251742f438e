"""The rule behind aimed content, in templates."""

from django import template

from personalization.segments import selectors

register = template.Library()


@register.simple_tag
def segment_reason(segment_id: int) -> str:
    """Return the rule of a segment as a sentence part that completes "everybody who …". Cost: none when warm."""
    found = selectors.compiled(segment_id)
    return selectors.sentence(found.segment) if found else ""
