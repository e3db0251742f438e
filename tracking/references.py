"""Public order references: ten characters, random, hard to mistype.

Nine characters carry 45 random bits; the tenth is a check character over GF(32), which notices every single
wrong character and every swap of two. The alphabet is Crockford's: no I, L, O or U, so what a person reads
aloud or copies by hand can be read back (O is taken for 0, I and L for 1).
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DECORATION = re.compile(r"[\s\-–—._]+")
# x^5 + x^2 + 1: primitive, so the ten positions have ten different weights.
_POLYNOMIAL = 0b100101


def make_reference(random_bits: int | None = None) -> str:
    """Return a new reference; `random_bits` (45 of them) fixes it, for demo data that must not change."""
    bits = secrets.randbits(45) if random_bits is None else random_bits
    payload = "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(LENGTH - 1))
    return payload + _check_character(payload)


def normalise_reference(typed: str) -> str | None:
    """Return the reference that `typed` means, or None when it cannot be one.

    Spaces, dashes, lower case and the look-alikes O, I and L are forgiven; a wrong check character is not.
    """
    text = _DECORATION.sub("", typed[:64]).upper().translate(_MISREAD)
    if len(text) != LENGTH or any(character not in _VALUES for character in text):
        return None
    return text if text[-1] == _check_character(text[:-1]) else None


def normalise_number(typed: str) -> str:
    """Return the seller's own number as it is compared: upper case, without spaces and dashes."""
    return _DECORATION.sub("", typed[:128]).upper()[:64]


def _check_character(payload: str) -> str:
    value = 0
    for character in payload:
        value = _times_x(value ^ _VALUES[character])
    return ALPHABET[value]


def _times_x(value: int) -> int:
    shifted = value << 1
    return shifted ^ _POLYNOMIAL if shifted & 32 else shifted
