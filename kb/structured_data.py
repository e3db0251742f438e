"""What an article tells machines: schema.org data for search engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from wagtail.images.shortcuts import get_rendition_or_not_found

from kb.headings import words_of
from kb.page_context import absolute

if TYPE_CHECKING:
    from wagtail.blocks import StructValue

    from kb.contents import BodyPart
    from kb.models import ArticlePage

JsonValue = str | int | None | list["JsonValue"] | dict[str, "JsonValue"]
Description = dict[str, JsonValue]

CONTEXT = "https://schema.org"
ANSWER_MAX_LENGTH = 2000
# One of the sizes in which the page shows the pictures of steps (kb/blocks/loading.py).
STEP_PICTURE = "width-800|format-webp"

# The characters that could end a <script> element or an HTML comment; the same set as Django's json_script.
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def descriptions_of(article: ArticlePage, parts: Sequence[BodyPart], *, url: str) -> list[JsonValue]:
    """Return the schema.org descriptions of `article` and of what its body holds.

    The article itself is a FAQPage, a HowTo (a maintenance guide with steps) or a TechArticle. Steps and groups of
    questions inside another kind of article are described beside it.
    Cost  none beyond `parts`; a picture that was never shown in that size is cut.
    """
    questions = [*_question_of(article), *_questions_in(parts)]
    guides = _guides_in(article, parts)
    if article.article_type == "faq" and questions:
        main: Description = {"@type": "FAQPage", "mainEntity": [*questions]}
        beside = guides
    elif article.article_type == "maintenance" and guides:
        main = _whole_guide(article, guides)
        beside = _faq(questions)
    else:
        main = {"@type": "TechArticle", "headline": article.title}
        beside = [*guides, *_faq(questions)]
    common = {"@context": CONTEXT, "url": url, "inLanguage": article.locale.language_code}
    return [{**common, **main, **_facts_of(article)}, *({**common, **piece} for piece in beside)]


def breadcrumb_data(crumbs: Sequence[tuple[str, str]]) -> JsonValue:
    """Return the schema.org trail of (title, whole address) pairs, from the outside in."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": title, "item": {"@type": "WebPage", "@id": url}}
            for position, (title, url) in enumerate(crumbs, start=1)
        ],
    }


def as_script(data: JsonValue) -> SafeString:
    """Return `data` as JSON that cannot leave the <script> element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES))  # noqa: S308 - escaped above


def _facts_of(article: ArticlePage) -> Description:
    facts: Description = {}
    if article.short_answer:
        facts["description"] = article.short_answer
    if article.first_published_at:
        facts["datePublished"] = article.first_published_at.isoformat()
    if article.last_published_at:
        facts["dateModified"] = article.last_published_at.isoformat()
    return facts


def _question_of(article: ArticlePage) -> list[Description]:
    """Return what a page of question and answer is about; nothing while it has no answer, or for other kinds."""
    if article.article_type != "faq":
        return []
    words = article.short_answer or " ".join(article.body.stream_block.get_searchable_content(article.body))
    return [_question(article.title, words[:ANSWER_MAX_LENGTH])] if words.strip() else []


def _questions_in(parts: Sequence[BodyPart]) -> list[Description]:
    return [
        _question(question, words_of(answer.source))
        for part in parts
        if part.block.block_type == "faq"
        for question, answer in part.block.value.answered
    ]


def _question(name: str, answer: str) -> Description:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": answer}}


def _faq(questions: list[Description]) -> list[Description]:
    return [{"@type": "FAQPage", "mainEntity": [*questions]}] if questions else []


def _guides_in(article: ArticlePage, parts: Sequence[BodyPart]) -> list[Description]:
    """Return a HowTo for each block of steps, named by its title, else the heading above it, else the article."""
    guides: list[Description] = []
    heading = ""
    for part in parts:
        if part.headings:
            heading = part.headings[-1].text
        if part.block.block_type == "steps":
            steps = [_step(step, at) for at, step in enumerate(part.block.value.written_steps, start=1)]
            guide: Description = {"@type": "HowTo", "name": part.block.value["title"] or heading or article.title}
            if part.block.value.total_minutes:
                guide["totalTime"] = duration(part.block.value.total_minutes)
            guides += [{**guide, "step": [*steps]}] if steps else []
    return guides


def _step(step: StructValue, position: int) -> Description:
    description: Description = {"@type": "HowToStep", "position": position, "text": words_of(step["text"].source)}
    if step["image"]:
        picture = get_rendition_or_not_found(step["image"], STEP_PICTURE)
        description["image"] = absolute(picture.url)
    return description


def _whole_guide(article: ArticlePage, guides: list[Description]) -> Description:
    """Return a maintenance guide as one HowTo; several blocks of steps become its sections."""
    steps: JsonValue = guides[0]["step"]
    if len(guides) > 1:
        steps = [
            {"@type": "HowToSection", "position": at, "name": guide["name"], "itemListElement": guide["step"]}
            for at, guide in enumerate(guides, start=1)
        ]
    whole: Description = {"@type": "HowTo", "name": article.title, "step": steps}
    minutes = getattr(article, "minutes", None)
    if minutes:
        whole["totalTime"] = duration(minutes)
    elif len(guides) == 1 and "totalTime" in guides[0]:
        whole["totalTime"] = guides[0]["totalTime"]
    tools = getattr(article, "tool_list", [])
    if tools:
        whole["tool"] = [{"@type": "HowToTool", "name": tool} for tool in tools]
    return whole


def duration(minutes: int) -> str:
    """Return minutes as ISO 8601 writes them: 90 is "PT1H30M"."""
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"
