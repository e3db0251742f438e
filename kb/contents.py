"""The body of an article as a whole: anchors, list of contents, reading time, the words for search."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from wagtail.blocks.stream_block import StreamValue

from kb.blocks import HeadedBlock, load_references
from kb.headings import Heading, anchored
from personalization.blocks import as_everybody_reads

# English: 238 words a minute, silent reading of non-fiction (Brysbaert 2019, a review of 190 studies).
# Vietnamese has no such review. It is written in syllables, so the English figure is carried over by information:
# 238 words x 1.4 syllables x 7.1 bits a syllable (English) / 8.0 bits a syllable (Vietnamese), the bits from
# Coupé, Oh, Dediu and Pellegrino 2019, gives 296. Rounded down: steps are read slower than prose.
WORDS_A_MINUTE = {"en": 238, "vi": 290}
# A list of contents longer than a screen is no overview: beyond this the headings of the lower level are left out.
CONTENTS_MAX_LINES = 18


@dataclass(frozen=True)
class BodyPart:
    """A block of the body and its headings, whose anchors are unlike all others of the page."""

    block: StreamValue.StreamChild
    headings: tuple[Heading, ...] = ()

    @property
    def anchors(self) -> tuple[str, ...]:
        """Return the anchors in the order of the headings, for the block's template."""
        return tuple(heading.anchor for heading in self.headings)


@dataclass(frozen=True)
class ContentsLine:
    """One line of the list of contents with the lines below it."""

    text: str
    anchor: str
    below: tuple[ContentsLine, ...] = ()


def parts_of(body: StreamValue) -> list[BodyPart]:
    """Return the blocks of `body` in order as everybody reads it, each with its headings. Cost: see `load_references`."""
    body = as_everybody_reads(body)
    load_references(body)
    taken: set[str] = set()
    parts = []
    for child in body:
        found = child.block.get_headings(child.value) if isinstance(child.block, HeadedBlock) else []
        parts.append(BodyPart(child, tuple(anchored(found, taken))))
    return parts


class Headed(Protocol):
    """A stretch of a body that knows its headings."""

    @property
    def headings(self) -> tuple[Heading, ...]: ...


def contents_of(parts: Iterable[Headed]) -> list[ContentsLine]:
    """Return the list of contents: the headings of the upper level, those of the lower one below them.

    A heading of the lower level with none above it stands for itself.
    """
    headings = [heading for part in parts for heading in part.headings]
    if len(headings) > CONTENTS_MAX_LINES:
        headings = [heading for heading in headings if heading.level == 2] or headings
    sections: list[tuple[Heading, list[ContentsLine]]] = []
    for heading in headings:
        if heading.level == 3 and sections and sections[-1][0].level == 2:
            sections[-1][1].append(ContentsLine(heading.text, heading.anchor))
        else:
            sections.append((heading, []))
    return [ContentsLine(heading.text, heading.anchor, tuple(below)) for heading, below in sections]


def texts_of(body: StreamValue) -> tuple[list[str], list[str]]:
    """Return the words that everybody reads as search weighs them: the headings, and everything below them by block."""
    headings: list[str] = []
    paragraphs: list[str] = []
    for child in as_everybody_reads(body):
        if isinstance(child.block, HeadedBlock):
            headings += [heading.text for heading in child.block.get_headings(child.value)]
            texts = child.block.get_texts_below_headings(child.value)
        else:
            texts = child.block.get_searchable_content(child.value)
        paragraphs += [text.strip() for text in texts if text.strip()]
    return headings, paragraphs


def reading_minutes(body: StreamValue, *, language: str) -> int:
    """Return how many minutes a reader needs for `body`, at least 1."""
    words = sum(len(text.split()) for texts in texts_of(body) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["vi"])))
