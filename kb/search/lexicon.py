"""The words of the index in one language: what is known, what is near, what follows what."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

from kb.search.analyzers import fold, stem_english
from kb.search.schema import scored_field

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_MAX_CORRECTED_CHARACTERS = 20
_MAX_COMPLETIONS = 100


class TermSource(Protocol):
    """The terms of an index, as one search sees them; every engine has one."""

    def vocabulary(self, field: str) -> AbstractSet[str]:
        """Return the terms of a field."""

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term of a scored field occurs."""

    def words_with_prefix(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with `prefix`, in order."""

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> set[str]:
        """Return some terms that begin with `prefix`, for fields too large to be held (pairs)."""

    def exact_forms(self, field: str, reduce: Callable[[str], str]) -> Mapping[str, list[str]]:
        """Return the terms of an exact field, gathered by what `reduce` makes of them."""


class Lexicon:
    """Looks words up in the terms of an index. Cheap to make; the source keeps what was read."""

    def __init__(self, snapshot: TermSource, language: str) -> None:
        self.language = language
        self._snapshot = snapshot
        self._text = scored_field("text", language)
        self._pairs = scored_field("pairs", language)
        self._exact = scored_field("exact", language)
        self._words = snapshot.vocabulary(self._text)

    def knows(self, term: str) -> bool:
        """Say whether some page contains the term."""
        return term in self._words

    def knows_exact(self, exact: str) -> bool:
        """Say whether some page writes the word with exactly these marks (in English: unstemmed)."""
        return exact in self._snapshot.vocabulary(self._exact)

    def frequency(self, term: str) -> int:
        """Return how many pages contain the term."""
        return self._snapshot.frequency(self._text, term)

    def exact_frequency(self, exact: str) -> int:
        """Return how many pages write the word with exactly these marks (in English: unstemmed)."""
        return self._snapshot.frequency(self._exact, exact)

    def pair_frequency(self, first: str, second: str) -> int:
        """Return how many pages contain the two words in a row."""
        return self._snapshot.frequency(self._pairs, f"{first} {second}")

    def near(self, word: str) -> set[str]:
        """Return the known terms one slip of the finger away: a letter too much, missing, wrong or swapped.

        Cost  about 40 set look-ups for each letter; no index of misspellings has to be kept.
        """
        if len(word) > _MAX_CORRECTED_CHARACTERS:
            return set()
        if self.language == "en":
            vocabulary = self._snapshot.vocabulary(self._exact)
            found = {stem_english(near) for near in _one_slip(word) if near in vocabulary}
            return found & self._words
        return {near for near in _one_slip(word) if near in self._words}

    def completions(self, prefix: str, after: str | None) -> list[str]:
        """Return known terms that begin with `prefix`, those that follow the word `after` first; at most 100 of each.

        The limit keeps a single letter from reading the postings of a tenth of the language.
        """
        words = self._snapshot.words_with_prefix(self._text, prefix)[:_MAX_COMPLETIONS]
        if after is None:
            return words
        pairs = self._snapshot.terms_with_prefix(self._pairs, f"{after} {prefix}", _MAX_COMPLETIONS)
        following = {pair.split(" ", 1)[1] for pair in pairs}
        return sorted(following) + [word for word in words if word not in following]

    def best_marked(self, term: str) -> str:
        """Return the most frequent exact form of a folded term, to show it as people write it."""
        forms = self._snapshot.exact_forms(self._exact, fold if self.language == "vi" else stem_english)
        candidates = forms.get(term, [term])
        return max(candidates, key=lambda exact: (self._snapshot.frequency(self._exact, exact), exact))


def _one_slip(word: str) -> Iterator[str]:
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        for letter in _ALPHABET:
            yield head + letter + tail
        if tail:
            yield head + tail[1:]
            for letter in _ALPHABET:
                yield head + letter + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
