"""Typed text as it is stored: composed letters, no control characters."""

import re
import unicodedata

# Control and format characters, lone surrogates and noncharacters; tab and line feed are kept for clean_text.
# Joiners (U+200C, U+200D) stay: some scripts and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAK = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def clean_text(typed: str) -> str:
    """Return `typed` in NFC with plain line breaks and without control characters; spaces at the ends go."""
    text = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", typed))
    return _UNWANTED.sub("", text).strip()


def clean_line(typed: str) -> str:
    """Return `typed` as one line: as clean_text, and every run of spaces and breaks is one space."""
    return " ".join(clean_text(typed).split())


def fold(text: str) -> str:
    """Return `text` in lower case without any mark; đ becomes d."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
