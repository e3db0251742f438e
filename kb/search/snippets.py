"""The words shown below a hit: the place of the page that answers best, with the searched words marked.

Works on the page's own text, marks and all. Folding keeps every character in its place, so that one regular
expression finds the words and their positions are those of the text.
"""

import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kb.search.analyzers import normalize, tokens
from kb.search.languages import RULES
from kb.search.word_forms import exact_form, has_marks

SNIPPET_CHARACTERS = 220
# Further into a page nobody expects the answer; keeps a 10 MB page harmless.
_SEARCHED_CHARACTERS = 60_000
_LEAD_CHARACTERS = 40


def _folding_table() -> dict[int, str]:
    table = {}
    for code in range(0x80, sys.maxunicode if sys.maxunicode < 0x2000 else 0x2000):
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        if base != character and base.isascii():
            table[code] = base.lower()
    return table | {ord("đ"): "d", ord("Đ"): "d"}


_FOLDING = _folding_table()


def make_snippet(text: str, searched: str, *, language: str) -> SafeString:
    """Return the best part of a page's text for the searched words, escaped, words inside <mark>.

    Shape  at most about 220 characters of text, "…" where it was cut; never empty for a page with any text.
    Cost   about 30 µs for each 1,000 characters of the page, at most 60,000 of which are read.
    """
    text = normalize(text[:_SEARCHED_CHARACTERS]).strip()
    wanted = _wanted(searched, language)
    found = wanted.found_in(text) if wanted else []
    start, end = _best_window(found, text)
    parts, place = [], start
    for left, right in _joined([m.span() for m in found if start <= m.start() and m.end() <= end], text):
        parts += [escape(text[place:left]), "<mark>", escape(text[left:right]), "</mark>"]
        place = right
    parts.append(escape(text[place:end]))
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(before + " ".join("".join(parts).split()) + after)  # noqa: S308 - every part was escaped


@dataclass(frozen=True)
class _Wanted:
    """What to look for: a pattern for folded text, and by folded word the marks it was typed with."""

    pattern: re.Pattern[str]
    exact: Mapping[str, str]

    def found_in(self, text: str) -> list[re.Match[str]]:
        """Return the words found; those with other marks than typed only where the text has none with the typed ones.

        So "máy giặt" does not mark the shop's name Mây, while wrong marks still find something.
        """
        found = list(self.pattern.finditer(text.translate(_FOLDING).lower()))
        if not self.exact:
            return found
        as_typed = [self.exact.get(m.group()) in (None, exact_form(text[m.start() : m.end()])) for m in found]
        proved = {match.group() for match, is_so in zip(found, as_typed, strict=True) if is_so}
        return [m for m, is_so in zip(found, as_typed, strict=True) if is_so or m.group() not in proved]


@lru_cache(maxsize=256)
def _wanted(searched: str, language: str) -> _Wanted | None:
    """Return what finds the searched words; words that only ask are left out if others remain."""
    rules = RULES[language]
    found = tokens(normalize(searched), language)
    is_marked = any(has_marks(token.exact) for token in found)
    meant = [one for one in found if not rules.only_asks(one.term, one.exact, is_marked=is_marked)] or found
    if not meant:
        return None
    ending = rf"\w{{0,{rules.longest_ending}}}"
    words = sorted({re.escape(token.term) + (ending if len(token.term) > 3 else "") for token in meant}, key=len)
    pattern = re.compile(rf"\b(?:{'|'.join(reversed(words))})\b")
    return _Wanted(pattern, {token.term: token.exact for token in meant if has_marks(token.exact)})


def _best_window(found: list[re.Match[str]], text: str) -> tuple[int, int]:
    """Return the part with the most different words; among equals the first."""
    best, chosen = 0, 0
    # All words, each beside the one before: nothing further down can be better.
    enough = 3 * len({match.group() for match in found}) - 1
    for i, first in enumerate(found):
        score = _score_from(found, i)
        if score > best:
            best, chosen = score, first.start()
        if best >= enough:
            break
    start = _start_of_words(text, max(0, chosen - _LEAD_CHARACTERS)) if best else 0
    return start, _end_of_words(text, start + SNIPPET_CHARACTERS)


def _score_from(found: list[re.Match[str]], first: int) -> int:
    """Return what the part that begins with this match is worth: two for each word, one for each that adjoins another."""
    seen: set[str] = set()
    neighbours = 0
    last_end = -1
    for i in range(first, len(found)):
        match = found[i]
        if match.end() - found[first].start() > SNIPPET_CHARACTERS - _LEAD_CHARACTERS:
            break
        neighbours += match.group() not in seen and 0 <= match.start() - last_end <= 1
        seen.add(match.group())
        last_end = match.end()
    return 2 * len(seen) + neighbours


def _start_of_words(text: str, near: int) -> int:
    """Move to the start of the line or sentence if it is close, else to the next word."""
    if near == 0:
        return 0
    line = max(text.rfind("\n", near, near + _LEAD_CHARACTERS), text.rfind(". ", near, near + _LEAD_CHARACTERS) + 1)
    if line > near:
        return line + 1
    blank = text.find(" ", near, near + _LEAD_CHARACTERS)
    return near if blank < 0 else blank + 1


def _end_of_words(text: str, near: int) -> int:
    if near >= len(text):
        return len(text)
    blank = text.rfind(" ", near - _LEAD_CHARACTERS, near)
    return near if blank < 0 else blank


def _joined(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Return the spans with neighbouring words joined: one mark around "bảo hành"."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
