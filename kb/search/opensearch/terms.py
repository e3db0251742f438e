"""The words of the live index, as `understand()` needs them, with few and short questions to the server.

Single words are few (thousands): every process holds them with their counts and renews them in the background. Pairs
of words are many: they are asked for as they are needed, all that one look at a query misses in one request. A look
that missed something is repeated with the answers; most queries need one request, repeated ones none.
"""

import logging
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from kb.search.analyzers import normalize, pair_terms, tokens
from kb.search.engine import Answer
from kb.search.errors import SearchUnavailable
from kb.search.languages import LANGUAGES
from kb.search.lexicon import Lexicon
from kb.search.opensearch.generations import Generations
from kb.search.opensearch.layout import WORD_FIELDS, listed
from kb.search.opensearch.server import Server
from kb.search.passages import Codes, Points, RarityTable
from kb.search.query import MAX_CHARACTERS, MAX_WORDS, Synonyms, Understanding, understand
from kb.search.schema import scored_field
from kb.search.slips import Slips

logger = logging.getLogger(__name__)

Term = tuple[str, str]  # field, term

# A word of a page published elsewhere is offered as a correction after this time; it is found at once.
_WORDS_KEPT_SECONDS = 30.0
# Counts of pairs and of words not yet held. Short, since a page may bring them in; repeated queries still ask nothing.
_COUNTS_KEPT_SECONDS = 2.0
_MAX_COUNTS = 100_000
# The server refuses answers of more than 65,535 lines; rarer words than these are known when they are typed.
_MAX_WORDS_HELD = 60_000
_MAX_TERMS_ASKED = 2_000
# Typed words, then their corrections, then the completion of the last one: more looks find nothing more.
_MAX_LOOKS = 4
# A half-typed word is completed from its most frequent continuations.
_MAX_PREFIXED = 300


