"""Pictures and tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

TABLE_OPTIONS = {"minSpareRows": 0, "startRows": 3, "startCols": 3, "renderer": "text", "autoColumnSize": False}


class ArticleImageBlock(blocks.StructBlock):
    """A picture with the words for those who do not see it."""

    image = ImageChooserBlock(label=_("image"))
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


class PlainTableBlock(TableBlock):
    """A table of plain text with a caption."""

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Values to compare, such as error codes. Not for placing things side by side.")
        template = "kb/blocks/table.html"
        preview_value = {
            "data": [["Mã", "Ý nghĩa"], ["E1", "Nước vào chưa đủ"], ["E2", "Nước chưa xả hết"]],
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "table_caption": "Mã lỗi thường gặp",
        }

    def get_searchable_content(self, value: dict[str, Any] | None) -> list[str]:
        if not value:
            return []
        cells = [str(cell) for row in value.get("data") or [] for cell in row if cell not in (None, "")]
        return [value["table_caption"], *cells] if value.get("table_caption") else cells
