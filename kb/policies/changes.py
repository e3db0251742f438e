"""What differs between two texts of a policy, in words: paragraph by paragraph, word by word inside a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from personalization.blocks import as_everybody_reads

if TYPE_CHECKING:
    from kb.models import PolicyPage

# Below this share of common words two paragraphs are a removed one and a new one, not a changed one: a mixture of
# both would be harder to read than either.
CHANGED_FROM = 0.5
_WORD = re.compile(r"\s+|[^\s]+")
_PARAGRAPH_TAGS = frozenset({"p", "li", "h2", "h3", "h4", "tr", "caption", "dt", "dd", "summary", "figcaption", "pre"})
_CELL_TAGS = frozenset({"td", "th"})
_HEADING_TAGS = frozenset({"h2", "h3", "h4"})


class ChangeKind(StrEnum):
    """What became of a paragraph."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """Words in a row; `mark` is "ins", "del" or empty for what both texts say."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Change:
    """One paragraph that differs, below the heading under which it stands (empty before the first)."""

    kind: ChangeKind
    pieces: tuple[Piece, ...]
    heading: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, list item, heading or table row as plain text; cells are parted by " · "."""

    text: str
    heading: str = ""


def changes_between(old: PolicyPage, new: PolicyPage) -> tuple[Change, ...]:
    """Return what a reader of `old` has to know to know `new`, in the order of the text. Title and short answer count.

    Cost: both bodies are rendered; the comparison is quadratic in paragraphs at worst, and policies have a hundred.
    """
    return tuple(_compare(paragraphs_of(old), paragraphs_of(new)))


def paragraphs_of(page: PolicyPage) -> list[Paragraph]:
    """Return the words of a policy as everybody reads them, whatever blocks they stand in."""
    reader = _Reader()
    reader.feed("".join(str(block.render()) for block in as_everybody_reads(page.body)))
    reader.close()
    first = [
        Paragraph(text, heading)
        for heading, text in ((_("Title"), page.title), (_("In short"), page.short_answer))
        if text
    ]
    return [*first, *reader.paragraphs]


def _compare(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, [one.text for one in old], [one.text for one in new], autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if operation != "equal":
            yield from _changes_in(old[old_from:old_to], new[new_from:new_to])


def _changes_in(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Change]:
    """Pair paragraphs that resemble each other, in order; the others are removed or added."""
    waiting = list(old)
    for paragraph in new:
        partner = next((one for one in waiting if _resemblance(one, paragraph) >= CHANGED_FROM), None)
        if partner is None:
            yield Change(ChangeKind.ADDED, (Piece(paragraph.text, "ins"),), paragraph.heading)
            continue
        for gone in waiting[: waiting.index(partner)]:
            yield _removed(gone)
        waiting = waiting[waiting.index(partner) + 1 :]
        yield Change(ChangeKind.CHANGED, tuple(_pieces(partner.text, paragraph.text)), paragraph.heading)
    for gone in waiting:
        yield _removed(gone)


def _removed(paragraph: Paragraph) -> Change:
    return Change(ChangeKind.REMOVED, (Piece(paragraph.text, "del"),), paragraph.heading)


def _resemblance(old: Paragraph, new: Paragraph) -> float:
    return SequenceMatcher(None, old.text.split(), new.text.split(), autojunk=False).ratio()


def _pieces(old: str, new: str) -> Iterator[Piece]:
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(str.isspace, old_words, new_words, autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old_words[old_from:old_to]), "".join(new_words[new_from:new_to])
        if operation == "equal":
            yield Piece(come)
            continue
        if gone:
            yield Piece(gone, "del")
        if come:
            yield Piece(come, "ins")


class _Reader(HTMLParser):
    """Collects the paragraphs of rendered blocks; a paragraph inside a list item or a cell belongs to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[Paragraph] = []
        self._words: list[str] = []
        self._heading = ""
        self._is_in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CELL_TAGS and "".join(self._words).strip():
            self._words.append(" · ")
        elif tag == "br":
            self._words.append(" ")
        elif tag in _PARAGRAPH_TAGS and not self._is_in_row:
            self._finish()
        self._is_in_row = self._is_in_row or tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self._is_in_row = False
        if tag in _HEADING_TAGS:
            self._heading = " ".join("".join(self._words).split())
        if tag in _PARAGRAPH_TAGS and not self._is_in_row:
            self._finish()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def close(self) -> None:
        super().close()
        self._finish()

    def _finish(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self.paragraphs.append(Paragraph(text, self._heading if text != self._heading else ""))
