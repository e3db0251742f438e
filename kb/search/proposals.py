"""What a reader may have meant where search found what was typed: "did you mean".

Search itself replaces a word only if no page knows it ("showing results for"). A word that pages do know may still be a
slip: nobody writes "mái giặt", though there are roofs and there is "máy giặt". Such a guess is offered, never made.
"""

from __future__ import annotations

from collections.abc import Iterable

from kb.search.analyzers import Token, fold, normalize, tokens
from kb.search.keystrokes import compose
from kb.search.lexicon import Lexicon
from kb.search.query import MAX_CHARACTERS, MAX_WORDS, understand
from kb.search.word_forms import has_marks

# Fewer pages than this may share a slip of their own.
LEAST_PAGES = 3
# A question of more words is seldom one slip away from being right, and each word costs some 40 µs.
MAX_PROPOSED_WORDS = 12
_LEAST_CHARACTERS = 3
# With marks: how many times oftener the guess stands there than pages write the typed word with exactly these marks; without
# them, than they write it at all. Of 2,850 right queries 15 then get an offer they do not need; of 83 offers for queries
# with a slip that search itself did not see 68 are right (1,777 pages).
_RATIO_MARKED = 4


def propose(text: str, lexicon: Lexicon, *, with_corrections: bool = False) -> str | None:
    """Return `text` with the words changed that stand beside a neighbour on no page, while a near word does; else None.

    Shape  the reader's own words and marks, only the guessed ones changed. `with_corrections`: words that no page
           knows come first, for a search that was told not to replace them.
    Cost   below half a millisecond; none of it for a text whose neighbours are known.
    """
    if with_corrections:
        corrected = understand(text, lexicon, synonyms={}).corrected_text
        if corrected:
            return corrected
    text = normalize(text[:MAX_CHARACTERS])
    found = tokens(text, lexicon.language)[:MAX_WORDS]
    if not 1 < len(found) <= MAX_PROPOSED_WORDS:
        return None
    is_marked = any(has_marks(token.exact) for token in found)
    terms = [token.term for token in found]
    parts, end, is_changed = [], 0, False
    for i, token in enumerate(found):
        better = None
        if not lexicon.rules.only_asks(token.term, token.exact, is_marked=is_marked):
            better = _better_neighbour(token, terms, i, lexicon, is_marked=is_marked)
        if better:
            is_written_so = is_marked or not lexicon.rules.is_told_by_marks
            shown = compose(lexicon.best_marked(better)) if is_written_so else better
            parts += [text[end : token.start], shown]
            end = token.end
            terms[i] = better
            is_changed = True
    parts.append(text[end:])
    return " ".join("".join(parts).split()) if is_changed else None


def is_proved_by(titles: Iterable[str], text: str, proposed: str, language: str) -> bool:
    """Say whether a title holds a word that the proposal would change, with another of the text: then it was meant."""
    typed = {token.term for token in tokens(normalize(text), language)}
    kept = typed & {token.term for token in tokens(normalize(proposed), language)}
    words = [{token.term for token in tokens(normalize(title), language)} for title in titles]
    return any(found & (typed - kept) and found & kept for found in words)


def _better_neighbour(token: Token, terms: list[str], place: int, lexicon: Lexicon, *, is_marked: bool) -> str | None:
    """Return the near word that fits between its neighbours, if the typed one fits beside none of them."""
    term, typed = terms[place], fold(token.surface)
    if len(typed) < _LEAST_CHARACTERS or not lexicon.knows(term) or _pages_beside(term, terms, place, lexicon):
        return None
    ranked = [
        (_pages_beside(near, terms, place, lexicon), near)
        for near in lexicon.near(typed)
        if near != term and not lexicon.rules.only_asks(near, near, is_marked=False)
    ]
    pages, best = max(ranked, default=(0, ""))
    # Marks say which of the words it was that look alike without them.
    pages_of_typed = _RATIO_MARKED * lexicon.exact_frequency(token.exact) if is_marked else lexicon.frequency(term)
    return best if pages >= max(LEAST_PAGES, pages_of_typed) else None


def _pages_beside(term: str, terms: list[str], place: int, lexicon: Lexicon) -> int:
    before = lexicon.pair_frequency(terms[place - 1], term) if place else 0
    after = lexicon.pair_frequency(term, terms[place + 1]) if place + 1 < len(terms) else 0
    return before + after
