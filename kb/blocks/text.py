"""Running text and call-outs."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText, get_text_for_indexing

from kb.blocks import previews
from kb.blocks.headed import HeadedBlock
from kb.headings import Heading, anchored, headings_in, with_anchors, without_headings

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "code", "link", "document-link", "ol", "ul"]
INLINE_FEATURES = ["bold", "italic", "code", "link"]


class TextBlock(HeadedBlock, blocks.RichTextBlock):
    """Paragraphs, lists and the headings that part the article."""

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Headings, paragraphs and lists. For things to do in order use steps.")
        template = "kb/blocks/text.html"
        preview_value = staticmethod(previews.text)

    def get_headings(self, value: RichText) -> list[Heading]:
        return headings_in(value.source)

    def get_texts_below_headings(self, value: RichText) -> list[str]:
        return [get_text_for_indexing(without_headings(value.source))]

    def get_context(self, value: RichText, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        anchors = context.get("anchors")
        if anchors is None:
            # Shown by itself, as in a preview: no other block can hold the same anchor.
            anchors = [heading.anchor for heading in anchored(self.get_headings(value), set())]
        # The expanded text, so that its links need no further look-up; headings are the same in both.
        return {**context, "html": mark_safe(with_anchors(str(value), anchors))}  # noqa: S308 - rich text is safe


class NoteBlock(blocks.RichTextBlock):
    """Something useful beside the way."""

    class Meta:
        icon = "info-circle"
        label = _("Note")
        description = _("Something useful beside the way. At most one for each heading.")
        template = "kb/blocks/note.html"
        preview_value = staticmethod(previews.note)


class WarningBlock(blocks.RichTextBlock):
    """Danger for people or the machine."""

    class Meta:
        icon = "warning"
        label = _("Warning")
        description = _("Danger for people or the machine. Place it before the step it is about.")
        template = "kb/blocks/warning.html"
        preview_value = staticmethod(previews.warning)
