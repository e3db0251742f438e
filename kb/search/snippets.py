"""The words shown below a hit: the place of the page that answers best, with the searched words marked.

Works on the page's own text, marks and all. Folding keeps every character in its place, so that one regular
expression finds the words and their positions are those of the text.
"""

import re
import sys
import unicodedata
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kb.search.analyzers import has_marks, normalize, tokens
from kb.search.stopwords import is_stop_word

SNIPPET_CHARACTERS = 220
# Further into a page nobody expects the answer; keeps a 10 MB page harmless.
_SEARCHED_CHARACTERS = 60_000
_LEAD_CHARACTERS = 40
# English endings that a stem may stand for: print → printing, printers.
_ENGLISH_ENDING = r"\w{0,4}"


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
    pattern = _pattern(searched, language)
    found = [] if pattern is None else list(pattern.finditer(text.translate(_FOLDING).lower()))
    start, end = _best_window(found, text)
    parts, place = [], start
    for left, right in _joined([m.span() for m in found if start <= m.start() and m.end() <= end], text):
        parts += [escape(text[place:left]), "<mark>", escape(text[left:right]), "</mark>"]
        place = right
    parts.append(escape(text[place:end]))
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(before + " ".join("".join(parts).split()) + after)  # noqa: S308 - every part was escaped


@lru_cache(maxsize=256)
def _pattern(searched: str, language: str) -> re.Pattern[str] | None:
    """Return what finds the searched words in a folded text; words that only ask are left out if others remain."""
    found = tokens(normalize(searched), language)
    is_marked = any(has_marks(token.exact) for token in found)
    meant = [token for token in found if not is_stop_word(token, language, is_marked=is_marked)] or found
    if not meant:
        return None
    ending = _ENGLISH_ENDING if language == "en" else ""
    words = sorted({re.escape(token.term) + (ending if len(token.term) > 3 else "") for token in meant}, key=len)
    return re.compile(rf"\b(?:{'|'.join(reversed(words))})\b")


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
