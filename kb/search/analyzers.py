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

from whoosh.lang.porter2 import stem as porter2_stem

from portal.lib.text import fold

# Stored in the index. Raise it whenever the same text would give other terms, or they lie otherwise on disk: an index
# made by another version is refused and rebuilt, because half of its words could no longer be found.
ANALYZER_VERSION = 3

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"

# Longer "words" are pasted keys or addresses; nobody searches for their end.
MAX_WORD_CHARACTERS = 40

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
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


def exact_form(word: str) -> str:
    """Return `word` in lower case with its tone mark last, so that hoá, hòa and hoà compare as they sound.

    The marks that make another letter (ă, â, ê, ô, ơ, ư, đ) stay on it.
    """
    letters, tone = [], ""
    for c in unicodedata.normalize("NFD", word.lower()):
        if c in TONES:
            tone = c
        else:
            letters.append(c)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


def has_marks(exact: str) -> bool:
    """Say whether an exact form carries any Vietnamese mark."""
    return not exact.isascii()


@lru_cache(maxsize=65_536)
def _word_forms(word: str, language: str) -> tuple[str, str]:
    """Return (term, exact) of one word; cached, since a text repeats its words."""
    folded = fold(word)[:MAX_WORD_CHARACTERS]
    if language == "en":
        return stem_english(folded), folded
    return folded, exact_form(word)[:MAX_WORD_CHARACTERS]


@lru_cache(maxsize=65_536)
def stem_english(word: str) -> str:
    """Return the stem of a folded English word; words with digits and short words stay."""
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    return str(porter2_stem(word))


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
