"""What keeps an article from being understood: told while it is written, and counted in the reports.

Nothing here forbids anything: a draft may be as unfinished as its author likes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.rich_text import RichText

from kb.models import ArticlePage
from personalization.blocks import readings_of

# 40 syllables are two lines of a phone. English has 1.4 syllables to a word (see kb.contents), Vietnamese one to each
# written group of letters.
LONGEST_SENTENCE = {"vi": 40, "en": 28}
# Names, models and codes have no marks; a passage of more words than this without any was typed without them.
WORDS_WITHOUT_MARKS = 8
PLACE_MAX_LENGTH = 120

VAGUE_LINK_TEXTS = frozenset(
    {
        "tại đây",
        "ở đây",
        "đây",
        "này",
        "bấm vào đây",
        "nhấn vào đây",
        "nhấp vào đây",
        "ấn vào đây",
        "xem thêm",
        "xem tại đây",
        "chi tiết",
        "link",
        "liên kết",
        "click",
        "click here",
        "click vào đây",
        "here",
        "more",
        "read more",
        "learn more",
        "this",
        "this link",
        "this page",
    }
)
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+")
_VIETNAMESE_MARK = re.compile("[đĐ\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]")
_PASSAGES = frozenset({"p", "li", "h2", "h3", "h4"})


class ProblemKind(models.TextChoices):
    """What can be wrong; the label names it."""

    NO_SHORT_ANSWER = "no-short-answer", _("The short answer is missing")
    IMAGE_WITHOUT_WORDS = "image-without-words", _("An image has no description")
    VAGUE_LINK = "vague-link", _("A link does not say where it leads")
    LONG_SENTENCE = "long-sentence", _("A sentence is too long")
    NO_MARKS = "no-marks", _("Vietnamese text without marks")
    HEADING_JUMP = "heading-jump", _("A heading skips a level")
    EMPTY_HEADING = "empty-heading", _("A heading is empty")
    DUPLICATE_TITLE = "duplicate-title", _("Another page has the same title")


ADVICE = {
    ProblemKind.NO_SHORT_ANSWER: _("Say in at most 300 characters what the reader has to know or do."),
    ProblemKind.IMAGE_WITHOUT_WORDS: _("Describe what a reader who cannot see the image has to know."),
    ProblemKind.VAGUE_LINK: _("Name the page behind it: whoever jumps from link to link hears nothing else."),
    ProblemKind.LONG_SENTENCE: _("Make two of it. Readers on a phone lose the thread after two lines."),
    ProblemKind.NO_MARKS: _("Type the marks: without them a sentence can be read in several ways."),
    ProblemKind.HEADING_JUMP: _("Begin with a heading of the upper level."),
    ProblemKind.EMPTY_HEADING: _("Write the heading or remove it; readers do not see it."),
    ProblemKind.DUPLICATE_TITLE: _(
        "Readers cannot tell two results of the same name apart. Name what is special here."
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing to mend. `place` is the beginning of the text that it is about; empty for the page as a whole."""

    kind: ProblemKind
    place: str = ""

    @property
    def title(self) -> str:
        """Return what is wrong, in the language of whoever asks."""
        return str(self.kind.label)

    @property
    def advice(self) -> str:
        """Return what to do about it."""
        return str(ADVICE[self.kind])


@dataclass(frozen=True)
class Passage:
    """A paragraph, an item of a list or a heading of a rich text, its spaces made plain."""

    tag: str
    text: str
    links: tuple[str, ...] = ()


def content_problems(page: ArticlePage) -> list[Problem]:
    """Return what is wrong with the text of `page`, saved or not, in the order in which a reader meets it.

    Cost: one query for the title, those for the images of the body; no writes.
    """
    language = page.locale.language_code
    passages = [passage for text in _rich_texts(page.body) for passage in passages_of(text.source)]
    problems = [
        *_of_title(page),
        *_of_short_answer(page, language),
        *_of_images(page),
        *_of_headings(page),
    ]
    for passage in passages:
        problems += _of_passage(passage, language)
    return problems


def passages_of(source: str) -> list[Passage]:
    """Return the passages of a rich text in order."""
    reader = _PassageReader()
    reader.feed(source)
    reader.close()
    return reader.passages


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a passage."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


def _of_title(page: ArticlePage) -> Iterator[Problem]:
    twins = Page.objects.filter(locale_id=page.locale_id, title__iexact=page.title, alias_of__isnull=True)
    if page.title and twins.exclude(pk=page.pk).exists():
        yield Problem(ProblemKind.DUPLICATE_TITLE)


