"""The rule behind aimed content, in templates."""

from django import template

from personalization.selectors import rule_of

register = template.Library()


@register.simple_tag
def segment_reason(segment_id: int) -> str:
    """Return the rule of a segment as a sentence part that completes "everybody who …". Cost: none when warm."""
    return rule_of(segment_id)
