"""Evaluates conditions over one snapshot: which documents, with which score."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import cast

import numpy as np
from haystack.exceptions import SearchBackendError

from kb.search.analyzers import fold, normalize, pair_terms, tokens
from kb.search.conditions import Condition, Field, Group, Phrase, Text
from kb.search.languages import LANGUAGES
from kb.search.lexicon import Lexicon
from kb.search.postings import Mask, Scores, Snapshot
from kb.search.query import Synonyms, Understanding, understand
from kb.search.ranking import matching, score_documents
from kb.search.schema import FACET_FIELDS, FILTER_FIELDS, scored_field
from kb.search.semantic.blending import Near, meaning_points
from kb.search.semantic.questions import Question, question_of

# A question → documents near it in meaning and their cosines, nearest first; None without a model.
NearDocuments = Callable[[Question], Near | None]
# Filters find documents, only texts score them.
_Found = tuple[Mask, Scores | None]


@dataclass
class Match:
    """The documents found and their scores; `corrected_text` is what was searched instead, if anything."""

    mask: Mask
    scores: Scores
    corrected_text: str | None = None
    understandings: tuple[Understanding, ...] = ()


@dataclass
class Matcher:
    """Evaluates conditions. `allowed` is laid over every text, so that the best score is that of a visible page."""

    snapshot: Snapshot
    allowed: Mask
    languages: tuple[str, ...]
    synonyms: Callable[[str], Synonyms]
    near: NearDocuments
    _corrected: list[str] = field(default_factory=list)
    _understood: list[Understanding] = field(default_factory=list)

    def match(self, condition: Condition) -> Match:
        """Return what the condition finds among the allowed documents."""
        mask, scores = self._evaluate(condition)
        mask = mask & self.allowed
        corrected = self._corrected[0] if self._corrected else None
        if scores is None:
            scores = np.zeros(self.snapshot.size, np.float32)
        return Match(mask, scores, corrected, tuple(self._understood))

    def _evaluate(self, condition: Condition) -> _Found:
        if isinstance(condition, Text):
            return self._text(condition)
        if isinstance(condition, Group):
            return self._group(condition)
        if isinstance(condition, Phrase):
            mask = self._phrase(condition.text)
        elif isinstance(condition, Field):
            mask = self._field(condition)
        else:
            mask = np.ones(self.snapshot.size, np.bool_)
        return mask, None

    def _group(self, group: Group) -> _Found:
        # Filters first: the share of the best score that still counts is a share among what the filters leave.
        children = sorted(group.children, key=has_text)
        if group.connector == "AND" and not group.is_negated:
            return self._all_of(children)
        masks, scores = zip(*(self._evaluate(child) for child in children), strict=True)
        combine = np.logical_and if group.connector == "AND" else np.logical_or
        mask = reduce(combine, masks)
        if group.is_negated:
            return ~mask, None
        return mask, reduce(_sum, scores)

    def _all_of(self, children: Iterable[Condition]) -> _Found:
        outer = self.allowed
        scores = None
        mask = outer
        for child in children:
            self.allowed = mask
            found, more = self._evaluate(child)
            mask = mask & found
            scores = _sum(scores, more)
        self.allowed = outer
        return mask, scores

    def _text(self, condition: Text) -> _Found:
        scores: Scores | None = None
        for language in self.languages:
            understanding = understand(
                condition.text,
                Lexicon(self.snapshot, language),
                synonyms=self.synonyms(language),
                is_verbatim=condition.is_verbatim,
            )
            found = score_documents(understanding, self.snapshot)
            near = self.near(question_of(understanding, condition.text)) if condition.by_meaning else None
            if near is not None:
                found += meaning_points(understanding, self.snapshot, found, self.allowed, near)
            scores = _sum(scores, found)
            self._understood.append(understanding)
            if understanding.corrected_text and len(self.languages) == 1:
                self._corrected.append(understanding.corrected_text)
        assert scores is not None  # noqa: S101 - there is a language
        return matching(scores, self.allowed), scores

    def _phrase(self, text: str) -> Mask:
        found = np.zeros(self.snapshot.size, np.bool_)
        for language in self.languages:
            terms = [token.term for token in tokens(normalize(text), language)]
            kind, wanted = ("text", terms) if len(terms) < 2 else ("pairs", pair_terms(terms))
            masks = [self.snapshot.mask(scored_field(kind, language), term) for term in wanted]
            if masks:
                found |= reduce(np.logical_and, masks)
        return found

    def _field(self, condition: Field) -> Mask:
        name = "title_key" if condition.name == "title" else condition.name
        if name not in FILTER_FIELDS:
            raise SearchBackendError(f"the index has no filter field {condition.name!r}")
        prepare = fold if name == "title_key" else str
        terms = self._terms(name, condition.lookup, condition.value, prepare)
        if len(terms) == 1 and name in FACET_FIELDS:
            return self.snapshot.facet_mask(name, terms[0])
        mask = np.zeros(self.snapshot.size, np.bool_)
        for term in terms:
            mask[self.snapshot.postings(name, term)[0]] = True
        return mask

    def _terms(self, name: str, lookup: str, value: object, prepare: Callable[[str], str]) -> list[str]:
        if lookup == "exact":
            return [prepare(str(value))]
        if lookup == "in":
            return [prepare(str(one)) for one in cast("Iterable[object]", value)]
        known = sorted(self.snapshot.vocabulary(name))
        if lookup == "range":
            low, high = (prepare(str(one)) for one in cast("Iterable[object]", value))
            return [term for term in known if low <= term <= high]
        wanted = prepare(str(value))
        test = _LOOKUPS.get(lookup)
        if test is None:
            raise SearchBackendError(f"the lookup {lookup!r} is not supported")
        return [term for term in known if test(term, wanted)]


_LOOKUPS: dict[str, Callable[[str, str], bool]] = {
    "gt": lambda term, value: term > value,
    "gte": lambda term, value: term >= value,
    "lt": lambda term, value: term < value,
    "lte": lambda term, value: term <= value,
    "startswith": lambda term, value: term.startswith(value),
    "endswith": lambda term, value: term.endswith(value),
}


def _sum(one: Scores | None, other: Scores | None) -> Scores | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other


def languages_of(condition: Condition) -> tuple[str, ...]:
    """Return the languages that a condition asks for by `language=`; all of them if it does not."""
    named = [c.value for c in _required(condition) if isinstance(c, Field) and c.name == "language"]
    return tuple(language for language in LANGUAGES if language in named) or LANGUAGES


def _required(condition: Condition) -> Iterable[Condition]:
    if isinstance(condition, Group) and condition.connector == "AND" and not condition.is_negated:
        for child in condition.children:
            yield from _required(child)
    else:
        yield condition


def has_text(condition: Condition) -> bool:
    if isinstance(condition, Group):
        return any(has_text(child) for child in condition.children)
    return isinstance(condition, Text)
