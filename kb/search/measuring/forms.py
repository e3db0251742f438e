"""One query as ten people type it: without marks, with a slip, half a word, in raw keystrokes, as a whole question.

Judged queries are written once, as somebody knew the words; the other forms are made of them here, always the same
ones for the same text, so that two runs compare.
"""

import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kb.search.analyzers import fold, normalize
from kb.search.measuring.evaluation import JudgedQuery
from kb.search.word_forms import TONES, has_marks

# The form that others are made of.
BASE_FORM = "asis"

_WORD = re.compile(r"[^\W\d_]+")
_MIN_SLIP_CHARACTERS = 4
_MIN_CUT_CHARACTERS = 3
_VOWELS = "aăâeêioôơuưy"
_TELEX_MARKS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_TELEX_TONES = dict(zip(TONES, "fsxrj", strict=True))
# Beside each letter on the keyboard, for the slips that hit a neighbour.
_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoasdfghjkxcvbnmn", strict=False))
_QUESTIONS = {
    "vi": ("{} thì phải làm sao", "cho mình hỏi {} thế nào ạ", "mình cần giúp về {}"),
    "en": ("how do I deal with {}", "can you please tell me about {}", "I need some help with {}"),
}


def forms_of(text: str, language: str) -> dict[str, str]:
    """Return form → how the query reads in it; forms that would change nothing are left out.

    Vietnamese: asis, nodia, typo, typo_nd, prefix, tone, nfd, telex, ask; of other languages asis, typo, prefix, ask.
    """
    text = normalize(text)
    makers: dict[str, Callable[[str], str]] = {"typo": _with_slip, "prefix": _cut}
    if language in _QUESTIONS:
        makers["ask"] = lambda one: _question(one, language)
    if language == "vi":
        makers |= {
            "nodia": fold_words,
            "typo_nd": lambda one: fold_words(_with_slip(one)),
            "tone": lambda one: _WORD.sub(lambda word: _move_tone(word.group()), one),
            "nfd": lambda one: unicodedata.normalize("NFD", one),
            "telex": lambda one: _WORD.sub(lambda word: _keystrokes(word.group().lower()), one),
        }
    made = {form: make(text) for form, make in makers.items()}
    return {BASE_FORM: text} | {form: one for form, one in made.items() if one != text}


def with_forms(queries: Iterable[JudgedQuery]) -> Iterator[JudgedQuery]:
    """Yield every query, and after one in its base form the same query in all others."""
    for query in queries:
        yield query
        if query.variant == BASE_FORM:
            for form, text in forms_of(query.text, query.language).items():
                if form != BASE_FORM:
                    yield replace(query, text=text, variant=form)


def fold_words(text: str) -> str:
    """Return the text without marks, capitals kept where folding keeps them."""
    return " ".join(fold(word) for word in text.split())


def _with_slip(text: str) -> str:
    """Return the text with one slip in one of its longer words: a letter lost, doubled, swapped or hit beside."""
    words = [match for match in _WORD.finditer(text) if len(match.group()) >= _MIN_SLIP_CHARACTERS]
    if not words:
        return text
    chance = _chance(text)
    match = chance.choice(words)
    word, place = match.group(), chance.randrange(1, len(match.group()) - 1)
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    slips = (
        head + tail,
        head + letter + letter + tail,
        head + tail[0] + letter + tail[1:],
        head + _NEIGHBOURS.get(fold(letter), letter) + tail,
    )
    slip = chance.choice([one for one in slips if one != word])
    return text[: match.start()] + slip + text[match.end() :]


def _cut(text: str) -> str:
    """Return the text as it stands while its last word is being typed."""
    *head, last = text.split() or [""]
    if len(last) < _MIN_CUT_CHARACTERS or not last.isalpha():
        return text
    return " ".join([*head, last[: max(2, len(last) // 2)]])


def _question(text: str, language: str) -> str:
    if text.endswith("?"):
        return text
    return _chance(text).choice(_QUESTIONS[language]).format(text[:1].lower() + text[1:])


def _move_tone(word: str) -> str:
    """Return the word with its tone mark on the next vowel of the same group: hoá → hóa, the old place or a wrong one."""
    letters = [unicodedata.normalize("NFD", c) for c in word]
    for i, letter in enumerate(letters):
        tone = next((c for c in letter if c in TONES), "")
        if not tone:
            continue
        for other in (i - 1, i + 1):
            if 0 <= other < len(letters) and unicodedata.normalize("NFC", letters[other]).lower() in _VOWELS:
                letters[i] = letter.replace(tone, "")
                letters[other] += tone
                return unicodedata.normalize("NFC", "".join(letters))
    return word


def _keystrokes(word: str) -> str:
    """Return the Telex keys of a word in lower case, the tone last; a word without marks is its own keys."""
    if not has_marks(word):
        return word
    keys, tone = "", ""
    for c in unicodedata.normalize("NFD", word):
        if c in TONES:
            tone = _TELEX_TONES[c]
        else:
            keys += c
    return "".join(_TELEX_MARKS.get(c, c) for c in unicodedata.normalize("NFC", keys)) + tone


def _chance(text: str) -> random.Random:
    """Return a source of choices that depends on the text alone."""
    return random.Random(zlib.crc32(text.encode()))  # noqa: S311 - slips of the finger, no secret
