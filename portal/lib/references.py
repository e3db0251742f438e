"""Public numbers that people copy by hand: random, with a check character over GF(32).

The check character notices every single wrong character and every swap of two. The alphabet is Crockford's: no I,
L, O or U, so what is read aloud can be written back (O is taken for 0, I and L for 1).
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DECORATION = re.compile(r"[\s\-–—._]+")
# x^5 + x^2 + 1: primitive, so up to 31 positions have different weights.
_POLYNOMIAL = 0b100101


def make_code(length: int, *, random_bits: int | None = None) -> str:
    """Return a new code of `length` characters; all but the last carry five random bits each.

    `random_bits` fixes the code, for demo data that must be the same everywhere.
    """
    bits = secrets.randbits(5 * (length - 1)) if random_bits is None else random_bits
    payload = "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(length - 1))
    return payload + _check_character(payload)


def normalise_code(typed: str, *, length: int, prefix: str = "") -> str | None:
    """Return the code that `typed` means, without `prefix`, or None when it cannot be one.

    Spaces, dashes, lower case, a missing prefix and the look-alikes O, I and L are forgiven; a wrong check
    character is not.
    """
    text = without_decoration(typed[:64])
    if prefix and len(text) == len(prefix) + length:
        text = text.removeprefix(prefix)
    text = text.translate(_MISREAD)
    if len(text) != length or any(character not in _VALUES for character in text):
        return None
    return text if text[-1] == _check_character(text[:-1]) else None


def without_decoration(typed: str) -> str:
    """Return `typed` in upper case without the spaces, dashes and points that people put into numbers."""
    return _DECORATION.sub("", typed).upper()


def _check_character(payload: str) -> str:
    value = 0
    for character in payload:
        value = _times_x(value ^ _VALUES[character])
    return ALPHABET[value]


def _times_x(value: int) -> int:
    shifted = value << 1
    return shifted ^ _POLYNOMIAL if shifted & 32 else shifted
