"""The blocks of an article's body as Markdown; `reading` makes the same blocks of it again."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from kb.blocks import ArticleBodyBlock
from kb.markdown import rich_text
from kb.markdown.containers import colons_around, opening
from kb.markdown.rich_text import SEPARATOR, Address, escaped, link_target
from kb.markdown.structure import BODIES, item_name, shape_of
from kb.markdown.values import Block, JsonValue

LABELS = {
    "vi": {"note": "Lưu ý", "warning": "Cảnh báo"},
    "en": {"note": "Note", "warning": "Warning"},
}
_body = ArticleBodyBlock()


@dataclass(frozen=True)
class Print:
    """How a body is written: the language of its labels, and `address`, which turns what is stored into what is printed."""

    language: str
    address: Address


def to_markdown(body: Sequence[Block], *, language: str, address: Address) -> str:
    """Return the Markdown of a body, in NFC, with a line break at its end; empty for an empty body.

    `address` turns what is stored for a link, picture or document into what is printed. Block types that are no
    longer known, which Wagtail keeps but does not show, are left out.
    """
    lines = _blocks(_body, body, Print(language, address))
    return unicodedata.normalize("NFC", "\n".join(lines) + "\n") if lines else ""


def rich_text_to_markdown(source: str, address: Address) -> str:
    """Return the Markdown of one rich text."""
    return unicodedata.normalize("NFC", "\n".join(rich_text.lines_of(source, address)))


def _blocks(definition: blocks.BaseStreamBlock, body: Sequence[Block], how: Print) -> list[str]:
    """Return the lines of blocks in a row, each parted from the next by an empty one."""
    pieces: list[list[str]] = []
    before = ""
    for block in body:
        kind = str(block["type"])
        if kind not in definition.child_blocks:
            continue
        lines = _lines(kind, definition.child_blocks[kind], block["value"], before=before, how=how)
        if lines:
            if before == kind == "steps" and not lines[0].startswith(":::"):
                pieces.append([SEPARATOR])
            pieces.append(lines)
            before = kind
    return [line for piece in pieces for line in ("", *piece)][1:]


def _lines(kind: str, definition: blocks.Block, value: JsonValue, *, before: str, how: Print) -> list[str]:
    plain: list[str] | None = None
    if kind == "text" and before != "text":
        plain = _plain_text(str(value or ""), how.address)
    elif kind == "steps" and isinstance(value, dict):
        plain = _plain_steps(value, how.address)
    elif kind in ("note", "warning"):
        plain = _plain_quote(kind, str(value or ""), how)
    elif kind == "table" and isinstance(value, dict):
        plain = _plain_table(value)
    elif kind == "image" and isinstance(value, dict):
        plain = _plain_image(value, how.address)
    return plain if plain is not None else _container(kind, definition, value, how)


def _plain_text(source: str, address: Address) -> list[str] | None:
    return None if rich_text.has_numbered_list(source) else rich_text.lines_of(source, address)


def _plain_quote(kind: str, source: str, how: Print) -> list[str] | None:
    lines = rich_text.lines_of(source, how.address)
    if not lines or not source.lstrip().startswith("<p") or lines[0].startswith("```"):
        return None if lines else []
    label = LABELS.get(how.language, LABELS["vi"])[kind]
    return [f"> **{label}:** {lines[0]}", *(f"> {line}".rstrip() for line in lines[1:])]


def _plain_steps(value: dict[str, JsonValue], address: Address) -> list[str] | None:
    steps = plain_items(value.get("steps"))
    if value.get("title") or value.get("minutes") or not steps:
        return None if steps else []
    lines: list[str] = []
    for number, step in enumerate(steps, start=1):
        assert isinstance(step, dict)  # noqa: S101 - what a struct is stored as
        text = rich_text.lines_of(str(step.get("text") or ""), address)
        if step.get("minutes") or step.get("image") or not text or text[0].startswith(("```", "-", "1.", "#")):
            return None
        marker = f"{number}. "
        lines.append(marker + text[0])
        lines += [(" " * len(marker) + line).rstrip() for line in _tight(text[1:])]
    return lines


def _tight(lines: list[str]) -> list[str]:
    """Leave out the blank line between a paragraph and the list that follows it: it would make all items paragraphs."""
    return [
        line
        for number, line in enumerate(lines)
        if line or number + 1 >= len(lines) or not lines[number + 1].startswith("- ")
    ]


def _plain_image(value: dict[str, JsonValue], address: Address) -> list[str] | None:
    target = address(str(value["image"])) if value.get("image") else ""
    if not target:
        return []
    caption = escaped(str(value.get("caption") or "")).replace('"', r"\"")
    title = f' "{caption}"' if caption else ""
    return [f"![{escaped(str(value.get('alt') or ''))}]({link_target(target)}{title})"]


def _plain_table(value: dict[str, JsonValue]) -> list[str] | None:
    data = _grid(value)
    if not data or not data[0]:
        return []
    if not value.get("first_row_is_table_header") or value.get("first_col_is_header") or value.get("table_caption"):
        return None
    return table_lines(data)


def _table_container(value: dict[str, JsonValue]) -> list[str]:
    data = _grid(value)
    attributes: dict[str, JsonValue] = {
        "caption": " ".join(str(value.get("table_caption") or "").split()),
        "header_column": bool(value.get("first_col_is_header")),
    }
    first = opening("table", attributes, colons=3)
    if not value.get("first_row_is_table_header"):
        # The only attribute that is true when nothing is said.
        first = f"{first[:-1]} header-row=false}}" if first.endswith("}") else f"{first} {{header-row=false}}"
    return [first, *table_lines(data), ":::"] if data and data[0] else []


def _grid(value: dict[str, JsonValue]) -> list[list[str]]:
    rows = value.get("data")
    return [
        [" ".join(str("" if cell is None else cell).split()) for cell in row]
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, list)
    ]


def table_lines(data: list[list[Any]]) -> list[str]:
    """Return the lines of a table whose first row is its head."""
    rows = ["| " + " | ".join(escaped(str(cell or "")).replace("|", r"\|") for cell in row) + " |" for row in data]
    return [rows[0], "| " + " | ".join("---" for _cell in data[0]) + " |", *rows[1:]]


def _container(kind: str, definition: blocks.Block, value: JsonValue, how: Print) -> list[str]:
    """Return any block as a container, as `structure` says."""
    if isinstance(definition, TableBlock):
        return _table_container(value) if isinstance(value, dict) else []
    if isinstance(definition, BODIES):
        return _closed(kind, {}, _body_lines(definition, value, how))
    if isinstance(definition, blocks.StructBlock):
        return _struct(kind, definition, value if isinstance(value, dict) else {}, how)
    if isinstance(definition, blocks.ListBlock):
        inside = [_container("item", definition.child_block, item, how) for item in plain_items(value)]
        return _closed(kind, {}, _stacked(inside))
    return _closed(kind, {"value": _printed(value, definition, how.address)}, []) if value not in (None, "") else []


def _struct(kind: str, definition: blocks.StructBlock, value: dict[str, JsonValue], how: Print) -> list[str]:
    shape = shape_of(definition)
    fields = definition.child_blocks
    attributes = {name: _printed(value.get(name), fields[name], how.address) for name in shape.attributes}
    if shape.body:
        return _closed(kind, attributes, _body_lines(fields[shape.body], value.get(shape.body), how))
    inside: list[list[str]] = []
    for name in shape.nested:
        child = fields[name]
        if isinstance(child, blocks.ListBlock):
            inside += [
                _container(item_name(name), child.child_block, item, how) for item in plain_items(value.get(name))
            ]
        elif value.get(name):
            inside.append(_container(item_name(name), child, value[name], how))
    return _closed(kind, attributes, _stacked(inside))


def _body_lines(definition: blocks.Block, value: JsonValue, how: Print) -> list[str]:
    """Return what stands between the colons of a container that holds a text, or blocks."""
    if isinstance(definition, blocks.BaseStreamBlock):
        return _blocks(definition, cast("list[Block]", value or []), how)
    if isinstance(definition, blocks.RichTextBlock):
        return rich_text.lines_of(str(value or ""), how.address)
    return _verbatim(value)


def _printed(value: JsonValue, definition: blocks.Block, address: Address) -> JsonValue:
    """Return an attribute's value as it is written: pictures and documents by the place where the reader finds them."""
    if isinstance(definition, blocks.ListBlock):
        return [_printed(item, definition.child_block, address) for item in plain_items(value)]
    if isinstance(definition, blocks.ChooserBlock) and isinstance(value, str):
        return address(value)
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def plain_items(value: JsonValue) -> list[JsonValue]:
    """Return the values of a list without the keys that Wagtail stores around each of them."""
    return [
        item["value"] if isinstance(item, dict) and item.get("type") == "item" and "value" in item else item
        for item in (value if isinstance(value, list) else [])
    ]


def _stacked(inside: list[list[str]]) -> list[str]:
    return [line for lines in inside for line in lines]


def _verbatim(value: JsonValue) -> list[str]:
    return [line.rstrip() for line in str(value or "").strip().splitlines()]


def _closed(kind: str, attributes: dict[str, JsonValue], lines: list[str]) -> list[str]:
    colons = colons_around(lines)
    return [opening(kind, attributes, colons=colons), *lines, ":" * colons]
