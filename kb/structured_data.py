"""What an article tells machines: schema.org data for search engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from kb.models import ArticlePage

JsonValue = str | int | None | list["JsonValue"] | dict[str, "JsonValue"]

# The characters that could end a <script> element or an HTML comment; the same set as Django's json_script.
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def article_data(article: ArticlePage, *, url: str) -> JsonValue:
    """Return the schema.org description of `article`: FAQPage, HowTo where it has steps, else TechArticle."""
    if article.article_type == "faq":
        data: dict[str, JsonValue] = {"@type": "FAQPage", "mainEntity": [_question(article)]}
    elif article.article_type == "maintenance" and (steps := _steps(article)):
        data = {"@type": "HowTo", "name": article.title, "step": steps}
    else:
        data = {"@type": "TechArticle", "headline": article.title}
    if article.short_answer:
        data["description"] = article.short_answer
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
    if article.last_published_at:
        data["dateModified"] = article.last_published_at.isoformat()
    return {"@context": "https://schema.org", "url": url, "inLanguage": article.locale.language_code, **data}


def breadcrumb_data(crumbs: Sequence[tuple[str, str]]) -> JsonValue:
    """Return the schema.org trail of (title, whole address) pairs, from the outside in."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": title, "item": {"@type": "WebPage", "@id": url}}
            for position, (title, url) in enumerate(crumbs, start=1)
        ],
    }


def as_script(data: JsonValue) -> SafeString:
    """Return `data` as JSON that cannot leave the <script> element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES))  # noqa: S308 - escaped above


def _question(article: ArticlePage) -> JsonValue:
    answer = article.short_answer or " ".join(article.body.stream_block.get_searchable_content(article.body))[:2000]
    return {"@type": "Question", "name": article.title, "acceptedAnswer": {"@type": "Answer", "text": answer}}


def _steps(article: ArticlePage) -> list[JsonValue]:
    return [
        {"@type": "HowToStep", "position": position, "text": text}
        for position, text in enumerate(_step_texts(article), start=1)
    ]


def _step_texts(article: ArticlePage) -> list[str]:
    return [
        strip_tags(step["text"].source)
        for block in article.body
        if block.block_type == "steps"
        for step in block.value["steps"]
        if step["text"]
    ]
