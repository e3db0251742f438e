"""Several short questions with their answers, below one heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText, get_text_for_indexing

from kb.blocks import previews
from kb.blocks.headed import HeadedBlock
from kb.blocks.text import INLINE_FEATURES
from kb.headings import Heading, anchored, words_of


@dataclass(frozen=True)
class ShownQuestion:
    """A question with its anchor on the page."""

    question: str
    answer: RichText
    anchor: str


class QuestionBlock(blocks.StructBlock):
    """One question and its answer."""

    question = blocks.CharBlock(
        label=_("question"), max_length=255, help_text=_("As a customer asks it, with its question mark.")
    )
    answer = blocks.RichTextBlock(label=_("answer"), features=[*INLINE_FEATURES, "document-link", "ol", "ul"])

    class Meta:
        icon = "help"
        label = _("Question")


class FaqValue(blocks.StructValue):
    """A group that knows which of its questions can be shown."""

    @property
    def answered(self) -> list[tuple[str, RichText]]:
        """Return (question, answer) pairs; a draft may hold unfinished ones."""
        return [
            (one["question"], one["answer"])
            for one in self["questions"]
            if one["question"] and words_of(one["answer"].source)
        ]


class FaqBlock(HeadedBlock, blocks.StructBlock):
    """A group of questions; it also becomes structured data for search engines."""

    title = blocks.CharBlock(
        label=_("title"),
        max_length=160,
        help_text=_("The heading above the questions, such as “Before the technician comes”."),
    )
    questions = blocks.ListBlock(QuestionBlock(), label=_("questions"), min_num=1)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        description = _(
            "A few short questions around the article. A question that deserves more than a paragraph gets a page of its own."
        )
        template = "kb/blocks/faq.html"
        value_class = FaqValue
        preview_value = staticmethod(previews.faq)

    def get_headings(self, value: FaqValue) -> list[Heading]:
        title = [Heading(2, " ".join(value["title"].split()))] if value["title"] and value.answered else []
        return title + [Heading(3, question) for question, _answer in value.answered]

    def get_texts_below_headings(self, value: FaqValue) -> list[str]:
        return [get_text_for_indexing(answer.source) for _question, answer in value.answered]

    def get_context(self, value: FaqValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        anchors = context.get("anchors")
        if anchors is None:
            anchors = [heading.anchor for heading in anchored(self.get_headings(value), set())]
        own, others = (anchors[:1], anchors[1:]) if value["title"] else ([""], anchors)
        questions = [
            ShownQuestion(question, answer, anchor)
            for (question, answer), anchor in zip(value.answered, others, strict=True)
        ]
        return {**context, "title_anchor": own[0] if own else "", "questions": questions}
