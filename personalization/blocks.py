"""Blocks for pages whose parts are aimed at segments: a choice of segments, and the wrapper with variants and a default.

An app gives its own StreamBlock the wrapper; whatever that block can show can then be aimed:

    class HomeBodyBlock(HomeContentBlock):
        aimed = AimedBlock(HomeContentBlock)

A page shows the blocks with their ids, so that a visitor can put the aimed ones away:

    {% for child in page.body %}{% include_block child with block_id=child.id %}{% endfor %}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from personalization.preferences import HIDDEN_AIMED
from personalization.segments import selectors
from personalization.segments.models import Segment

MOST_VARIANTS = 10
MOST_SEGMENTS = 20


class SegmentChoice(SnippetChooserBlock):
    """A segment of the list. Taken from the snapshot of all, so that a page asks no query for it."""

    def __init__(self, **kwargs: Any):
        super().__init__("personalization.Segment", **kwargs)

    def to_python(self, value: int | None) -> Segment | None:
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Segment | None]:
        found = selectors.all_compiled()
        return [found[value].segment if value is not None and value in found else None for value in values]

    class Meta:
        icon = "group"
        label = _("segment")


class VariantBlock(blocks.StructBlock):
    """What to show to whom."""

    def __init__(self, content: type[blocks.StreamBlock], **kwargs: Any):
        segments = blocks.ListBlock(
            SegmentChoice(),
            min_num=1,
            max_num=MOST_SEGMENTS,
            label=_("for whom"),
            help_text=_(
                "Customers who belong to any of these segments. To ask for two at once, make a segment of both."
            ),
        )
        super().__init__([("segments", segments), ("content", content(label=_("what they see"), min_num=1))], **kwargs)

    class Meta:
        icon = "group"
        label = _("variant")


class AimedBlock(blocks.StructBlock):
    """Variants for segments, and a default for everybody else; the first variant that fits is shown."""

    def __init__(self, content: type[blocks.StreamBlock], **kwargs: Any):
        variants = blocks.ListBlock(
            VariantBlock(content), min_num=1, max_num=MOST_VARIANTS, label=_("variants, the first that fits is shown")
        )
        default = content(
            label=_("for everybody else"),
            min_num=1,
            help_text=_("Also for whoever wants no personal pages. Never empty, so that nobody sees a gap."),
        )
        super().__init__([("variants", variants), ("default", default)], **kwargs)

    class Meta:
        icon = "group"
        label = _("For some customers")
        description = _(
            "Shows one thing to customers of a segment and another to everybody else. Not for what all need to know."
        )
        template = "personalization/blocks/aimed.html"

    def render(self, value: blocks.StructValue, context: dict[str, Any] | None = None) -> SafeString:
        """Render the first variant that fits and has something to say, else the default."""
        context = {**(context or {})}
        request = context.get("request")
        visitor = getattr(request, "visitor", None)
        hidden_key = f"aimed.{context.get('block_id') or ''}"
        if visitor is not None and hidden_key not in visitor.preferences.hidden_modules:
            for variant in value["variants"]:
                segment_id = visitor.audience.first_of(one.pk for one in variant["segments"] if one is not None)
                html = variant["content"].render_as_block(context) if segment_id is not None else ""
                if html.strip():
                    return self._with_reason(html, segment_id, hidden_key, context)
        return mark_safe(value["default"].render_as_block(context))  # noqa: S308 - rendered by blocks

    def _with_reason(self, html: str, segment_id: int, hidden_key: str, context: dict[str, Any]) -> SafeString:
        return render_to_string(
            self.meta.template,
            {
                "content": html,
                "segment_id": segment_id,
                "hidden_key": hidden_key if HIDDEN_AIMED.match(hidden_key) else "",
                "visitor": context["request"].visitor,
            },
            request=context["request"],
        )


@dataclass(frozen=True)
class AimedPlace:
    """One part of a body that is aimed: where, its segments (None: deleted), and whether a default stands behind it."""

    block_id: str
    segments: tuple[Segment | None, ...]
    content: str
    default: str


def aimed_places(body: blocks.StreamValue) -> Iterator[AimedPlace]:
    """Yield every variant in `body`, in order, with the text of what it shows."""
    for child in body:
        if isinstance(child.block, AimedBlock):
            default = text_of(child.value["default"])
            for variant in child.value["variants"]:
                yield AimedPlace(str(child.id), tuple(variant["segments"]), text_of(variant["content"]), default)


def text_of(content: blocks.StreamValue) -> str:
    """Return the words of some blocks, for reports."""
    return " ".join(" ".join(content.stream_block.get_searchable_content(content)).split())
