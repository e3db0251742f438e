"""Where a body names something else: pictures, documents, products, parts, shared texts, segments, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import cast

from wagtail import blocks

from kb.blocks import ArticleBodyBlock
from kb.markdown.values import ARCHIVE_SCHEME, Block, JsonValue
from kb.markdown.writing import plain_items

# What a chooser's model is called in this file and in archives.
KINDS = {
    "wagtailimages.image": "image",
    "wagtaildocs.document": "document",
    "kb.product": "product",
    "kb.sparepart": "part",
    "kb.reusabletext": "text",
    "personalization.segment": "segment",
}
_LINK = re.compile(r"<a\b(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r'(?P<name>[a-z]+)="(?P<value>[^"]*)"')
_body = ArticleBodyBlock()

# Called with a kind ("image", "product", "link" …) and what is stored; returns what stands there afterwards.
Convert = Callable[[str, JsonValue], JsonValue]
LinkConvert = Callable[[str, str], str | None]


def with_references(body: Iterable[Block], convert: Convert, convert_link: LinkConvert) -> list[Block]:
    """Return a copy of `body` in which every reference went through `convert`, every link through `convert_link`.

    `convert_link` gets ("page", "12"), ("document", "3") or ("href", address) and returns the new attributes of the
    link as text, or None to keep its words only. Keys of blocks and list entries, which mean nothing elsewhere, go.
    """
    return _blocks(_body, body, convert, convert_link)


def with_links(source: str, convert_link: LinkConvert) -> str:
    """Return a rich text in which every link went through `convert_link`."""
    pieces: list[str] = []
    position = 0
    dropped = False
    for found in re.finditer(r"<a\b[^>]*>|</a>", source):
        pieces.append(source[position : found.start()])
        position = found.end()
        if found[0] == "</a>":
            pieces.append("" if dropped else "</a>")
            dropped = False
            continue
        attributes = convert_link(*_target(found[0]))
        dropped = attributes is None
        pieces.append("" if attributes is None else f"<a {attributes}>")
    return "".join([*pieces, source[position:]])


def archive_paths_in(body: Iterable[Block]) -> set[str]:
    """Return the paths of files of the same archive to which links of `body` lead."""
    paths: set[str] = set()

    def note(kind: str, target: str) -> str:
        if kind == "href" and target.startswith(ARCHIVE_SCHEME):
            paths.add(target.removeprefix(ARCHIVE_SCHEME))
        return ""

    with_references(body, lambda kind, value: value, note)
    return paths


def href(address: str) -> str:
    """Return the attributes of a link to `address`."""
    return f'href="{escape(address)}"'


def _target(tag: str) -> tuple[str, str]:
    attributes = {found["name"]: unescape(found["value"]) for found in _ATTRIBUTE.finditer(tag)}
    kind = attributes.get("linktype", "")
    return (kind, attributes.get("id", "")) if kind in ("page", "document") else ("href", attributes.get("href", ""))


def _blocks(
    definition: blocks.BaseStreamBlock, body: Iterable[Block], convert: Convert, convert_link: LinkConvert
) -> list[Block]:
    known = definition.child_blocks
    return [
        {"type": block["type"], "value": _value(known[str(block["type"])], block["value"], convert, convert_link)}
        for block in body
        if str(block["type"]) in known
    ]


def _value(definition: blocks.Block, value: JsonValue, convert: Convert, convert_link: LinkConvert) -> JsonValue:
    if isinstance(definition, blocks.RichTextBlock):
        return with_links(str(value or ""), convert_link)
    if isinstance(definition, blocks.StructBlock) and isinstance(value, dict):
        return {
            name: _value(child, value.get(name), convert, convert_link)
            for name, child in definition.child_blocks.items()
            if name in value
        }
    if isinstance(definition, blocks.BaseStreamBlock):
        return [*_blocks(definition, cast("list[Block]", value or []), convert, convert_link)]
    if isinstance(definition, blocks.ListBlock):
        items = [_value(definition.child_block, item, convert, convert_link) for item in plain_items(value)]
        # A list of what was chosen goes on without what is gone.
        return [
            item for item in items if item is not None or not isinstance(definition.child_block, blocks.ChooserBlock)
        ]
    if isinstance(definition, blocks.ChooserBlock):
        kind = KINDS.get(definition.model_class._meta.label_lower, "page")
        return None if value in (None, "") else convert(kind, value)
    return value
