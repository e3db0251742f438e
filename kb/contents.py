"""The parts of an article's body: anchors, list of contents, reading time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.blocks.stream_block import StreamValue

# English: 238 words a minute, silent reading of non-fiction (Brysbaert 2019, a review of 190 studies).
# Vietnamese has no such review. It is written in syllables, so the English figure is carried over by information:
# 238 words x 1.4 syllables x 7.1 bits a syllable (English) / 8.0 bits a syllable (Vietnamese), the bits from
# Coupé, Oh, Dediu and Pellegrino 2019, gives 296. Rounded down: steps are read slower than prose.
WORDS_A_MINUTE = {"en": 238, "vi": 290}


@dataclass(frozen=True)
class Heading:
    """One line of the list of contents."""

    text: str
    anchor: str


@dataclass(frozen=True)
class BodyPart:
    """A block of the body; `anchor` is set for headings and unlike every other anchor of the page."""

    block: StreamValue.StreamChild
    anchor: str = ""


def parts_of(body: StreamValue) -> list[BodyPart]:
    """Return the blocks of `body` in order, each heading with an anchor of its own."""
    taken: set[str] = set()
    parts = []
    for block in body:
        if block.block_type == "heading":
            parts.append(BodyPart(block, _free_anchor(block.value.anchor_id, taken)))
        else:
            parts.append(BodyPart(block))
    return parts


def headings_of(parts: Iterable[BodyPart]) -> list[Heading]:
    """Return the list of contents: the headings of the upper level."""
    return [
        Heading(part.block.value["text"], part.anchor) for part in parts if part.anchor and part.block.value.is_part
    ]


def reading_minutes(body: StreamValue, *, language: str) -> int:
    """Return how many minutes a reader needs for `body`, at least 1."""
    words = sum(len(text.split()) for text in body.stream_block.get_searchable_content(body))
    return max(1, math.ceil(words / WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["vi"])))


def _free_anchor(wanted: str, taken: set[str]) -> str:
    anchor, number = wanted, 1
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    taken.add(anchor)
    return anchor