class Words:
    """The words of one moment with the number of documents they occur in, by field."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]], documents: Mapping[str, int]) -> None:
        self.counts = counts
        self.known = {field: set(words) for field, words in counts.items()}
        self.sorted = {field: sorted(words) for field, words in counts.items()}
        self.exact_forms: dict[str, dict[str, list[str]]] = {}
        self.slips = {field: Slips(words, self.known[field]) for field, words in self.sorted.items()}
        text = {language: scored_field("text", language) for language in LANGUAGES}
        self.rarities = {
            language: RarityTable(counts[field].items(), documents[field]) for language, field in text.items()
        }
        self.loaded_at = time.monotonic()

    def is_old(self) -> bool:
        """Say whether they should be renewed."""
        return time.monotonic() - self.loaded_at > _WORDS_KEPT_SECONDS


class TermStore:
    """What this process knows of the terms on the server. Safe for threads."""

    def __init__(self, server: Server, generations: Generations) -> None:
        self._server = server
        self._generations = generations
        self._lock = threading.Lock()
        self._words: Words | None = None
        self._renewing = False
        self._counts: dict[Term, int] = {}
        self._counts_since = float("-inf")

    def understand(self, text: str, language: str, *, synonyms: Synonyms, is_verbatim: bool) -> Understanding:
        """Return what a text asks for, in the words of the live index; see `kb.search.query.understand`.

        Cost    no request if its words were asked for in the last seconds, else one, two or three of some ms.
        Errors  SearchUnavailable; AnalyzerMismatch is found out within half a minute.
        """
        terms = Terms(self, self._current_words())
        terms.ask_for_typed(text, language)
        return self._consult(
            terms, language, lambda lexicon: understand(text, lexicon, synonyms=synonyms, is_verbatim=is_verbatim)
        )

    def consult(self, language: str, question: Callable[[Lexicon], Answer]) -> Answer:
        """Return the answer of a pure function of the words of the index; it may be asked several times.

        Cost  as `understand`.
        """
        return self._consult(Terms(self, self._current_words()), language, question)

    def rarity(self, language: str, codes: Codes) -> Points:
        """Return how rare the terms with these codes are; see `kb.search.second_look`."""
        return self._current_words().rarities[language].of(codes)

    def forget(self) -> None:
        """Read everything anew at the next search: this process has just written."""
        with self._lock:
            self._words = None
            self._counts = {}

    def kept_counts(self) -> dict[Term, int]:
        """Return the counts asked for in the last seconds; add to them what you ask for."""
        with self._lock:
            is_old = time.monotonic() - self._counts_since > _COUNTS_KEPT_SECONDS
            if is_old or len(self._counts) > _MAX_COUNTS:
                self._counts = {}
                self._counts_since = time.monotonic()
            return self._counts

    def count(self, wanted: Collection[Term]) -> dict[Term, int]:
        """Ask the server in how many documents each term occurs.

        A made-up document with these terms is described to the server, which answers from its dictionary of terms
        alone; no document is searched.
        """
        by_field: dict[str, list[str]] = {}
        for field, term in wanted:
            by_field.setdefault(field, []).append(term)
        body = {
            "doc": {field: "\n".join(terms) for field, terms in by_field.items()},
            "term_statistics": True,
            **dict.fromkeys(("field_statistics", "positions", "offsets", "payloads"), False),
        }
        answer: dict[str, Any] = self._server.ask(
            lambda client: client.termvectors(index=self._generations.live, body=body)
        )
        found = answer.get("term_vectors", {})
        return {
            (field, term): found.get(field, {}).get("terms", {}).get(term, {}).get("doc_freq", 0)
            for field, term in wanted
        }

    def _consult(self, terms: "Terms", language: str, question: Callable[[Lexicon], Answer]) -> Answer:
        for _look in range(_MAX_LOOKS):
            answer = question(Lexicon(terms, language))
            if not terms.ask():
                break
        return answer

    def _current_words(self) -> Words:
        with self._lock:
            words = self._words
            is_mine = words is not None and words.is_old() and not self._renewing
            self._renewing = self._renewing or is_mine
        if words is None:
            return self._load()
        if is_mine:
            threading.Thread(target=self._renew, name="renew words of search", daemon=True).start()
        return words

    def _renew(self) -> None:
        try:
            self._load()
        except SearchUnavailable as error:
            logger.warning("The words of the search index stay as they were: %s", error)
            if error.is_mended_by_rebuild:
                self.forget()  # the next search says what is wrong with the index
        finally:
            with self._lock:
                self._renewing = False

    def _load(self) -> Words:
        self._generations.check()
        answers = self._server.search(self._generations.live, *(_counting(field) for field in WORD_FIELDS))
        counts, documents = {}, {}
        for field, answer in zip(WORD_FIELDS, answers, strict=True):
            counts[field] = {one["key"]: one["doc_count"] for one in answer["aggregations"]["words"]["buckets"]}
            documents[field] = answer["hits"]["total"]["value"]
        words = Words(counts, documents)
        with self._lock:
            self._words = words
        return words


class Terms:
    """The terms as one search sees them (a `kb.search.lexicon.TermSource`). Not for several threads.

    What is not known yet counts as absent until `ask()` has asked for it.
    """

    def __init__(self, store: TermStore, words: Words) -> None:
        self._store = store
        self._words = words
        self._counts = store.kept_counts()
        self._missing: set[Term] = set()

    def vocabulary(self, field: str) -> set[str]:
        """Return the words of a field."""
        return self._words.known[field]

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term occurs; an unknown pair counts 0 until it has been asked for."""
        held = self._words.counts.get(field, {}).get(term)
        if held is not None:
            return held
        count = self._counts.get((field, term))
        if count is None:
            self._missing.add((field, term))
            return 0
        return count

    def frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """Return `frequency` of many terms."""
        return [self.frequency(field, term) for term in terms]

    def words_with_prefix(self, field: str, prefix: str) -> list[str]:
        """Return the words of a field that begin with `prefix`, in order."""
        words = self._words.sorted[field]
        return words[bisect_left(words, prefix) : bisect_left(words, prefix + "\U0010ffff")]

    def terms_with_prefix(self, field: str, prefix: str, limit: int) -> set[str]:
        """Return pairs that begin with `prefix` ("may gi"), out of the frequent words that its end may become."""
        first, _blank, beginning = prefix.rpartition(" ")
        text = field.replace("pairs", "text", 1)
        words = sorted(self.words_with_prefix(text, beginning), key=lambda word: -self.frequency(text, word))
        pairs = [f"{first} {word}" for word in words[:_MAX_PREFIXED]]
        return set([pair for pair in pairs if self.frequency(field, pair)][:limit])

    def exact_forms(self, field: str, reduce: Callable[[str], str]) -> Mapping[str, list[str]]:
        """Return the terms of an exact field, gathered by what `reduce` makes of them."""
        forms = self._words.exact_forms.get(field)
        if forms is None:
            forms = {}
            for exact in self._words.sorted[field]:
                forms.setdefault(reduce(exact), []).append(exact)
            self._words.exact_forms[field] = forms
        return forms

    def slips(self, field: str) -> Slips:
        """Return the words of a field, asked for what is near a typed one."""
        return self._words.slips[field]

    def ask_for_typed(self, text: str, language: str) -> None:
        """Ask for what is sure to be needed: the typed words not held (a page may be new) and their pairs."""
        found = tokens(normalize(text[:MAX_CHARACTERS]), language)[:MAX_WORDS]
        for kind, terms in (
            ("text", [token.term for token in found]),
            ("exact", [token.exact for token in found]),
            ("pairs", pair_terms(token.term for token in found)),
        ):
            self.want((scored_field(kind, language), term) for term in terms)
        self.ask()

    def want(self, wanted: Iterable[Term]) -> None:
        """Note terms to be asked for, unless their count is known."""
        for field, term in wanted:
            self.frequency(field, term)

    def ask(self) -> bool:
        """Ask the server for everything that was missing; say whether anything was."""
        missing = list(self._missing)[:_MAX_TERMS_ASKED]
        self._missing.clear()
        if not missing:
            return False
        counted = self._store.count(missing)
        self._counts.update(counted)
        for (field, term), count in counted.items():
            if count and field in self._words.known:
                self._words.known[field].add(term)
        return True


def _counting(field: str) -> dict[str, Any]:
    """Return the search that counts the documents of each word of a field."""
    return {
        "size": 0,
        "query": {"exists": {"field": listed(field)}},
        "track_total_hits": True,
        "aggs": {"words": {"terms": {"field": listed(field), "size": _MAX_WORDS_HELD}}},
    }
