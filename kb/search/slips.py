"""Words one slip of the finger away: a letter too much, missing, wrong, or swapped with its neighbour.

A word with digits is a model, a part or an error code: every character of it counts, and its neighbours are other things
(E2, E3). It is only ever read as a code that looks alike (W85 typed as WB5), never as a word.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from kb.search.caches import BoundedCache

# What a finger slips to; other letters are typed on purpose.
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
# What is read as another character on a label.
_LOOK_ALIKES = ("0o", "1il", "2z", "5s", "8b")
_TWINS = {one: group.replace(one, "") for group in _LOOK_ALIKES for one in group}
_MAX_CHARACTERS = 20
# A shorter word with two slips in it may be any other word. No Vietnamese syllable is so long.
_LEAST_CHARACTERS_FOR_TWO = 8
_LAST = "\U0010ffff"
# Bytes kept of what was found, and of one word of it with all that Python keeps beside it.
_KEPT_BYTES = 4_000_000
_WORD_BYTES = 100


class Slips:
    """The words of one vocabulary, asked for what is near a typed one. Safe for threads.

    No index of misspellings is kept: it would be ten times as large as the words, and be made anew by each commit.
    """

    def __init__(self, words: Sequence[str], known: AbstractSet[str]) -> None:
        """Take the words in order, and as a set."""
        self._words = words
        self._known = known
        self._letters: dict[str, str] = {}
        self._near: BoundedCache[str, frozenset[str]] = BoundedCache(_KEPT_BYTES)
        self._near_by_two: BoundedCache[str, frozenset[str]] = BoundedCache(_KEPT_BYTES)

    def near(self, word: str) -> frozenset[str]:
        """Return the words one slip away from this one, itself among them if it is known.

        Cost  some ten look-ups for each letter at first, later one: only letters are tried that some word has there.
        """
        if len(word) > _MAX_CHARACTERS:
            return frozenset()
        found = self._near.get(word)
        if found is None:
            found = self._codes_near(word) if is_code(word) else self._words_near(word)
            self._near.put(word, found, _WORD_BYTES * (2 + len(found)))
        return found

    def near_by_two(self, word: str) -> frozenset[str]:
        """Return the words two slips away from a long one, whose first letter is taken to be right; none for a code.

        Cost  a third of a millisecond at 10,000 words, so asked only for a word with nothing nearer; later none.
        """
        if not _LEAST_CHARACTERS_FOR_TWO <= len(word) <= _MAX_CHARACTERS or is_code(word):
            return frozenset()
        found = self._near_by_two.get(word)
        if found is None:
            found = frozenset(one for one in self._within(word[0], word[1:], slips=2) if not is_code(one))
            self._near_by_two.put(word, found, _WORD_BYTES * (2 + len(found)))
        return found

    def _within(self, head: str, tail: str, *, slips: int) -> Iterator[str]:
        """Yield the known words that begin with `head` and go on as `tail` does, but for so many slips at most."""
        if not tail and head in self._known:
            yield head
        letters = self._letters_after(head)
        if tail and tail[0] in letters:
            yield from self._within(head + tail[0], tail[1:], slips=slips)
        if not slips:
            return
        for letter in letters:
            yield from self._within(head + letter, tail, slips=slips - 1)  # it is missing
            if tail and letter != tail[0]:
                yield from self._within(head + letter, tail[1:], slips=slips - 1)  # another one was hit
        if tail:
            yield from self._within(head, tail[1:], slips=slips - 1)  # it is one too much
        if len(tail) > 1 and tail[0] != tail[1] and tail[1] in letters:
            yield from self._within(head + tail[1], tail[0] + tail[2:], slips=slips - 1)  # they are swapped

    def _codes_near(self, word: str) -> frozenset[str]:
        return frozenset(code for code in (word, *_read_otherwise(word)) if code in self._known and is_code(code))

    def _words_near(self, word: str) -> frozenset[str]:
        return frozenset(before for before in self._before_slip(word) if before in self._known) | self._codes_near(word)

    def _before_slip(self, word: str) -> Iterator[str]:
        for i in range(len(word) + 1):
            head, tail = word[:i], word[i:]
            letters = self._letters_after(head)
            if not letters:
                # No word goes on from here; the letter behind it may still be one too much.
                if len(tail) == 1:
                    yield head
                return
            for letter in letters:
                yield head + letter + tail
            if tail:
                yield head + tail[1:]
                for letter in letters:
                    yield head + letter + tail[1:]
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]

    def _letters_after(self, beginning: str) -> str:
        """Return the letters that come next in some word that begins so."""
        letters = self._letters.get(beginning)
        if letters is None:
            begun = self._words[bisect_left(self._words, beginning) : bisect_left(self._words, beginning + _LAST)]
            place = len(beginning)
            letters = "".join(_ALPHABET.intersection(word[place] for word in begun if len(word) > place))
            if letters:
                self._letters[beginning] = letters  # as many at most as the words have beginnings
        return letters


def is_code(word: str) -> bool:
    """Say whether a word is a model, a part or an error code: it has a digit."""
    return not _DIGITS.isdisjoint(word)


def _read_otherwise(word: str) -> Iterator[str]:
    """Yield the word with one character read as one that looks like it."""
    for i, character in enumerate(word):
        for twin in _TWINS.get(character, ""):
            yield word[:i] + twin + word[i + 1 :]
