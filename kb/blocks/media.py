"""Pictures and tables."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from kb.blocks import previews
from kb.blocks.checks import missing_description, raise_errors
from kb.blocks.choosers import ImageChoice

TABLE_OPTIONS = {"minSpareRows": 0, "startRows": 3, "startCols": 3, "renderer": "text", "autoColumnSize": False}


class ArticleImageBlock(blocks.StructBlock):
    """A picture with the words for those who do not see it."""

    image = ImageChoice(label=_("image"))
    alt = blocks.CharBlock(
        label=_("description"),
        required=False,
        max_length=255,
        help_text=_("What a reader who cannot see the image has to know. Empty: the description of the image itself."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=255)

    class Meta:
        icon = "image"
        label = _("Image")
        description = _("A picture between two paragraphs. For a picture of one step use the step's own.")
        template = "kb/blocks/image.html"
        preview_value = staticmethod(previews.image)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            raise_errors(missing_description(cleaned, image="image", alt="alt"))
        return cleaned


class PlainTableBlock(TableBlock):
    """A table of plain text with a caption."""

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Values to compare, such as error codes. Not for placing things side by side.")
        template = "kb/blocks/table.html"
        preview_value = staticmethod(previews.table)

    def clean(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value and value.get("table_header_choice") == "col":
            # What Wagtail (8.0) makes of older tables and then does not know itself.
            value["table_header_choice"] = "column"
        cleaned = super().clean(value)
        if not self.is_deferred_validation and cleaned and not (cleaned.get("table_caption") or "").strip():
            raise ValidationError(_now("Say in the caption what the table shows: it is read out before the cells."))
        return cleaned

    def get_searchable_content(self, value: dict[str, Any] | None) -> list[str]:
        if not value:
            return []
        cells = [str(cell) for row in value.get("data") or [] for cell in row if cell not in (None, "")]
        return [value["table_caption"], *cells] if value.get("table_caption") else cells
