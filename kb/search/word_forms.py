"""The forms of single words that languages choose from: how a word is told from others that look alike, and its stem."""

import unicodedata
from functools import lru_cache

from whoosh.lang.porter2 import stem as porter2_stem

# Longer "words" are pasted keys or addresses; nobody searches for their end.
MAX_WORD_CHARACTERS = 40

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


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
def stem_english(word: str) -> str:
    """Return the stem of a folded English word; words with digits and short words stay."""
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    return str(porter2_stem(word))
