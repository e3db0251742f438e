"""Gives Vietnamese words the marks that were left out: "may giat khong xa nuoc" → "máy giặt không xả nước".

A model of meaning reads unmarked Vietnamese as noise (success@5 .14 instead of .49 where this was measured), so a
question is given its likeliest marks before it is embedded. The result is never shown: it is a guess.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from kb.search.analyzers import fold, has_marks, normalize, token_runs, tokens

# How much a pair that was seen counts against the word alone (Jelinek and Mercer 1980, one weight for all).
_PAIR_SHARE = 0.9
# A word that a text never said, but whose folded form it did not say either: likelier than nothing.
_UNSEEN = 0.1
# The best few ways to read what came before are enough; the rest are never taken.
_MAX_FORMS = 12


class MarkRestorer:
    """Learns from marked texts which syllables there are and which follow one another.

    Cost  memory for every pair of neighbours that was learnt, some 100 bytes each; reading a question takes about
          .05 ms a word.
    """

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._forms: dict[str, set[str]] = defaultdict(set)
        self._total = 0

    def learn(self, texts: Iterable[str]) -> None:
        """Take in texts as people write them properly; more may follow at any time."""
        for text in texts:
            for run in token_runs(normalize(text), "vi"):
                words = [token.surface for token in run]
                self._words.update(words)
                self._pairs.update(pairwise(words))
                self._total += len(words)
                for word in words:
                    self._forms[fold(word)].add(word)

    def restore(self, text: str) -> str:
        """Return the text with its likeliest marks; one that has any mark already is returned as it is."""
        found = tokens(normalize(text), "vi")
        if not found or any(has_marks(token.exact) for token in found):
            return text
        return " ".join(self._best_path([token.term for token in found]))

    def _best_path(self, folded: Sequence[str]) -> list[str]:
        """Return the likeliest sequence of words (Viterbi 1967)."""
        layers: list[dict[str, tuple[float, str]]] = []
        before: dict[str, tuple[float, str]] = {}
        for word in folded:
            layer: dict[str, tuple[float, str]] = {}
            for form in self._forms_of(word):
                alone = (self._words[form] + _UNSEEN) / (self._total + 1)
                if not before:
                    layer[form] = (math.log(alone), "")
                    continue
                layer[form] = max(
                    (score + math.log(self._follows(earlier, form, alone)), earlier)
                    for earlier, (score, _) in before.items()
                )
            layers.append(layer)
            before = layer
        path = [max(layers[-1], key=lambda form: layers[-1][form][0])]
        for layer in reversed(layers[1:]):
            path.append(layer[path[-1]][1])
        return path[::-1]

    def _forms_of(self, folded: str) -> list[str]:
        forms = self._forms.get(folded)
        if not forms:
            return [folded]
        return sorted(forms, key=lambda form: (-self._words[form], form))[:_MAX_FORMS]

    def _follows(self, first: str, second: str, alone: float) -> float:
        return _PAIR_SHARE * self._pairs[first, second] / (self._words[first] + 1) + (1 - _PAIR_SHARE) * alone