def _of_short_answer(page: ArticlePage, language: str) -> Iterator[Problem]:
    answer = page.short_answer.strip()
    if not answer:
        yield Problem(ProblemKind.NO_SHORT_ANSWER)
    else:
        yield from _of_passage(Passage("p", answer), language)


def _of_images(page: ArticlePage) -> Iterator[Problem]:
    if page.image and not (page.image_alt or page.image.description):
        yield Problem(ProblemKind.IMAGE_WITHOUT_WORDS, page.image.title[:PLACE_MAX_LENGTH])
    for struct in _structs(page.body):
        alt = struct.get("alt") or struct.get("image_alt")
        for image in struct.values():
            if isinstance(image, AbstractImage) and not (alt or image.description):
                yield Problem(ProblemKind.IMAGE_WITHOUT_WORDS, image.title[:PLACE_MAX_LENGTH])


def _of_headings(page: ArticlePage) -> Iterator[Problem]:
    """Judge the headings in the order of each text that somebody can meet; a variant adds only what is wrong there."""
    told: set[Problem] = set()
    for body in readings_of(page.body):
        passages = (passage for text in _rich_texts(body) for passage in passages_of(text.source))
        found = [problem for problem in _of_headings_in(passages) if problem not in told]
        yield from found
        told.update(found)


def _of_headings_in(passages: Iterable[Passage]) -> Iterator[Problem]:
    level = 1
    for heading in passages:
        if heading.tag not in ("h2", "h3", "h4"):
            continue
        if not heading.text:
            yield Problem(ProblemKind.EMPTY_HEADING)
            continue
        if int(heading.tag[1]) > level + 1:
            yield Problem(ProblemKind.HEADING_JUMP, heading.text[:PLACE_MAX_LENGTH])
        level = int(heading.tag[1])


def _of_passage(passage: Passage, language: str) -> Iterator[Problem]:
    for link in passage.links:
        if link.casefold().strip(" .:…»>→") in VAGUE_LINK_TEXTS:
            yield Problem(ProblemKind.VAGUE_LINK, link[:PLACE_MAX_LENGTH])
    for sentence in sentences_of(passage.text):
        if len(sentence.split()) > LONGEST_SENTENCE.get(language, LONGEST_SENTENCE["vi"]):
            yield Problem(ProblemKind.LONG_SENTENCE, sentence[:PLACE_MAX_LENGTH])
    if language == "vi" and _lacks_marks(passage.text):
        yield Problem(ProblemKind.NO_MARKS, passage.text[:PLACE_MAX_LENGTH])


def _lacks_marks(text: str) -> bool:
    words = [word for word in text.split() if any(letter.isalpha() for letter in word)]
    return len(words) > WORDS_WITHOUT_MARKS and not _VIETNAMESE_MARK.search(unicodedata.normalize("NFD", text))


def _structs(value: Any) -> Iterator[StructValue]:
    """Give every group of fields inside a body, however deep."""
    for inner in _inside(value):
        if isinstance(inner, StructValue):
            yield inner
        yield from _structs(inner)


def _rich_texts(value: Any) -> Iterator[RichText]:
    """Give every rich text inside a body, in order, however deep."""
    for inner in _inside(value):
        if isinstance(inner, RichText):
            yield inner
        yield from _rich_texts(inner)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, StreamValue):
        yield from (child.value for child in value)
    elif isinstance(value, StructValue):
        yield from value.values()
    elif isinstance(value, ListValue):
        yield from value


class _PassageReader(HTMLParser):
    """Cuts a rich text into passages; what an author wrote is never executed or trusted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self._tag = ""
        self._text: list[str] = []
        self._links: list[list[str]] = []
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PASSAGES:
            self._finish()
            self._tag = tag
        elif tag == "a":
            self._in_link = True
            self._links.append([])
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _PASSAGES:
            self._finish()
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if self._in_link:
            self._links[-1].append(data)

    def close(self) -> None:
        super().close()
        self._finish()

    def _finish(self) -> None:
        text = _plain("".join(self._text))
        if text or self._tag.startswith("h"):
            links = tuple(_plain("".join(link)) for link in self._links)
            self.passages.append(Passage(self._tag or "p", text, links))
        self._tag, self._text, self._links, self._in_link = "", [], [], False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
