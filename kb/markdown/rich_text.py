"""Rich text as CommonMark that reads back to the same rich text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

# Renders as nothing; parts two lists, and stars that would otherwise run into each other or into a letter.
SEPARATOR = "<!-- -->"
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SPECIAL = re.compile(r"[\\`*_\[\]<&]")
_LINE_STARTS = re.compile(r"^(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|>|:::|~~~|=+\s*$|[|:\- ]+$)")
_NUMBER_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_CLOSING_HASHES = re.compile(r"#+$")
_MARKERS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_LISTS = ("ul", "ol")

Address = Callable[[str], str]


@dataclass(frozen=True)
class _Mark:
    """Stars that open or close."""

    stars: str
    is_opening: bool


@dataclass(frozen=True)
class _Run:
    """Rendered text; `is_raw` keeps its spaces (code, links, line breaks)."""

    text: str
    is_raw: bool = False


_Token = _Mark | _Run
_BREAK = _Run("\\\n", is_raw=True)


def lines_of(source: str, address: Address) -> list[str]:
    """Return the lines of a rich text in Markdown; `address` turns a stored link into the one to print."""
    return list(_join(_elements(BeautifulSoup(source, "html.parser"), address)))


def has_numbered_list(source: str) -> bool:
    """Return whether the text has a numbered list of its own, which plain Markdown keeps for steps."""
    return any(isinstance(child, Tag) and child.name == "ol" for child in BeautifulSoup(source, "html.parser").children)


def escaped(text: str) -> str:
    """Return `text` as one line of Markdown that shows exactly its words."""
    return _guarded(_SPECIAL.sub(_escape, " ".join(text.split())))


def link_target(address: str) -> str:
    """Return an address as it stands between the parentheses of a link."""
    if re.search(r"[\s()<>\\]", address) or not address:
        return "<" + re.sub(r"[<>\\]", _escape, _SPACES.sub(" ", address)).replace("&", r"\&") + ">"
    return address.replace("&", r"\&")


def _join(elements: Iterator[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield the lines of the elements with a blank line, and between two lists the separator, around each."""
    before = ""
    for name, lines in elements:
        if not lines:
            continue
        if before:
            yield ""
            if before in _LISTS and name in _LISTS:
                yield SEPARATOR
                yield ""
        yield from lines
        before = name


def _elements(parent: Tag, address: Address) -> Iterator[tuple[str, list[str]]]:
    """Yield each element of a rich text with its lines; loose words between them count as a paragraph."""
    inline: list[object] = []
    for child in [*parent.children, None]:
        is_block = isinstance(child, Tag) and child.name not in ("a", "b", "strong", "i", "em", "code", "br", "span")
        if child is not None and not is_block:
            inline.append(child)
            continue
        yield "p", _inline_lines(inline, address)
        inline = []
        if not isinstance(child, Tag):
            continue
        if child.name in _LISTS:
            yield child.name, _list_lines(child, address)
        elif re.fullmatch("h[1-6]", child.name):
            words = _SPECIAL.sub(_escape, " ".join(child.get_text().split()))
            hashes = "##" if child.name in ("h1", "h2") else "###"
            yield "h", [f"{hashes} {_CLOSING_HASHES.sub(_escape, words)}"] if words else []
        elif child.name == "p":
            yield "p", _code_fence(child) or _inline_lines(list(child.children), address)
        else:
            yield from _elements(child, address)


def _list_lines(tag: Tag, address: Address) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(tag.find_all("li", recursive=False), start=1):
        marker = "- " if tag.name == "ul" else f"{number}. "
        inside = list(_join_tightly(_elements(item, address)))
        indent = " " * len(marker)
        lines.append((marker + (inside[0] if inside else "")).rstrip())
        lines += [f"{indent}{line}".rstrip() for line in inside[1:]]
    return lines


def _join_tightly(elements: Iterator[tuple[str, list[str]]]) -> Iterator[str]:
    """As `_join`, but a list follows the words of its item at once: blank lines would make paragraphs of all items."""
    before = ""
    for name, lines in elements:
        if not lines:
            continue
        if before and ((before == "p" and name not in _LISTS) or before in _LISTS):
            yield ""
            if before in _LISTS and name in _LISTS:
                yield SEPARATOR
                yield ""
        yield from lines
        before = name


