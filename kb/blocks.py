"""What an author can place in an article. Each block tells search which words it holds."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

from kb.slugs import ascii_slug

TEXT_FEATURES = ["bold", "italic", "code", "link", "document-link", "ol", "ul"]
INLINE_FEATURES = ["bold", "italic", "code", "link"]

TABLE_OPTIONS = {"minSpareRows": 0, "startRows": 3, "startCols": 3, "renderer": "text", "autoColumnSize": False}


class HeadingValue(blocks.StructValue):
    """A heading that always has an anchor."""

    @cached_property
    def anchor_id(self) -> str:
        return self.get("anchor") or ascii_slug(self.get("text") or "") or "part"

    @property
    def is_part(self) -> bool:
        return self.get("level") != "3"


class HeadingBlock(blocks.StructBlock):
    """A heading below the title; the list of contents is made of those of the second level."""

    text = blocks.CharBlock(label=_("heading"), max_length=255)
    level = blocks.ChoiceBlock(
        label=_("level"), choices=[("2", _("Part")), ("3", _("Part of a part"))], default="2", required=True
    )
    anchor = blocks.RegexBlock(
        label=_("anchor"),
        regex=r"^[a-z0-9][a-z0-9-]*$",
        required=False,
        max_length=80,
        error_messages={"invalid": _("Use lower-case letters without marks, digits and hyphens only.")},
        help_text=_("Leave empty; fill in only when a printed manual already names the place."),
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Parts the article; shown in its list of contents.")
        template = "kb/blocks/heading.html"
        value_class = HeadingValue
        preview_value = {"text": "Vệ sinh lưới lọc bơm xả", "level": "2", "anchor": ""}

    def get_searchable_content(self, value: dict[str, Any]) -> list[str]:
        # The anchor is an address, not a word of the article.
        return [value["text"]] if value.get("text") else []


class StepBlock(blocks.StructBlock):
    """One thing to do."""

    text = blocks.RichTextBlock(label=_("what to do"), features=[*INLINE_FEATURES, "ul"])
    image = ImageChooserBlock(label=_("image"), required=False)
    image_alt = blocks.CharBlock(
        label=_("description of the image"),
        required=False,
        max_length=255,
        help_text=_("What a reader who cannot see the image has to know. Empty: the description of the image itself."),
    )
    minutes = blocks.IntegerBlock(label=_("minutes"), required=False, min_value=1, max_value=1440)

    class Meta:
        icon = "order"
        label = _("Step")


class StepsBlock(blocks.ListBlock):
    """Numbered steps; they also become structured data for search engines."""

    def __init__(self, child_block: blocks.Block | type[blocks.Block] = StepBlock, **kwargs: Any):
        super().__init__(child_block, **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Numbered things to do, in order. For a list without an order use a bulleted list in a text.")
        template = "kb/blocks/steps.html"
        preview_value = [
            {"text": "<p>Tắt máy và rút phích cắm.</p>", "image": None, "minutes": 1},
            {"text": "<p>Vặn lưới lọc ngược chiều kim đồng hồ.</p>", "image": None, "minutes": 3},
        ]


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


class ArticleBodyBlock(blocks.StreamBlock):
    """The body of an article."""

    heading = HeadingBlock(group=_("Text"))
    text = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=TEXT_FEATURES,
        group=_("Text"),
        template="kb/blocks/text.html",
        description=_("Paragraphs and bulleted lists. For headings use the block of that name."),
        preview_value="<p>Nếu màn hình hiện <b>CL</b> thì đó không phải lỗi mà là khóa trẻ em.</p>",
    )
    steps = StepsBlock(group=_("Text"))
    note = blocks.RichTextBlock(
        label=_("Note"),
        icon="info-circle",
        features=INLINE_FEATURES,
        group=_("Call-outs"),
        template="kb/blocks/note.html",
        description=_("Something useful beside the way. At most one for each heading."),
        preview_value="<p>Hộp mực chưa mở để được 24 tháng.</p>",
    )
    warning = blocks.RichTextBlock(
        label=_("Warning"),
        icon="warning",
        features=INLINE_FEATURES,
        group=_("Call-outs"),
        template="kb/blocks/warning.html",
        description=_("Danger for people or the machine. Place it before the step it is about."),
        preview_value="<p>Rút phích cắm trước khi mở nắp máy.</p>",
    )
    table = PlainTableBlock(group=_("Media"), table_options=TABLE_OPTIONS)
    image = ArticleImageBlock(group=_("Media"))
