"""How text becomes terms: one place, used alike for pages and for queries.

Vietnamese is written syllable by syllable, with marks that half of all typists leave out. So every syllable is
kept twice: *folded* (marks away, đ→d), which finds, and *exact*, which decides between words that fold alike.
English words are folded and lightly stemmed. No language's rules ever touch another language's pages.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kb.search.languages import RULES
from kb.search.word_forms import MAX_WORD_CHARACTERS
from portal.lib.text import fold

# Stored in the index. Raise it whenever the same text would give other terms, or they lie otherwise on disk: an index
# made by another version is refused and rebuilt, because half of its words could no longer be found.
ANALYZER_VERSION = 3

_WORD = re.compile(r"\w+", re.UNICODE)
# Control and formatting characters, lone surrogates and private ones: Unicode's categories Cc, Cf, Cs and Co as far
# as text from keyboards, web pages and office files brings them along.
_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff]"
)
_RUN_END = re.compile(r"[\n.!?;:•|]+(?:\s+|$)")
# A model number is typed with and without its hyphen: NM-W85, NMW85.
_MODEL_NUMBER = re.compile(r"\b(?=[\w-]*\d)[^\W_]+(?:-[^\W_]+)+\b")


class Token(NamedTuple):
    """One syllable or word of a text; `start` and `end` count characters of the NFC text."""

    term: str  # folded; in English also stemmed
    exact: str  # lower case, base letters with the tone mark last; in English folded, not stemmed
    surface: str  # lower case, as typed
    start: int
    end: int


def normalize(text: str) -> str:
    """Return `text` in NFC, control characters turned into blanks (line breaks stay)."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _CONTROL.sub(" ", text)


@lru_cache(maxsize=65_536)
def _word_forms(word: str, language: str) -> tuple[str, str]:
    """Return (term, exact) of one word; cached, since a text repeats its words."""
    rules = RULES[language]
    return rules.term(word), rules.exact(word)


def tokens(text: str, language: str) -> list[Token]:
    """Return the words of an NFC text in order, as terms of `language`.

    An underscore parts words as a blank does. Text of another script passes unchanged.
    """
    found = []
    for match in _WORD.finditer(text.replace("_", " ")):
        surface = match.group().lower()
        term, exact = _word_forms(surface, language)
        if term:
            found.append(Token(term, exact, surface, match.start(), match.end()))
    return found


def token_runs(text: str, language: str) -> Iterator[list[Token]]:
    """Yield the words of each sentence or line: pairs of syllables are made only inside one."""
    for run in _RUN_END.split(text):
        found = tokens(run, language)
        if found:
            yield found


def pair_terms(terms: Iterable[str]) -> list[str]:
    """Return the terms of neighbouring words: "máy giặt hỏng" → ["may giat", "giat hong"]."""
    words = list(terms)
    return [f"{first} {second}" for first, second in pairwise(words)]


def joined_model_numbers(text: str) -> list[str]:
    """Return model numbers without their hyphens, folded: "NM-W85" → ["nmw85"]."""
    return [fold(match.replace("-", ""))[:MAX_WORD_CHARACTERS] for match in _MODEL_NUMBER.findall(text)]