def _code_fence(paragraph: Tag) -> list[str]:
    """Return a paragraph that is nothing but code of several lines as a fenced block, else nothing."""
    children = [child for child in paragraph.children if isinstance(child, Tag) or str(child).strip()]
    if len(children) != 1 or not isinstance(children[0], Tag) or children[0].name != "code":
        return []
    if children[0].find("br") is None:
        return []
    for line_break in children[0].find_all("br"):
        line_break.replace_with("\n")
    lines = children[0].get_text().strip("\n").split("\n")
    longest = max((len(marks) for line in lines for marks in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence]


def _inline_lines(nodes: list[object], address: Address) -> list[str]:
    tokens: list[_Token] = []
    for node in nodes:
        _flatten(node, tokens, address, marks=())
    tokens = _settled(tokens)
    while tokens and _is_space(tokens[-1]):
        tokens.pop()
    while tokens and _is_space(tokens[0]):
        tokens.pop(0)
    text = _render(tokens).strip()
    lines = [line.strip() for line in text.split("\n")] if text else []
    return [_guarded(line) for line in lines]


def _flatten(node: object, tokens: list[_Token], address: Address, marks: tuple[str, ...]) -> None:
    if not isinstance(node, Tag):
        tokens.append(_Run(_SPECIAL.sub(_escape, _SPACES.sub(" ", str(node)))))
        return
    if node.name == "br":
        tokens.append(_BREAK)
    elif node.name == "code":
        _flatten_code(node, tokens)
    elif node.name == "a" and (href := address(str(node.get("href") or ""))):
        inside: list[_Token] = []
        _flatten_children(node, inside, address, marks)
        words = _render(_settled(inside)).strip()
        tokens.append(_Run(f"[{words}]({link_target(href)})" if words else "", is_raw=True))
    elif (stars := _MARKERS.get(node.name)) and stars not in marks:
        tokens.append(_Mark(stars, is_opening=True))
        _flatten_children(node, tokens, address, (*marks, stars))
        tokens.append(_Mark(stars, is_opening=False))
    else:
        _flatten_children(node, tokens, address, marks)


def _flatten_children(node: Tag, tokens: list[_Token], address: Address, marks: tuple[str, ...]) -> None:
    for child in node.children:
        _flatten(child, tokens, address, marks)


def _flatten_code(node: Tag, tokens: list[_Token]) -> None:
    for line_break in node.find_all("br"):
        line_break.replace_with("\n")
    for number, line in enumerate(node.get_text().split("\n")):
        if number:
            tokens.append(_BREAK)
        if line.strip():
            code = _SPACES.sub(" ", line).strip()
            longest = max((len(marks) for marks in re.findall("`+", code)), default=0)
            ticks = "`" * (longest + 1)
            pad = " " if code.startswith("`") or code.endswith("`") else ""
            tokens.append(_Run(f"{ticks}{pad}{code}{pad}{ticks}", is_raw=True))


def _settled(tokens: list[_Token]) -> list[_Token]:
    """Repeat both of the next two until nothing changes: taking out empty stars brings spaces to an end again."""
    settled = _without_empty(_spaces_outside(tokens))
    return settled if settled == tokens else _settled(settled)


def _spaces_outside(tokens: list[_Token]) -> list[_Token]:
    """Move spaces and breaks at the inner ends of stars to the outside: `**bold **` is no emphasis."""
    moved: list[_Token] = []
    for token in tokens:
        moved += _spaces_apart(token)
    for step in (1, -1):
        # Forwards the ones after opening stars travel left, backwards the ones before closing stars travel right.
        positions = range(len(moved)) if step == 1 else range(len(moved) - 1, -1, -1)
        for position in positions:
            here = position
            while 0 <= here - step < len(moved) and _is_space(moved[here]) and _faces(moved[here - step], step):
                moved[here], moved[here - step] = moved[here - step], moved[here]
                here -= step
    return moved


def _spaces_apart(token: _Token) -> list[_Token]:
    if isinstance(token, _Mark) or token.is_raw or not token.text.strip():
        return [token]
    words = token.text.strip()
    start = token.text.index(words)
    runs = [_Run(token.text[:start]), _Run(words), _Run(token.text[start + len(words) :])]
    return [run for run in runs if run.text]


def _is_space(token: _Token) -> bool:
    return isinstance(token, _Run) and (token.text.isspace() or token == _BREAK)


def _faces(token: _Token, step: int) -> bool:
    return isinstance(token, _Mark) and token.is_opening == (step == 1)


def _without_empty(tokens: list[_Token]) -> list[_Token]:
    kept: list[_Token] = []
    for token in tokens:
        if isinstance(token, _Run) and not token.text:
            continue
        if (
            isinstance(token, _Mark)
            and not token.is_opening
            and kept
            and isinstance(kept[-1], _Mark)
            and kept[-1].is_opening
        ):
            kept.pop()
            continue
        kept.append(token)
    return kept


def _render(tokens: list[_Token]) -> str:
    """Join the tokens; where CommonMark's rules would not see the stars, the separator lets them."""
    output = ""
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else None
        after = "*" if isinstance(following, _Mark) else following.text[:1] if following else ""
        if isinstance(token, _Mark) and token.is_opening:
            output += (SEPARATOR if _hides_opening(output[-1:], after) else "") + token.stars
        elif isinstance(token, _Mark):
            output += token.stars + (SEPARATOR if _hides_closing(output[-1:], after) else "")
        else:
            output += SEPARATOR if output[-1:] + token.text[:1] in ("``", "![") else ""
            output += "" if token.text == " " and output.endswith((" ", "\n")) else token.text
    return output


def _hides_opening(before: str, after: str) -> bool:
    return before in ("*", "_") or (not after.isalnum() and not _is_outside(before))


def _hides_closing(before: str, after: str) -> bool:
    return after in ("*", "_") or (not before.isalnum() and not _is_outside(after))


def _is_outside(character: str) -> bool:
    return not character or character.isspace() or unicodedata.category(character).startswith("P")


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _guarded(line: str) -> str:
    """Return a line of text with its beginning escaped where it would begin a heading, list, quote or block."""
    if found := _NUMBER_START.match(line):
        return f"{found[1]}\\{line[len(found[1]) :]}"
    return f"\\{line}" if _LINE_STARTS.match(line) else line
