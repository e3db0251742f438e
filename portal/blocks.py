"""What an editor can place on the home page, for everybody or for some segments of customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb import selectors as kb_selectors
from personalization.blocks import AimableBlock, AimedBlock
from personalization.visitor import visitor_of

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]
MOST_ARTICLES = 6


class BannerBlock(blocks.StructBlock):
    """A sentence that stands out, with a link."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    text = blocks.TextBlock(label=_("text"), max_length=300, rows=2)
    link_page = blocks.PageChooserBlock(
        label=_("leads to"), required=False, help_text=_("Left out while that page is not published.")
    )
    link_text = blocks.CharBlock(
        label=_("words of the link"),
        max_length=60,
        required=False,
        help_text=_("Empty: the title of the page. Never “here”."),
    )

    class Meta:
        icon = "bullhorn"
        label = _("Banner")
        description = _("A box with title, text and link. Not for what holds for a few days: that is a notice.")
        template = "portal/blocks/banner.html"

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        page = value["link_page"]
        url = page.get_url() if page is not None and page.live else ""
        return {
            **super().get_context(value, parent_context),
            "link_url": url,
            "link_label": value["link_text"] or (page.title if url else ""),
        }


class ArticlesBlock(blocks.StructBlock):
    """A title and some articles; what a reader may not read is left out."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    articles = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="kb.ArticlePage"), label=_("articles"), min_num=1, max_num=MOST_ARTICLES
    )

    class Meta:
        icon = "list-ul"
        label = _("Articles")
        description = _("A title and up to six articles. Not for what changes by itself: the boxes below do that.")
        template = "portal/blocks/articles.html"

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        ids = [page.pk for page in value["articles"] if page is not None]
        user = visitor_of(context["request"]).user
        return {**context, "articles": kb_selectors.articles_by_id(ids, user=user)}


class HomeContentBlock(blocks.StreamBlock):
    """Banners, texts and lists of articles."""

    banner = BannerBlock()
    text = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=TEXT_FEATURES,
        template="portal/blocks/text.html",
        description=_("Some paragraphs. What has to be found again belongs into an article."),
    )
    articles = ArticlesBlock()

    class Meta:
        template = "portal/blocks/content.html"


class HomeBodyBlock(AimableBlock, HomeContentBlock):
    """The same, and the wrapper that aims them at segments."""

    aimed = AimedBlock(HomeContentBlock)
