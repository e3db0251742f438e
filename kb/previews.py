"""How an editor sees an article before it is published: as a stranger reads it, as a search result, as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from kb import page_context
from personalization.segments.previews import look_as_in_mode, segment_modes

if TYPE_CHECKING:
    from wagtail.models import Page as PageBase

    from kb.models import ArticlePage
else:
    # A mixin for pages that is no page itself, or Django would give it a table.
    PageBase = object

SEARCH_RESULT = "search-result"
SOCIAL_CARD = "social-card"
# What chat programs and social networks show of a description.
CARD_DESCRIPTION_LENGTH = 160


class PreviewModes(PageBase):
    """Mixed into articles."""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Offer the article as strangers see it, in lists and shared, and as members of each segment it is aimed at."""
        return [
            ("", _("As a reader who is not signed in")),
            (SEARCH_RESULT, _("As a search result")),
            (SOCIAL_CARD, _("As a card when somebody shares it")),
            *segment_modes(cast("ArticlePage", self).body),
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        # Nobody else is signed in as the editor is; who that is stays known for what surrounds the preview.
        request.editor, request.user = request.user, AnonymousUser()  # type: ignore[attr-defined]  # `editor` is our note
        article = cast("ArticlePage", self)
        if mode_name == SEARCH_RESULT:
            return TemplateResponse(request, "kb/previews/search_result.html", _as_search_result(article))
        if mode_name == SOCIAL_CARD:
            return TemplateResponse(request, "kb/previews/social_card.html", _as_card(article))
        look_as_in_mode(mode_name, request)
        return super().serve_preview(request, mode_name)


def _as_search_result(article: ArticlePage) -> dict[str, Any]:
    from kb.search.results import Hit  # the package of search reads the models, which read this file
    from kb.search.snippets import make_snippet

    parent = article.get_parent()
    text = " ".join([article.short_answer, *article.body.stream_block.get_searchable_content(article.body)])
    hit = Hit(
        id=article.pk or 0,
        external_id=article.external_id or "",
        type=article.article_type,
        title=article.title,
        url="#",
        snippet=make_snippet(text, article.title, language=article.locale.language_code),
        score=1.0,
        category_title=parent.title if parent else "",
    )
    return {"page": article, "hit": hit, "type_label": article.type_label}


def _as_card(article: ArticlePage) -> dict[str, Any]:
    return {
        "page": article,
        "card_title": article.seo_title or article.title,
        "card_description": Truncator(article.search_description or article.short_answer).chars(
            CARD_DESCRIPTION_LENGTH
        ),
        "card_host": page_context.absolute("").partition("://")[2],
    }
