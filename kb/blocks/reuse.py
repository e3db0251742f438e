"""Texts that several articles share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.rich_text import get_text_for_indexing

from kb.blocks import previews
from kb.blocks.choosers import SnippetChoice


class ReusableTextBlock(SnippetChoice):
    """A text from the list of reusable texts. That text holds no blocks, so none can hold another."""

    class Meta:
        icon = "copy"
        label = _("Reusable text")
        description = _(
            "A text that several articles share: changed once, changed everywhere. Not for what one article says."
        )
        template = "kb/blocks/reusable_text.html"
        preview_value = staticmethod(previews.reusable_text)

    def get_searchable_content(self, value: Any) -> list[str]:
        return [get_text_for_indexing(value.text)] if value and value.live else []
