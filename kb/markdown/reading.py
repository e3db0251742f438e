"""Markdown into the blocks of an article's body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from wagtail import blocks as wagtail_blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from kb.blocks import ArticleBodyBlock
from kb.markdown import html
from kb.markdown.containers import MAX_DEPTH, Container, Stretch, parts_of
from kb.markdown.rich_text import SEPARATOR
from kb.markdown.structure import empty_value, is_attribute, item_name, shape_of
from kb.markdown.values import Block, JsonValue, MarkdownProblem, References


def from_markdown(text: str, references: References | None = None, *, first_line: int = 1) -> list[Block]:
    """Return the blocks of an article for Markdown in this site's dialect (docs/importing.md).

    HTML inside it is shown as text. Raises MarkdownProblem with the line, counted from `first_line`.
    """
    return _blocks(_body, text.split("\n"), references or References(), first_line=first_line, depth=0)


def rich_text_from_markdown(text: str, references: References | None = None) -> str:
    """Return Markdown as one rich text: paragraphs, headings and both kinds of list."""
    return html.rich_text_from_html(_markdown.render(text), references)


def _drop_separator(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(SEPARATOR, state.pos):
        return False
    if not silent:
        # An empty token between two stars keeps the parser from counting them as one run.
        state.push("text", "", 0)
    state.pos += len(SEPARATOR)
    return True


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Addresses are kept as they are typed, or a second export would differ from the first; nh3 judges their scheme.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the parser's own way of saying so
    parser.inline.ruler.before("autolink", "separator", _drop_separator)
    return parser


_markdown = _make_parser()
_body = ArticleBodyBlock()


def _blocks(
    definition: wagtail_blocks.BaseStreamBlock,
    lines: Sequence[str],
    references: References,
    *,
    first_line: int,
    depth: int,
) -> list[Block]:
    """Return the blocks that stand in `lines`; those of plain Markdown are of kinds that every stream knows."""
    result: list[Block] = []
    for part in parts_of(lines, first_line=first_line):
        if isinstance(part, Stretch):
            result += html.from_html(_markdown.render(part.text), references)
        else:
            result.append(_block(definition, part, references, depth=depth))
    return result


def _block(
    definition: wagtail_blocks.BaseStreamBlock, container: Container, references: References, *, depth: int
) -> Block:
    kind = container.name.replace("-", "_")
    kinds = definition.child_blocks
    if kind not in kinds:
        known = ", ".join(name.replace("_", "-") for name in kinds)
        raise MarkdownProblem(
            container.line,
            _("There is no block “%(name)s”; known are: %(known)s.") % {"name": container.name[:60], "known": known},
        )
    return {"type": kind, "value": _value(kinds[kind], container, references, depth=depth)}


def _value(definition: wagtail_blocks.Block, container: Container, references: References, *, depth: int) -> JsonValue:
    if depth > MAX_DEPTH:
        raise MarkdownProblem(container.line, _("Blocks stand too deep in one another."))
    if isinstance(definition, TableBlock):
        return _table(container)
    if isinstance(definition, wagtail_blocks.RichTextBlock):
        _refuse_attributes(container, known=())
        return _rich_text(container, references)
    if isinstance(definition, wagtail_blocks.TextBlock):
        _refuse_attributes(container, known=())
        return "\n".join(container.lines)
    if isinstance(definition, wagtail_blocks.BaseStreamBlock):
        _refuse_attributes(container, known=())
        inside = _blocks(definition, container.lines, references, first_line=container.line + 1, depth=depth + 1)
        return [*inside]
    if isinstance(definition, wagtail_blocks.StructBlock):
        return _struct(definition, container, references, depth=depth)
    if isinstance(definition, wagtail_blocks.ListBlock):
        _refuse_attributes(container, known=())
        return _items(definition.child_block, _inner(container, ["item"]), references, depth=depth)
    _refuse_attributes(container, known=("value",))
    return _attribute(definition, container, "value", references)


def _struct(
    definition: wagtail_blocks.StructBlock, container: Container, references: References, *, depth: int
) -> JsonValue:
    shape = shape_of(definition)
    _refuse_attributes(container, known=shape.attributes)
    value: dict[str, JsonValue] = {
        name: _attribute(child, container, name, references) if is_attribute(child) else empty_value(child)
        for name, child in definition.child_blocks.items()
    }
    if shape.body:
        value[shape.body] = _value(
            definition.child_blocks[shape.body],
            Container(container.name, {}, container.lines, container.line),
            references,
            depth=depth + 1,
        )
        return value
    names = {item_name(name): name for name in shape.nested}
    for inner in _inner(container, list(names)):
        name = names[inner.name.replace("-", "_")]
        child = definition.child_blocks[name]
        if isinstance(child, wagtail_blocks.ListBlock):
            items = value[name]
            assert isinstance(items, list)  # noqa: S101 - what empty_value gives for a list
            items += _items(child.child_block, [inner], references, depth=depth)
        else:
            value[name] = _value(child, inner, references, depth=depth + 1)
    return value


def _items(
    definition: wagtail_blocks.Block, containers: Sequence[Container], references: References, *, depth: int
) -> list[JsonValue]:
    return [_value(definition, container, references, depth=depth + 1) for container in containers]


def _inner(container: Container, names: Sequence[str]) -> list[Container]:
    """Return the containers inside `container`; nothing else may stand there."""
    found = []
    for part in parts_of(container.lines, first_line=container.line + 1):
        if isinstance(part, Stretch) or part.name.replace("-", "_") not in names:
            raise MarkdownProblem(
                part.line,
                _("Inside “%(name)s” only these stand: %(known)s.")
                % {"name": container.name, "known": ", ".join(f":::{name.replace('_', '-')}" for name in names)},
            )
        found.append(part)
    return found


def _attribute(definition: wagtail_blocks.Block, container: Container, name: str, references: References) -> JsonValue:
    value = container.attributes.get(name)
    if value is None:
        return empty_value(definition)
    expected = _type_of(definition)
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise MarkdownProblem(
            container.line,
            _("The value of “%(key)s” is of the wrong kind.") % {"key": name.replace("_", "-")},
        )
    if isinstance(definition, ImageChooserBlock) and isinstance(value, str):
        return references.image(value)
    if isinstance(definition, DocumentChooserBlock) and isinstance(value, str):
        return references.document(value)
    return value


def _type_of(definition: wagtail_blocks.Block) -> type | tuple[type, ...]:
    if isinstance(definition, wagtail_blocks.BooleanBlock):
        return bool
    if isinstance(definition, wagtail_blocks.IntegerBlock):
        return int
    return list if isinstance(definition, wagtail_blocks.ListBlock) else str


def _rich_text(container: Container, references: References) -> str:
    for part in parts_of(container.lines, first_line=container.line + 1):
        if isinstance(part, Container):
            raise MarkdownProblem(part.line, _("No block stands inside “%(name)s”.") % {"name": container.name})
    return rich_text_from_markdown("\n".join(container.lines), references)


TABLE_ATTRIBUTES = ("caption", "header_row", "header_column", "data")


def _table(container: Container) -> JsonValue:
    _refuse_attributes(container, known=TABLE_ATTRIBUTES)
    data = container.attributes.get("data")
    if data is None:
        tables = html.from_html(_markdown.render("\n".join(container.lines)))
        if len(tables) != 1 or tables[0]["type"] != "table":
            raise MarkdownProblem(container.line, _("Inside “table” stands one table and nothing else."))
        value = tables[0]["value"]
        assert isinstance(value, dict)  # noqa: S101 - what the builder makes of a table
        data = value["data"]
    elif not _is_grid(data):
        raise MarkdownProblem(container.line, _("The value of “%(key)s” is of the wrong kind.") % {"key": "data"})
    return {
        "data": data,
        "first_row_is_table_header": container.attributes.get("header_row", True) is not False,
        "first_col_is_header": container.attributes.get("header_column") is True,
        "table_caption": re.sub(r"\s+", " ", str(container.attributes.get("caption", ""))),
    }


def _is_grid(data: JsonValue) -> bool:
    return isinstance(data, list) and all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in data
    )


def _refuse_attributes(container: Container, *, known: Sequence[str]) -> None:
    unknown = [name for name in container.attributes if name not in known]
    if unknown:
        raise MarkdownProblem(
            container.line,
            _("“%(key)s” is no attribute of “%(name)s”; known are: %(known)s.")
            % {
                "key": unknown[0].replace("_", "-"),
                "name": container.name,
                "known": ", ".join(name.replace("_", "-") for name in known) or "–",
            },
        )
