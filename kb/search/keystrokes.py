"""Text typed with the Vietnamese keyboard switched off: Telex (`lieeju`) and VNI (`lie65u`) keystrokes.

Decoding one word is a pure function; whether a query *is* such text is decided by the caller, who knows the words
of the index. Results are exact forms as in `word_forms.exact_form`: tone mark last.
"""

import unicodedata
from functools import lru_cache

_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VOWELS = "aeiouy"
# The longest syllable is 7 letters (nghiêng); with its keys no more than this.
_MAX_KEYS = 10


@lru_cache(maxsize=16_384)
def decode_telex(word: str) -> str | None:
    """Return the syllable that these Telex keys write, or None if they change nothing.

    Keys may come in any order a typist uses: `lieeuj`, `lieejuu` is not one, `tafi` is.
    """
    if not word.isascii() or not word.isalpha() or len(word) > _MAX_KEYS:
        return None
    letters: list[str] = []  # each a base letter with its own mark
    tone = ""
    for key in word:
        has_vowel = any(letter[0] in _VOWELS for letter in letters)
        if key in _TELEX_TONES and has_vowel and not tone:
            tone = _TELEX_TONES[key]
        elif key == "w" and _put_horn(letters):
            continue
        elif key in "aeo" and key in letters:
            letters[_last(letters, key)] = key + _CIRCUMFLEX
        elif key == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        else:
            letters.append(key)
    return _result(word, letters, tone)


def decode_vni(word: str) -> str | None:
    """Return the syllable that these VNI keys write (`ma1y` → máy), or None if they change nothing."""
    if not word.isascii() or not word.isalnum() or word.isalpha() or word.isdigit() or len(word) > _MAX_KEYS:
        return None
    letters: list[str] = []
    tone = ""
    for key in word:
        if key in _VNI_TONES and letters:
            tone = _VNI_TONES[key]
        elif key == "6" and (place := max((_last(letters, vowel) for vowel in "aeo"), default=-1)) >= 0:
            letters[place] += _CIRCUMFLEX
        elif key == "7" and _put_horn(letters, only="ou"):
            continue
        elif key == "8" and _last(letters, "a") >= 0:
            letters[_last(letters, "a")] += _BREVE
        elif key == "9" and letters[:1] == ["d"]:
            letters[0] = "đ"
        else:
            letters.append(key)
    return _result(word, letters, tone)


def compose(exact: str) -> str:
    """Return an exact form as it is written: the tone mark set on its vowel (new style: hoá, thuý)."""
    base, tone = exact[:-1], exact[-1:]
    if not tone or not unicodedata.combining(tone):
        return exact
    letters = [unicodedata.normalize("NFD", c) for c in base]
    place = _tone_place([letter[0] for letter in letters], letters)
    if place < 0:
        return base
    return unicodedata.normalize("NFC", "".join(c + tone if i == place else c for i, c in enumerate(letters)))


def _tone_place(bases: list[str], letters: list[str]) -> int:
    """Return where the tone mark stands: on the marked vowel, else before a closing consonant, else by shape."""
    vowels = [i for i, base in enumerate(bases) if base in _VOWELS]
    if bases[:2] in (["q", "u"], ["g", "i"]) and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return -1
    marked = [i for i in vowels if len(letters[i]) > 1]
    if marked:
        return marked[-1]
    closes_with_consonant = vowels[-1] < len(bases) - 1
    cluster = "".join(bases[i] for i in vowels)
    if len(vowels) > 1 and (closes_with_consonant or cluster in ("oa", "oe", "uy")):
        return vowels[-1] if len(vowels) == 2 else vowels[1]
    return vowels[1] if len(vowels) == 3 else vowels[0]


def _put_horn(letters: list[str], only: str = "aou") -> bool:
    """Set the mark of the key w (7) and say whether a vowel took it; `uo` takes it on both, `ua` on the u."""
    bases = "".join(letter[0] for letter in letters)
    if "uo" in bases and not bases.startswith("quo"):
        place = bases.index("uo")
        letters[place : place + 2] = ["u" + _HORN, "o" + _HORN]
        return True
    if "ua" in bases and not bases.startswith("qu"):
        letters[bases.index("ua")] = "u" + _HORN
        return True
    place = max((_last(letters, vowel) for vowel in only), default=-1)
    if place < 0:
        return False
    letters[place] += _BREVE if letters[place] == "a" else _HORN
    return True


def _last(letters: list[str], letter: str) -> int:
    """Return the last place of a still unmarked letter, -1 if there is none."""
    return max((i for i, other in enumerate(letters) if other == letter), default=-1)


def _result(word: str, letters: list[str], tone: str) -> str | None:
    """Return the decoded exact form, None where decoding left the word as it was."""
    decoded = unicodedata.normalize("NFC", "".join(letters)) + tone
    return decoded if decoded != word else None
