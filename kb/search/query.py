"""From what a reader typed to weighted terms: marks, keystrokes, slips, half words, phrases.

Nothing is ever parsed as a query language, so no character has a meaning of its own. Every guess is added beside
what was typed, never in its place, unless the typed word occurs on no page at all.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kb.search import weights
from kb.search.analyzers import Token, fold, normalize, tokens
from kb.search.foreign import OtherWord, foreign_places
from kb.search.keystrokes import compose
from kb.search.lexicon import Lexicon
from kb.search.slips import is_code
from kb.search.word_forms import MAX_WORD_CHARACTERS, has_marks

# A question has a dozen words; what is pasted beyond this finds nothing better and costs time.
MAX_WORDS = 32
MAX_CHARACTERS = 1000

_MAX_CORRECTIONS = 3
_MAX_COMPLETIONS = 6
_MAX_SYNONYM_WORDS = 4
_MIN_SPLIT_CHARACTERS = 5

# Typed phrase (folded terms) → the pages' phrases (words as written).
Synonyms = Mapping[tuple[str, ...], tuple[str, ...]]


class Candidate(NamedTuple):
    """One reading of a typed word; `exact` is empty where the marks say nothing."""

    term: str
    weight: float
    exact: str = ""


class Word(NamedTuple):
    """One typed word with its readings, best first, and how much it counts."""

    token: Token
    candidates: tuple[Candidate, ...]
    weight: float = 1.0
    shown: str = ""  # how it reads after a correction; empty if it stands as typed


@dataclass(frozen=True)
class Understanding:
    """A query ready to be scored; `phrases` are added by synonyms and scored as queries of their own.

    `typed_in` is the other language that some of its words were typed in, if any; they are not among `words`.
    """

    language: str
    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[Word, ...], ...] = ()
    corrected_text: str | None = None
    typed_in: str = ""


def understand(text: str, lexicon: Lexicon, *, synonyms: Synonyms, is_verbatim: bool = False) -> Understanding:
    """Return what `text` most likely asks for, in the words of the lexicon.

    Shape   words in their order; text without any word gives none.
    Cost    .05 ms for a correct query, .3 ms for one with several slips.
    `is_verbatim` switches guessing off ("search instead for ...").
    """
    text = normalize(text[:MAX_CHARACTERS])
    found = tokens(text, lexicon.language)[:MAX_WORDS]
    is_marked = any(has_marks(token.exact) for token in found)
    words = [_as_typed(token, lexicon, is_marked=is_marked) for token in found]
    if is_verbatim:
        return _understanding(text, words, lexicon, synonyms)
    words = _decode_keystrokes(words, lexicon)
    ends_in_word = bool(found) and found[-1].end == len(text.rstrip("\n")) and not text.endswith(" ")
    unknown = _unknown(words, lexicon, last_may_be_cut=ends_in_word)
    if unknown:
        typed_in, foreign = _foreign(unknown, words, lexicon, is_marked=is_marked)
        if foreign:
            return _understanding(text, words, lexicon, synonyms, typed_in=typed_in, foreign=foreign)
    words = _correct(words, lexicon, last_may_be_cut=ends_in_word)
    if ends_in_word:
        words[-1] = _complete(words, lexicon)
    return _understanding(text, words, lexicon, synonyms)


def _understanding(
    text: str,
    words: list[Word],
    lexicon: Lexicon,
    synonyms: Synonyms,
    *,
    typed_in: str = "",
    foreign: Collection[int] = (),
) -> Understanding:
    phrases = tuple(_synonym_phrases(words, lexicon, synonyms))
    if foreign:  # what is left of another language's question is what both share; words that only ask are its own
        words = [word for i, word in enumerate(words) if i not in foreign and word.weight == 1]
    return Understanding(lexicon.language, tuple(words), phrases, _shown(text, words), typed_in)


def _as_typed(token: Token, lexicon: Lexicon, *, is_marked: bool) -> Word:
    rules = lexicon.rules
    only_asks = rules.only_asks(token.term, token.exact, is_marked=is_marked)
    exact = token.exact if is_marked or not rules.is_told_by_marks else ""
    return Word(token, (Candidate(token.term, 1.0, exact),), weights.active().stop_word if only_asks else 1.0)


# Keystrokes --------------------------------------------------------------------------------------


def _decode_keystrokes(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """Read words as Telex or VNI keys, if at least one word makes sense only that way.

    A single letter with its key is no such word: A6 is a size of paper before it is the letter â.
    """
    if not lexicon.rules.decoders:
        return words
    decoded = [_decode(word, lexicon) for word in words]
    if not any(
        exact and len(fold(exact)) > 1 and not lexicon.knows(word.token.term)
        for word, exact in zip(words, decoded, strict=True)
    ):
        return words
    result = []
    for word, exact in zip(words, decoded, strict=True):
        if not exact:
            result.append(word)
            continue
        candidates = [Candidate(fold(exact), 1.0, exact)]
        if lexicon.knows(word.token.term):
            candidates.append(word.candidates[0]._replace(weight=weights.active().undecoded))
        only_asks = lexicon.rules.only_asks(fold(exact), exact, is_marked=True)
        weight = weights.active().stop_word if only_asks else 1.0
        result.append(Word(word.token, tuple(candidates), weight, shown=compose(exact)))
    return result


def _decode(word: Word, lexicon: Lexicon) -> str | None:
    for decode in lexicon.rules.decoders:
        exact = decode(word.token.surface)
        if exact and lexicon.knows_exact(exact):
            return exact
    return None


# Words of another language -----------------------------------------------------------------------


def _unknown(words: list[Word], lexicon: Lexicon, *, last_may_be_cut: bool) -> list[int]:
    """Return the places of the words that no page has, and that are neither codes nor the beginning of a word."""
    unknown = [
        i
        for i, word in enumerate(words)
        if word.weight == 1 and not lexicon.knows(word.candidates[0].term) and not is_code(word.token.term)
    ]
    last = len(words) - 1
    if last_may_be_cut and last in unknown and lexicon.is_beginning(words[last].token.term):
        unknown.remove(last)
    return unknown


def _foreign(
    unknown: list[int], words: list[Word], lexicon: Lexicon, *, is_marked: bool
) -> tuple[str, Collection[int]]:
    """Return the other language that some of the words are in, and their places; "" and none if there is no such."""
    for other in lexicon.of_other_languages():
        if not any(_is_word_of(other, words[place]) for place in unknown):
            continue  # a slip, as nearly always
        theirs = [_as_typed(_token_in(word.token, other), other, is_marked=is_marked) for word in words]
        read = [
            OtherWord(word.shown or word.token.surface, word.candidates[0].term)
            for word in _decode_keystrokes(theirs, other)
        ]
        places = foreign_places(unknown, read, other)
        if places:
            return other.language, places
    return "", ()


def _is_word_of(other: Lexicon, word: Word) -> bool:
    return other.has_written(word.token.surface) or _decode(word, other) is not None


def _token_in(token: Token, lexicon: Lexicon) -> Token:
    surface = token.surface
    return token._replace(term=lexicon.rules.term(surface), exact=lexicon.rules.exact(surface))


# Slips -------------------------------------------------------------------------------------------


def _correct(words: list[Word], lexicon: Lexicon, *, last_may_be_cut: bool) -> list[Word]:
    """Add nearby words: for a word that occurs nowhere, and for one that never stands beside its neighbours."""
    corrected = list(words)
    for i, word in enumerate(words):
        if word.weight < 1:
            continue  # a word that only asks is spelt right, whether or not some page has it
        term = word.candidates[0].term
        before = words[i - 1].candidates[0].term if i else None
        after = words[i + 1].candidates[0].term if i + 1 < len(words) else None
        if not lexicon.knows(term):
            is_cut = last_may_be_cut and i == len(words) - 1 and lexicon.is_beginning(term)
            corrected[i] = _correct_unknown(word, before, after, lexicon, is_cut=is_cut)
        elif not _fits(term, before, after, lexicon) and len(term) > 1:
            corrected[i] = _correct_by_context(word, before, after, lexicon)
    return corrected


def _fits(term: str, before: str | None, after: str | None, lexicon: Lexicon) -> bool:
    """Say whether the word stands beside one of its neighbours on some page; a lone word fits."""
    if before is None and after is None:
        return True
    return bool((before and lexicon.pair_frequency(before, term)) or (after and lexicon.pair_frequency(term, after)))


def _contexts(terms: Collection[str], before: str | None, after: str | None, lexicon: Lexicon) -> list[float]:
    """Return for each term how often it stands beside the words around it."""
    beside = [0.0] * len(terms)
    if before:
        counts = lexicon.pair_frequencies((before, term) for term in terms)
        beside = [math.log1p(count) for count in counts]
    if after:
        counts = lexicon.pair_frequencies((term, after) for term in terms)
        beside = [fit + math.log1p(count) for fit, count in zip(beside, counts, strict=True)]
    return beside


def _correct_unknown(word: Word, before: str | None, after: str | None, lexicon: Lexicon, *, is_cut: bool) -> Word:
    typed = fold(word.token.surface)
    parts: tuple[str, ...] | None = None
    best = _best_near(lexicon.near(typed), before, after, lexicon)
    if not best:
        parts = _split(typed, lexicon)
        # Two slips make of a rare word many another one: only what stands beside the words around is meant.
        best = list(parts or _best_near(lexicon.near_by_two(typed), before, after, lexicon, must_fit=True))
    if not best:
        return word
    active = weights.active()
    sure = len(parts) if parts else 1
    candidates = [
        Candidate(term, active.best_correction if i < sure else active.other_correction) for i, term in enumerate(best)
    ]
    shown = " ".join(compose(lexicon.best_marked(term)) for term in best[:sure])
    return word._replace(candidates=(*candidates, word.candidates[0]), shown="" if is_cut else shown)


def _best_near(
    near: Collection[str], before: str | None, after: str | None, lexicon: Lexicon, *, must_fit: bool = False
) -> list[str]:
    """Return the likeliest of the near terms: those that stand beside the words around, then the frequent ones."""
    fits = _contexts(near, before, after, lexicon)
    ranked = sorted(
        (
            (3 * fit + math.log1p(lexicon.frequency(term)), term)
            for fit, term in zip(fits, near, strict=True)
            if fit or not must_fit
        ),
        reverse=True,
    )
    return [term for _score, term in ranked[:_MAX_CORRECTIONS]]


def _correct_by_context(word: Word, before: str | None, after: str | None, lexicon: Lexicon) -> Word:
    typed = fold(word.token.surface)
    near = [term for term in lexicon.near(typed) if term != typed]
    fitting = sorted(zip(_contexts(near, before, after, lexicon), near, strict=True), reverse=True)
    candidates = [
        Candidate(term, weights.active().context_correction) for fit, term in fitting[:_MAX_CORRECTIONS] if fit > 0
    ]
    return word._replace(candidates=(*word.candidates, *candidates))


def _split(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """Return two known neighbours that were typed without the blank between them: maygiat → may, giat."""
    # Longer than a word can be, it is no slip, and each of a thousand places would be tried.
    if not _MIN_SPLIT_CHARACTERS <= len(word) <= MAX_WORD_CHARACTERS:
        return None
    halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    stem = lexicon.rules.stem
    known = [(stem(a), stem(b)) for a, b in halves if lexicon.knows(stem(a)) and lexicon.knows(stem(b))]
    ranked = [(lexicon.pair_frequency(a, b), (a, b)) for a, b in known]
    best = max(ranked, default=(0, None))
    return best[1] if best[0] else None


# Half words --------------------------------------------------------------------------------------


def _complete(words: list[Word], lexicon: Lexicon) -> Word:
    """Add the words that the last one may be the beginning of."""
    word = words[-1]
    typed = fold(word.token.surface)
    before = words[-2].candidates[0].term if len(words) > 1 else None
    is_known = lexicon.knows(word.token.term)
    if word.shown and not is_known:
        return word  # keystrokes, or surely a slip
    if is_known and (before is None or lexicon.pair_frequency(before, word.token.term)):
        return word
    ranked = [term for term in lexicon.completions(typed, before) if term != word.token.term][:_MAX_COMPLETIONS]
    weight = weights.active().completion if is_known else weights.active().unknown_completion
    taken = {candidate.term for candidate in word.candidates}
    added = tuple(Candidate(term, weight) for term in ranked if term not in taken)
    return word._replace(candidates=(*word.candidates, *added))


# Synonyms ----------------------------------------------------------------------------------------


def _synonym_phrases(words: list[Word], lexicon: Lexicon, synonyms: Synonyms) -> Iterable[tuple[Word, ...]]:
    """Yield the pages' words for each typed phrase that an editor has a line for; one way, marks do not matter."""
    if not synonyms:
        return
    # An editor's line knows words that no page has: as typed first, then as corrected.
    readings = dict.fromkeys((_terms(words, as_typed=True), _terms(words, as_typed=False)))
    phrases = dict.fromkeys(phrase for terms in readings for phrase in _phrases_for(terms, synonyms))
    for phrase in phrases:
        found = tokens(normalize(phrase), lexicon.language)
        yield tuple(Word(token, (Candidate(token.term, weights.active().synonym),)) for token in found)


def _terms(words: list[Word], *, as_typed: bool) -> tuple[str, ...]:
    return tuple(word.token.term if as_typed else word.candidates[0].term for word in words)


def _phrases_for(terms: tuple[str, ...], synonyms: Synonyms) -> Iterable[str]:
    for size in range(1, _MAX_SYNONYM_WORDS + 1):
        for start in range(len(terms) - size + 1):
            yield from synonyms.get(terms[start : start + size], ())


def _shown(text: str, words: list[Word]) -> str | None:
    """Return the text with its corrected words in place, None if nothing was corrected."""
    if not any(word.shown for word in words):
        return None
    parts, end = [], 0
    for word in words:
        if word.shown:
            parts += [text[end : word.token.start], word.shown]
            end = word.token.end
    parts.append(text[end:])
    return " ".join("".join(parts).split())
