"""The body of an article: twelve kinds of block, in groups, and the wrapper that aims them at segments."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks.faq import FaqBlock
from kb.blocks.files import DownloadBlock
from kb.blocks.media import TABLE_OPTIONS, ArticleImageBlock, PlainTableBlock
from kb.blocks.products import ProductFactsBlock, SparePartsBlock
from kb.blocks.reuse import ReusableTextBlock
from kb.blocks.steps import StepsBlock
from kb.blocks.text import INLINE_FEATURES, TEXT_FEATURES, NoteBlock, TextBlock, WarningBlock
from kb.blocks.video import VideoBlock
from personalization.blocks import AimableBlock, AimedBlock


class ArticleContentBlock(blocks.StreamBlock):
    """What an article is made of. More than twelve kinds, and nobody finds the right one (docs/adr/0008)."""

    text = TextBlock(features=TEXT_FEATURES, group=_("Text"))
    steps = StepsBlock(group=_("Text"))
    faq = FaqBlock(group=_("Text"))
    reusable_text = ReusableTextBlock("kb.ReusableText", group=_("Text"))
    note = NoteBlock(features=INLINE_FEATURES, group=_("Call-outs"))
    warning = WarningBlock(features=INLINE_FEATURES, group=_("Call-outs"))
    image = ArticleImageBlock(group=_("Pictures and tables"))
    video = VideoBlock(group=_("Pictures and tables"))
    table = PlainTableBlock(group=_("Pictures and tables"), table_options=TABLE_OPTIONS)
    spare_parts = SparePartsBlock(group=_("Products and files"))
    product_facts = ProductFactsBlock(group=_("Products and files"))
    download = DownloadBlock(group=_("Products and files"))


class ArticleBodyBlock(AimableBlock, ArticleContentBlock):
    """The same, and the wrapper that aims any of it at segments (docs/adr/0028). It holds no other wrapper."""

    aimed = AimedBlock(ArticleContentBlock, group=_("By customer"))
