"""The words of the index in one language: what is known, what is near, what follows what."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from kb.search.languages import LANGUAGES, RULES
from kb.search.schema import scored_field
from kb.search.slips import Slips

_MAX_COMPLETIONS = 100


class TermSource(Protocol):
    """The terms of an index, as one search sees them; every engine has one."""

    def vocabulary(self, field: str) -> AbstractSet[str]:
        """Return the terms of a field."""

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term of a scored field occurs."""

    def frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """Return `frequency` of many terms at once."""

    def words_with_prefix(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with `prefix`, in order."""

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> set[str]:
        """Return some terms that begin with `prefix`, for fields too large to be held (pairs)."""

    def exact_forms(self, field: str, reduce: Callable[[str], str]) -> Mapping[str, list[str]]:
        """Return the terms of an exact field, gathered by what `reduce` makes of them."""

    def slips(self, field: str) -> Slips:
        """Return the terms of a field, asked for what is near a typed one."""


class Lexicon:
    """Looks words up in the terms of an index. Cheap to make; the source keeps what was read."""

    def __init__(self, snapshot: TermSource, language: str) -> None:
        self.language = language
        self.rules = RULES[language]
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

    def has_written(self, word: str) -> bool:
        """Say whether some page has this very word, whatever its marks; another word with the same stem is not enough."""
        if self.rules.is_told_by_marks:
            return self.knows(self.rules.term(word))
        return self.knows_exact(self.rules.exact(word))

    def of_other_languages(self) -> Iterator["Lexicon"]:
        """Yield the words of the same index in each other language."""
        for language in LANGUAGES:
            if language != self.language:
                yield Lexicon(self._snapshot, language)

    def frequency(self, term: str) -> int:
        """Return how many pages contain the term."""
        return self._snapshot.frequency(self._text, term)

    def exact_frequency(self, exact: str) -> int:
        """Return how many pages write the word with exactly these marks (in English: unstemmed)."""
        return self._snapshot.frequency(self._exact, exact)

    def pair_frequency(self, first: str, second: str) -> int:
        """Return how many pages contain the two words in a row."""
        return self._snapshot.frequency(self._pairs, f"{first} {second}")

    def pair_frequencies(self, pairs: Iterable[tuple[str, str]]) -> list[int]:
        """Return for each of two words in how many pages they stand in a row. Cost: a fifth of so many single questions."""
        return self._snapshot.frequencies(self._pairs, [f"{first} {second}" for first, second in pairs])

    def near(self, word: str) -> Collection[str]:
        """Return the known terms one slip of the finger away from a folded word; see `Slips`."""
        near = self._slips().near(word)
        return near if self.rules.is_told_by_marks else self._stems(near)

    def near_by_two(self, word: str) -> Collection[str]:
        """Return the known terms two slips away from a long folded word; see `Slips`."""
        return self._stems(self._slips().near_by_two(word))

    def _slips(self) -> Slips:
        # A slip happens in what is written, not in its stem; marks that may be left out are no slips.
        return self._snapshot.slips(self._text if self.rules.is_told_by_marks else self._exact)

    def _stems(self, written: Collection[str]) -> Collection[str]:
        return {self.rules.stem(one) for one in written} & self._words

    def is_beginning(self, typed: str) -> bool:
        """Say whether some known term begins so."""
        return bool(self._snapshot.words_with_prefix(self._text, typed))

    def completions(self, prefix: str, after: str | None) -> list[str]:
        """Return known terms that begin with `prefix`, best first; at most 100 that follow `after`, and 100 others.

        Those that often follow the word `after` come first, then the most frequent ones.
        """
        words = self._snapshot.words_with_prefix(self._text, prefix)[:_MAX_COMPLETIONS]
        following: dict[str, int] = {}
        if after is not None:
            pairs = self._snapshot.terms_with_prefix(self._pairs, f"{after} {prefix}", _MAX_COMPLETIONS)
            beside = self._snapshot.frequencies(self._pairs, list(pairs))
            following = {pair.split(" ", 1)[1]: count for pair, count in zip(pairs, beside, strict=True)}
        found = [*sorted(following), *(word for word in words if word not in following)]
        counts = self._snapshot.frequencies(self._text, found)
        ranks = {word: (following.get(word, 0), count) for word, count in zip(found, counts, strict=True)}
        return sorted(found, key=ranks.__getitem__, reverse=True)

    def best_marked(self, term: str) -> str:
        """Return the most frequent exact form of a folded term, to show it as people write it."""
        forms = self._snapshot.exact_forms(self._exact, self.rules.term)
        candidates = forms.get(term, [term])
        return max(candidates, key=lambda exact: (self._snapshot.frequency(self._exact, exact), exact))
