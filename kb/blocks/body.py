"""The body of an article: at most twelve kinds of block, in groups."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks.media import TABLE_OPTIONS, ArticleImageBlock, PlainTableBlock
from kb.blocks.steps import StepsBlock
from kb.blocks.text import INLINE_FEATURES, TEXT_FEATURES, NoteBlock, TextBlock, WarningBlock


class ArticleBodyBlock(blocks.StreamBlock):
    """The body of an article."""

    text = TextBlock(features=TEXT_FEATURES, group=_("Text"))
    steps = StepsBlock(group=_("Text"))
    note = NoteBlock(features=INLINE_FEATURES, group=_("Call-outs"))
    warning = WarningBlock(features=INLINE_FEATURES, group=_("Call-outs"))
    table = PlainTableBlock(group=_("Media"), table_options=TABLE_OPTIONS)
    image = ArticleImageBlock(group=_("Media"))
