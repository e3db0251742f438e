"""Haystack's filters as objects: a tree of conditions that the backend evaluates over arrays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from haystack.backends import SearchNode
from haystack.exceptions import SearchBackendError
from haystack.inputs import AutoQuery, BaseInput, Exact

# Haystack's names for what our index calls otherwise.
_FIELDS = {"content": "text", "django_id": "id"}
_NARROW = re.compile(r'^\s*(\w+):(?:"([^"]*)"|(\S+))\s*$')
_QUOTED = re.compile(r'"([^"]+)"')
_EXCLUDED = re.compile(r"(?:^|\s)-(\w\S*)")


@dataclass(frozen=True)
class Everything:
    """Every document."""


@dataclass(frozen=True)
class Text:
    """Documents that answer a text; `is_verbatim`: without guesses; `by_meaning`: also in other words than its own."""

    text: str
    is_verbatim: bool = False
    by_meaning: bool = False


@dataclass(frozen=True)
class Phrase:
    """Documents that contain these words in a row."""

    text: str


@dataclass(frozen=True)
class Field:
    """Documents with a value of a filter field; `lookup` is haystack's: exact, in, gt, startswith, …"""

    name: str
    lookup: str
    value: object


@dataclass(frozen=True)
class Group:
    """Conditions joined by AND or OR, perhaps negated."""

    connector: str
    children: tuple["Condition", ...]
    is_negated: bool = False


Condition = Everything | Text | Phrase | Field | Group


def condition_of(node: SearchNode) -> Condition:
    """Return haystack's tree of filters as conditions; an empty tree means everything."""
    children = []
    for child in node.children:
        if isinstance(child, SearchNode):
            children.append(condition_of(child))
        else:
            expression, value = child
            name, lookup = node.split_expression(expression)
            children.append(_leaf(_FIELDS.get(name, name), lookup, value))
    if not children:
        return Everything()
    if len(children) == 1 and not node.negated:
        return children[0]
    return Group(node.connector, tuple(children), node.negated)


def narrowing(query: str | Condition) -> Condition:
    """Return the condition of `SearchQuerySet.narrow("field:value")`; more than that is not understood."""
    if not isinstance(query, str):
        return query
    match = _NARROW.match(query)
    if match is None:
        raise SearchBackendError(f"narrow() understands field:value only, not {query!r}")
    name, quoted, plain = match.groups()
    return Field(_FIELDS.get(name, name), "exact", quoted if quoted is not None else plain)


def everything_of(conditions: Iterable[Condition]) -> Condition:
    """Return the conditions joined by AND."""
    return Group("AND", tuple(conditions))


def _leaf(name: str, lookup: str, value: object) -> Condition:
    if name != "text":
        if isinstance(value, BaseInput):
            value = value.query_string
        if isinstance(value, list | tuple | set | frozenset):
            value = tuple(value)
        return Field(name, "exact" if lookup in ("content", "contains") else lookup, value)
    text = str(value.query_string if isinstance(value, BaseInput) else value)
    if isinstance(value, AutoQuery):
        return _auto_query(text)
    return Text(text, is_verbatim=lookup == "exact" or isinstance(value, Exact), by_meaning=lookup == "fuzzy")


def _auto_query(text: str) -> Condition:
    """Return the condition of `auto_query`: "a phrase" has to be there, -word must not."""
    phrases = _QUOTED.findall(text)
    bare = _QUOTED.sub(r" \1 ", text)
    excluded = _EXCLUDED.findall(bare)
    if not phrases and not excluded:
        return Text(text)
    children: list[Condition] = [Text(_EXCLUDED.sub(" ", bare))]
    children += [Phrase(phrase) for phrase in phrases]
    children += [Group("AND", (Phrase(word),), is_negated=True) for word in excluded]
    return Group("AND", tuple(children))
