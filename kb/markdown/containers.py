"""`:::name {key="value"}` … `:::`: what CommonMark has no words for.

A container begins with three or more colons, its name and its attributes in braces, and ends with a line of as many
colons; one with more colons may hold one with fewer. Attribute values are JSON: texts, numbers, true, false, lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.markdown.values import JsonValue, MarkdownProblem

_OPENING = re.compile(r"^(?P<colons>:{3,}) *(?P<name>[A-Za-z][A-Za-z0-9-]*) *(?P<attributes>\{.*\})? *$")
_COLONS = re.compile(r"^:{3,} *$")
_FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}(?!.*`)|~{3,})")
_KEY = re.compile(r" *(?P<key>[a-z][a-z0-9-]*)=")
SHORTEST = 3
MAX_DEPTH = 6


@dataclass(frozen=True)
class Container:
    """What stands between two lines of colons; `line` is that of the first one, counted from 1."""

    name: str
    attributes: dict[str, JsonValue]
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Stretch:
    """Plain Markdown between containers; `line` is that of its first line."""

    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def parts_of(lines: Sequence[str], *, first_line: int = 1) -> Iterator[Container | Stretch]:
    """Yield what stands in `lines`, in order; the lines of a container are not looked into. Raises MarkdownProblem."""
    plain: list[str] = []
    plain_line = first_line
    position = 0
    fence = ""
    while position < len(lines):
        line = lines[position]
        fence = _fence_after(line, fence)
        if fence or not line.startswith(":::"):
            plain.append(line)
            position += 1
            continue
        yield from _stretch(plain, plain_line)
        container = _container(lines, position, first_line)
        yield container
        position += len(container.lines) + 2
        plain, plain_line = [], first_line + position
    yield from _stretch(plain, plain_line)


def opening(name: str, attributes: Mapping[str, JsonValue], *, colons: int) -> str:
    """Return the line that begins a container; attributes that say nothing are left out."""
    said = [
        f"{key.replace('_', '-')}={json.dumps(value, ensure_ascii=False)}"
        for key, value in attributes.items()
        if value not in (None, "", [], False)
    ]
    braces = f" {{{' '.join(said)}}}" if said else ""
    return f"{':' * colons}{name.replace('_', '-')}{braces}"


def colons_around(lines: Sequence[str]) -> int:
    """Return how many colons a container needs to hold `lines`."""
    inside = [len(line) - len(line.lstrip(":")) for line in lines if line.startswith(":::")]
    return max(inside, default=SHORTEST - 1) + 1


def _container(lines: Sequence[str], position: int, first_line: int) -> Container:
    number = first_line + position
    found = _OPENING.match(lines[position])
    if found is None:
        raise MarkdownProblem(
            number,
            _("This line of colons begins no block. Write “:::” and the block's name, then its attributes in braces."),
        )
    colons = found["colons"]
    fence = ""
    for end in range(position + 1, len(lines)):
        fence = _fence_after(lines[end], fence)
        if not fence and _COLONS.match(lines[end]) and lines[end].rstrip() == colons:
            return Container(
                found["name"].lower(),
                _attributes(found["attributes"], number),
                tuple(lines[position + 1 : end]),
                number,
            )
    raise MarkdownProblem(
        number,
        _("“%(name)s” is not closed: a line “%(colons)s” is missing.") % {"name": found["name"], "colons": colons},
    )


def _attributes(braces: str | None, line: int) -> dict[str, JsonValue]:
    """Return the attributes with `_` for `-` in their names, as the blocks' fields are called."""
    attributes: dict[str, JsonValue] = {}
    rest = (braces or "{}")[1:-1].strip()
    while rest:
        found = _KEY.match(rest)
        if found is None:
            raise MarkdownProblem(line, _('“%(text)s” is no attribute; write key="value".') % {"text": rest[:40]})
        try:
            value, end = json.JSONDecoder().raw_decode(rest, found.end())
        except (ValueError, RecursionError) as error:
            raise MarkdownProblem(
                line,
                _("The value of “%(key)s” cannot be read; texts stand in double quotes.") % {"key": found["key"]},
            ) from error
        attributes[found["key"].replace("-", "_")] = value
        rest = rest[end:].strip()
    return attributes


def _fence_after(line: str, fence: str) -> str:
    """Return the fence of the code that `line` stands in, itself included, or nothing outside of code."""
    found = _FENCE.match(line)
    if not fence:
        return found["marks"] if found else ""
    closes = found is not None and found["marks"].startswith(fence) and not line.strip(" `~")
    return "" if closes else fence


def _stretch(lines: list[str], line: int) -> Iterator[Stretch]:
    if any(one.strip() for one in lines):
        yield Stretch(tuple(lines), line)
