"""Conditions as queries for the server, so that everything is matched, scored, filtered and counted in its one pass."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from haystack.exceptions import SearchBackendError

from kb.search import weights
from kb.search.analyzers import fold, normalize, pair_terms, tokens
from kb.search.conditions import Condition, Everything, Field, Group, Phrase, Text
from kb.search.matching import has_text
from kb.search.query import Understanding
from kb.search.ranking import Clause, Reading, clauses_of
from kb.search.schema import EXPIRES, FILTER_FIELDS, scored_field

Query = dict[str, Any]

EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}
# The server refuses queries of more than 1,024 parts; the least weighty readings are left out.
_MAX_READINGS = 800


@dataclass
class QueryMaker:
    """Turns conditions into queries.

    `allowed` are queries laid over every text, so that the best score, of which a hit has to reach a share, is that
    of a page the reader may see. `understand` and `best_score` ask the server.
    """

    allowed: list[Query]
    languages: tuple[str, ...]
    factor: float
    understand: Callable[[Text, str], Understanding]
    best_score: Callable[[Query], float]
    corrected: list[str] = field(default_factory=list)
    understandings: list[Understanding] = field(default_factory=list)

    def query(self, condition: Condition) -> Query:
        """Return the query of a condition, kept to what is allowed."""
        made = self._make(condition)
        return {"bool": {"must": [made], "filter": list(self.allowed)}}

    def _make(self, condition: Condition) -> Query:
        if isinstance(condition, Text):
            return self._text(condition)
        if isinstance(condition, Group):
            return self._group(condition)
        if isinstance(condition, Phrase):
            return _unscored(self._phrase(condition.text))
        if isinstance(condition, Everything):
            return _unscored(EVERYTHING)
        return _unscored(filter_query(condition))

    def _group(self, group: Group) -> Query:
        # Filters first, as a text counts its best score among what they leave.
        children = sorted(group.children, key=has_text)
        if group.connector == "AND" and not group.is_negated:
            return self._all_of(children)
        made = [self._make(child) for child in children]
        joined: Query = {"bool": {"must": made}} if group.connector == "AND" else {"bool": {"should": made, **_ANY}}
        return {"bool": {"must_not": [joined]}} if group.is_negated else joined

    def _all_of(self, children: Iterable[Condition]) -> Query:
        outer, made = self.allowed, []
        for child in children:
            query = self._make(child)
            made.append(query)
            self.allowed = [*self.allowed, query]
        self.allowed = outer
        return {"bool": {"must": made}}

    def _text(self, condition: Text) -> Query:
        clauses: list[Clause] = []
        for language in self.languages:
            understanding = self.understand(condition, language)
            clauses += clauses_of(understanding)
            self.understandings.append(understanding)
            if understanding.corrected_text and len(self.languages) == 1:
                self.corrected.append(understanding.corrected_text)
        scored = clauses_query(clauses, self.factor)
        best = self.best_score({"bool": {"must": [scored], "filter": list(self.allowed)}})
        if best <= 0:
            return NOTHING
        return {"function_score": {"query": scored, "min_score": weights.active().tail_share * best}}

    def _phrase(self, text: str) -> Query:
        found: list[Query] = []
        for language in self.languages:
            terms = [token.term for token in tokens(normalize(text), language)]
            kind, wanted = ("text", terms) if len(terms) < 2 else ("pairs", pair_terms(terms))
            if wanted:
                name = scored_field(kind, language)
                found.append({"bool": {"filter": [{"term": {name: term}} for term in wanted]}})
        return {"bool": {"should": found, **_ANY}} if found else NOTHING


_ANY = {"minimum_should_match": 1}


def clauses_query(clauses: Iterable[Clause], factor: float) -> Query:
    """Return the formula of docs/search.md as a query: the sum of clauses, of whose readings the best one counts."""
    kept = _weightiest([clause.readings for clause in clauses])
    sums = []
    for readings in kept:
        terms = [{"term": {r.field: {"value": r.term, "boost": r.weight * factor}}} for r in readings]
        sums.append(terms[0] if len(terms) == 1 else {"dis_max": {"queries": terms}})
    return {"bool": {"should": sums, **_ANY}} if sums else NOTHING


def not_expired(now: str) -> Query:
    """Return the query of what has not expired at `now` (a term of `schema.expiry_term`)."""
    return {"bool": {"must_not": [{"range": {EXPIRES: {"lt": now}}}]}}


def filter_query(condition: Field) -> Query:
    """Return the query of a condition on a filter field; SearchBackendError for a field or lookup there is not."""
    name = "title_key" if condition.name == "title" else condition.name
    if name not in FILTER_FIELDS:
        raise SearchBackendError(f"the index has no filter field {condition.name!r}")
    prepare = fold if name == "title_key" else str
    if condition.lookup in ("in", "range"):
        values = [prepare(str(one)) for one in cast("Iterable[object]", condition.value)]
        if condition.lookup == "in":
            return {"terms": {name: values}}
        return {"range": {name: {"gte": values[0], "lte": values[1]}}}
    value = prepare(str(condition.value))
    if condition.lookup == "exact":
        return {"term": {name: value}}
    if condition.lookup in ("gt", "gte", "lt", "lte"):
        return {"range": {name: {condition.lookup: value}}}
    if condition.lookup == "startswith":
        return {"prefix": {name: value}}
    if condition.lookup == "endswith":
        return {"wildcard": {name: {"value": f"*{_escaped(value)}"}}}
    raise SearchBackendError(f"the lookup {condition.lookup!r} is not supported")


def is_one_text(condition: Condition) -> bool:
    """Say whether a condition is one text and filters: then its hits are those of the text, in the same order."""
    if isinstance(condition, Group) and condition.connector == "AND" and not condition.is_negated:
        asking = [child for child in condition.children if has_text(child)]
        return len(asking) == 1 and is_one_text(asking[0])
    return isinstance(condition, Text)


def _weightiest(clauses: list[tuple[Reading, ...]]) -> list[tuple[Reading, ...]]:
    total = sum(len(readings) for readings in clauses)
    if total <= _MAX_READINGS:
        return [readings for readings in clauses if readings]
    weights = sorted((reading.weight for readings in clauses for reading in readings), reverse=True)
    least = weights[_MAX_READINGS]
    kept = (tuple(reading for reading in readings if reading.weight > least) for readings in clauses)
    return [readings for readings in kept if readings]


def _unscored(query: Query) -> Query:
    return {"bool": {"filter": [query]}}


def _escaped(value: str) -> str:
    return "".join(f"\\{c}" if c in "\\*?" else c for c in value)
