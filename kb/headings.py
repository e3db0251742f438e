"""Headings inside rich text: found, given anchors, told apart from the text below them.

The source is what the editor's rich text stores: `<h2>` and `<h3>`, never nested, so one regular expression reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wagtail.rich_text import get_text_for_indexing

from kb.slugs import ascii_slug

_HEADING = re.compile(r"<h(?P<level>[23])\b[^>]*>(?P<inner>.*?)</h(?P=level)>", re.DOTALL)
_LINK = re.compile(r"<a\b")
# For a heading of which no letter or digit is left, such as "???".
_NAMELESS = "part"
# What the frame of the page calls its own places, besides all that ends in "-title"; a heading "Related" must not
# answer to the link of another.
RESERVED_ANCHORS = frozenset(
    {
        "about-products",
        "before-you-begin",
        "contents",
        "feedback",
        "footer-help",
        "footer-you",
        "main",
        "related",
        "site-search-input",
    }
)


@dataclass(frozen=True)
class Heading:
    """A heading of the body: its level (2 or 3), its words, its anchor (empty until it has its place on a page)."""

    level: int
    text: str
    anchor: str = ""


def headings_in(source: str) -> list[Heading]:
    """Return the headings of a rich text in order, without anchors; those without any word are left out."""
    return [
        Heading(int(found["level"]), text) for found in _HEADING.finditer(source) if (text := words_of(found["inner"]))
    ]


def without_headings(source: str) -> str:
    """Return the rich text with a line break in place of each heading, so that no words join across it."""
    return _HEADING.sub("\n", source)


def anchored(headings: Iterable[Heading], taken: set[str]) -> list[Heading]:
    """Return the headings with ASCII anchors unlike each other and all in `taken`, to which they are added."""
    return [Heading(one.level, one.text, _free_anchor(one.text, taken)) for one in headings]


def with_anchors(source: str, anchors: Sequence[str]) -> str:
    """Return the rich text with the anchor of each heading as its id; the heading becomes a link to itself.

    `anchors` belong to the headings in the order of `headings_in`. The whole heading is the link, so that it is
    reached by keyboard and read once; a heading that already holds a link keeps that one. Headings without any
    word, which a screen reader would announce as empty, go.
    """
    waiting = iter(anchors)

    def anchor_one(found: re.Match[str]) -> str:
        if not words_of(found["inner"]):
            return ""
        level, inner, anchor = found["level"], found["inner"], next(waiting)
        if not _LINK.search(inner):
            inner = f'<a class="heading-link" href="#{anchor}">{inner}</a>'
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    return _HEADING.sub(anchor_one, source)


def words_of(markup: str) -> str:
    """Return the words of a piece of rich text in one line; "" for markup without any."""
    return " ".join(get_text_for_indexing(markup).split())


def _free_anchor(text: str, taken: set[str]) -> str:
    wanted = ascii_slug(text) or _NAMELESS
    anchor, number = wanted, 1
    while anchor in taken or anchor in RESERVED_ANCHORS or anchor.endswith("-title"):
        number += 1
        anchor = f"{wanted}-{number}"
    taken.add(anchor)
    return anchor
