"""Which searches are counted without keeping their words."""

import re
import unicodedata
from itertools import pairwise

from kb.models.search_log import LOGGED_QUERY_MAX_LENGTH
from personalization.registry import is_personal_search
from portal.lib.confidential import without_personal_data
from portal.lib.text import fold

# Digits of one number, however they are grouped. A model (NM-W85), an error code or a year has fewer.
_SIX_DIGITS = re.compile(r"\d(?:[\W_]{0,4}\d){5}")
# A number read aloud; fewer of them are a text about something else.
_DIGIT_WORDS = re.compile(
    r"(?:\b(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|le|linh"
    r"|zero|oh|one|two|three|four|five|six|seven|eight|nine|double)\b[\W_]*){6}"
)
# NM - 10001, NM_10001, NM:10001. A blank alone parts words: "btu 12000" is no order.
_SHOP_NUMBER = re.compile(r"\b[a-z]{1,4}\s?[^\w\s]\s?\d{5}|\b[a-z]{1,4}_\d{5}")
# All of a search, its signs and blanks taken out: "n m 10 001", "1 0 0 0 1".
_NOTHING_BUT_A_NUMBER = re.compile(r"[a-z]{0,4}\d{5,}")
_ABOUT_AN_ORDER = re.compile(r"\b(?:don(?! vi| gian)|van don|orders?|parcel|kien)\b")
_FOUR_DIGITS = re.compile(r"\d(?:[\W_]{0,4}\d){3}")
# Addresses as people write them where @ is hard to type.
_SPELLED_ADDRESS = re.compile(
    r"%40|[(\[{]\s?at\s?[)\]}]|\ba cong\b|\bat\b.+\bdot\b"
    r"|\w[\W_]+(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|live|proton(?:mail)?)[\W_]+(?:com|vn|me)\b"
)
_SIGNS = re.compile(r"[\W_]+")


def is_withheld(query: str) -> bool:
    """Return whether `query` may say who asks: addresses, phones, numbers of orders and cards, or pasted letters.

    However they are spelled: with other dashes and digits, in groups, with signs between, in words. Rather one search
    too many without its words than one number kept. Names cannot be told from other words: who searches for a
    person's name leaves that word in the counts of a day. Cost: some 0.1 ms.
    """
    if len(query) > LOGGED_QUERY_MAX_LENGTH:
        return True
    # Full-width letters, superscripts and the like become what they mean.
    plain = unicodedata.normalize("NFKC", query)
    return (
        "@" in plain
        or _names_a_number(fold(plain))
        or without_personal_data(plain) != plain
        or any(is_personal_search(text) for text in (plain, *_neighbours(plain)))
    )


def _names_a_number(text: str) -> bool:
    return any(
        (
            _SIX_DIGITS.search(text),
            _DIGIT_WORDS.search(text),
            _SHOP_NUMBER.search(text),
            _SPELLED_ADDRESS.search(text),
            _NOTHING_BUT_A_NUMBER.fullmatch(_SIGNS.sub("", text)),
            _ABOUT_AN_ORDER.search(text) and _FOUR_DIGITS.search(text),
        )
    )


def _neighbours(text: str) -> list[str]:
    """Return each two words side by side as one, where both may be halves of a random number."""
    words = [word for word in text.split() if word.isalnum()]
    return [a + b for a, b in pairwise(words) if _is_half(a) and _is_half(b)]


def _is_half(word: str) -> bool:
    return len(word) >= 3 and any(character.isdigit() for character in word)
