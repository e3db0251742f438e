"""Gives Vietnamese words the marks that were left out: "may giat khong xa nuoc" → "máy giặt không xả nước".

A model of meaning reads unmarked Vietnamese as noise (success@5 .14 instead of .49 where this was measured), so a
question is given its likeliest marks before it is embedded. The result is never shown: it is a guess.

The likeliest words are those of the best path through all readings (Viterbi 1967), by how often one word follows
another. Where that was seen too seldom, it counts after how many different words a word was seen (Witten and Bell 1991;
Kneser and Ney 1995): "lung" is said often, but hardly ever after anything but "lung tung".
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from kb.search.analyzers import fold, normalize, token_runs
from kb.search.word_forms import has_marks

# A word that a text never said, but whose folded form it did not say either: likelier than nothing.
_UNSEEN = 0.1
# The best few ways to read what came before are enough; the rest are never taken.
_MAX_FORMS = 12
# Chosen on questions with all, half and none of their marks (docs/search.md).
_MAX_UNMARKED = 0.25
# What stands before the first word.
_START = ""
_EVERYDAY = Path(__file__).with_name("everyday_vi.txt")


class MarkRestorer:
    """Learns from marked texts which syllables there are and which follow one another.

    Cost  memory for every pair of neighbours that was learnt, some 100 bytes each; reading a question takes about
          .05 ms a word.
    """

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        # How often a word has a next one, and how many different words follow it, and go before it.
        self._led: Counter[str] = Counter()
        self._followers: Counter[str] = Counter()
        self._leaders: Counter[str] = Counter()
        self._forms: dict[str, set[str]] = defaultdict(set)

    def learn(self, texts: Iterable[str]) -> None:
        """Take in texts as people write them properly; more may follow at any time."""
        for text in texts:
            for run in token_runs(normalize(text), "vi"):
                self._learn_run([token.surface for token in run])

    def knows(self, folded: str) -> bool:
        """Say whether a word of this folded form was ever learnt."""
        return folded in self._forms

    def are_left_out(self, words: Sequence[str]) -> bool:
        """Say whether marks are missing: from more than a quarter of the words that may carry any.

        Of ten properly written questions one looks so too, since many words are right without a mark; nearly all of
        its words come out of `restore` as they were.
        """
        unmarked = [not has_marks(word) for word in words if any(map(has_marks, self._forms.get(fold(word), ())))]
        return sum(unmarked) > _MAX_UNMARKED * len(unmarked)

    def restore(self, words: Sequence[str]) -> str:
        """Return words with their likeliest marks; those with marks, or never learnt, stay as they are."""
        return " ".join(self._best_path(words)) if words else ""

    def _learn_run(self, words: Sequence[str]) -> None:
        self._words.update(words)
        for word in words:
            self._forms[fold(word)].add(word)
        for first, second in pairwise([_START, *words]):
            self._led[first] += 1
            self._pairs[first, second] += 1
            if self._pairs[first, second] == 1:
                self._followers[first] += 1
                self._leaders[second] += 1

    def _best_path(self, words: Sequence[str]) -> list[str]:
        """Return the likeliest sequence of words."""
        before: dict[str, tuple[float, str]] = {_START: (0.0, _START)}
        layers: list[dict[str, tuple[float, str]]] = []
        for word in words:
            before = {
                form: max(
                    (score + math.log(self._likelihood(earlier, form)), earlier)
                    for earlier, (score, _) in before.items()
                )
                for form in self._forms_of(word)
            }
            layers.append(before)
        path = [max(layers[-1], key=lambda form: layers[-1][form][0])]
        for layer in reversed(layers[1:]):
            path.append(layer[path[-1]][1])
        return path[::-1]

    def _forms_of(self, word: str) -> list[str]:
        forms = self._forms.get(word)
        if not forms:
            return [word]
        return sorted(forms, key=lambda form: (-self._words[form], form))[:_MAX_FORMS]

    def _likelihood(self, first: str, second: str) -> float:
        """Return how likely `second` is after `first`: what was seen, and the more open that is, what it is anywhere."""
        anywhere = (self._leaders[second] + _UNSEEN) / (len(self._pairs) + 1)
        led, followers = self._led[first], self._followers[first]
        if not led:
            return anywhere
        return (self._pairs[first, second] + followers * anywhere) / (led + followers)


@cache
def everyday_texts() -> tuple[str, ...]:
    """Return lines of Vietnamese as people speak, which a help page seldom is: what its readers say beside its words."""
    lines = _EVERYDAY.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
