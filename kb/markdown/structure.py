"""How a block's own definition says what its container looks like: attributes, a body, containers inside.

The blocks are asked, not listed: a field added to a block is exported and imported without a word here.
"""

from __future__ import annotations

from dataclasses import dataclass

from wagtail import blocks

from kb.markdown.values import JsonValue

BODIES = (blocks.RichTextBlock, blocks.TextBlock, blocks.BaseStreamBlock)


@dataclass(frozen=True)
class Shape:
    """The fields of a struct: `attributes` in its first line, then its `body` (a text or blocks), or else the `nested` containers."""

    attributes: tuple[str, ...]
    body: str
    nested: tuple[str, ...]


def shape_of(definition: blocks.StructBlock) -> Shape:
    """Return how the fields of a struct are written; a single text, or stream of blocks, is the body."""
    fields = definition.child_blocks
    attributes = tuple(name for name, child in fields.items() if is_attribute(child))
    nested = tuple(name for name in fields if name not in attributes)
    if len(nested) == 1 and isinstance(fields[nested[0]], BODIES):
        return Shape(attributes, body=nested[0], nested=())
    return Shape(attributes, body="", nested=nested)


def is_attribute(definition: blocks.Block) -> bool:
    """Return whether a field fits into one line: a word, a number, a choice, something chosen, or a list of those."""
    if isinstance(definition, blocks.ListBlock):
        return is_attribute(definition.child_block) and not isinstance(definition.child_block, blocks.ListBlock)
    return not isinstance(definition, (blocks.StructBlock, *BODIES))


def item_name(field: str) -> str:
    """Return the name of one entry of a list: "step" for "steps"."""
    return field.removesuffix("s")


def empty_value(definition: blocks.Block) -> JsonValue:
    """Return what a field holds when nothing was said."""
    if isinstance(definition, blocks.BooleanBlock):
        return False
    if isinstance(definition, blocks.ListBlock | blocks.BaseStreamBlock):
        return []
    if isinstance(definition, blocks.IntegerBlock):
        return getattr(definition.meta, "default", None)
    if isinstance(definition, blocks.ChooserBlock):
        return None
    return ""
