"""Bodies from outside, as the blocks that an editor would have placed. HTML is cleaned; nothing in it is executed."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from markdown_it import MarkdownIt

from kb.importer.records import Block, JsonValue

INLINE_TAGS = {"a", "b", "strong", "i", "em", "code", "br"}
BLOCK_TAGS = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
# Editors' tools nest a dozen; beyond this the structure carries no meaning and only the words are kept.
MAX_DEPTH = 30
HEADING_MAX_LENGTH = 255

WARNING_LABELS = {"cảnh báo", "nguy hiểm", "warning", "danger"}
NOTE_LABELS = {"lưu ý", "ghi chú", "mẹo", "note", "tip"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def from_lines(body: str, *, headings: Collection[str], title: str) -> list[Block]:
    """Return one text block for plain text: each line a paragraph, each line that is one of `headings` a heading.

    A first line that repeats the title is left out.
    """
    wanted = {" ".join(heading.split()) for heading in headings}
    paragraphs: list[str] = []
    for number, line in enumerate(" ".join(line.split()) for line in body.splitlines()):
        if not line or (number == 0 and line == title):
            continue
        if line in wanted and len(line) <= HEADING_MAX_LENGTH:
            paragraphs.append(_heading(line, level=2))
        else:
            paragraphs.append(f"<p>{html.escape(line, quote=False)}</p>")
    return _text_blocks(paragraphs)


def from_markdown(text: str) -> list[Block]:
    """Return blocks for Markdown (CommonMark and tables); HTML inside it is shown as text."""
    return from_html(_markdown.render(text))


def from_html(markup: str) -> list[Block]:
    """Return blocks for HTML: headings, paragraphs, steps, tables, call-outs. Scripts, styles, frames and pictures go."""
    clean = nh3.clean(
        markup,
        tags=INLINE_TAGS | BLOCK_TAGS | TABLE_TAGS,
        attributes={"a": {"href"}},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    soup = BeautifulSoup(clean, "html.parser")
    _normalise(soup)
    builder = _Builder()
    builder.walk(soup, depth=0)
    return builder.finish()


class _Builder:
    """Collects blocks while walking down the cleaned tree."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._inline: list[str] = []

    def walk(self, parent: Tag, *, depth: int) -> None:
        for child in parent.children:
            if not isinstance(child, Tag) or child.name in INLINE_TAGS:
                self._inline.append(_markup(child))
            elif depth > MAX_DEPTH:
                self._inline.append(html.escape(child.get_text(" "), quote=False))
            else:
                self._end_paragraph()
                self._take(child, depth)
        self._end_paragraph()

    def finish(self) -> list[Block]:
        self._end_texts()
        return self.blocks

    def _take(self, tag: Tag, depth: int) -> None:
        if tag.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading(tag)
        elif tag.name == "ul":
            self._texts.append(str(tag))
        elif tag.name == "ol":
            self._add_steps([_step(item) for item in tag.find_all("li", recursive=False)])
        elif tag.name == "table":
            self._add_table(tag)
        elif tag.name == "blockquote":
            self._quote(tag, depth)
        elif tag.name == "pre":
            lines = html.escape(tag.get_text().strip("\n"), quote=False).replace("\n", "<br/>")
            self._texts.append(f"<p><code>{lines}</code></p>")
        elif tag.name != "hr":
            self.walk(tag, depth=depth + 1)

    def _heading(self, tag: Tag) -> None:
        text = _words(tag)
        if len(text) > HEADING_MAX_LENGTH:
            self._texts.append(f"<p><b>{html.escape(text, quote=False)}</b></p>")
        elif text:
            self._texts.append(_heading(text, level=2 if tag.name in ("h1", "h2") else 3))

    def _quote(self, tag: Tag, depth: int) -> None:
        label = tag.find("b")
        name = label.get_text().strip(" :").lower() if label else ""
        if label is None or name not in WARNING_LABELS | NOTE_LABELS:
            self.walk(tag, depth=depth + 1)
            return
        label.extract()
        paragraphs = [_paragraph(part.decode_contents()) for part in tag.find_all("p")] or [
            _paragraph(tag.decode_contents())
        ]
        self._add("warning" if name in WARNING_LABELS else "note", "".join(paragraphs))

    def _add_steps(self, steps: list[JsonValue]) -> None:
        if steps:
            self._add("steps", {"title": "", "minutes": None, "steps": steps})

    def _add_table(self, tag: Tag) -> None:
        rows = [[_words(cell) for cell in row.find_all(["th", "td"])] for row in tag.find_all("tr")]
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        first = tag.find("tr")
        value: dict[str, JsonValue] = {
            "data": [[*row, *[""] * (width - len(row))] for row in rows],
            "first_row_is_table_header": first is not None and first.find("th") is not None,
            "first_col_is_header": False,
            "table_caption": "",
        }
        self._add("table", value)

    def _add(self, kind: str, value: JsonValue) -> None:
        self._end_texts()
        if value:
            self.blocks.append(_block(kind, value))

    def _end_paragraph(self) -> None:
        text = "".join(self._inline).strip()
        self._inline = []
        if text:
            self._texts.append(_paragraph(text))

    def _end_texts(self) -> None:
        self.blocks += _text_blocks(self._texts)
        self._texts = []


def _normalise(soup: BeautifulSoup) -> None:
    """Use the tags that the editor's rich text knows, and drop links that lead nowhere on this site."""
    for tag in soup.find_all(["strong", "em"]):
        tag.name = {"strong": "b", "em": "i"}[tag.name]
    for link in soup.find_all("a"):
        if not str(link.get("href", "")).startswith(("http:", "https:", "mailto:", "tel:", "/", "#")):
            link.unwrap()
    for item in soup.find_all("li"):
        for paragraph in item.find_all("p", recursive=False):
            if len(item.find_all("p", recursive=False)) == 1:
                paragraph.unwrap()


def _step(item: Tag) -> JsonValue:
    inline = [child for child in item.children if not isinstance(child, Tag) or child.name in INLINE_TAGS]
    others = [child for child in item.children if isinstance(child, Tag) and child.name not in INLINE_TAGS]
    text = _paragraph("".join(_markup(child) for child in inline)) + "".join(str(child) for child in others)
    return {"text": text, "image": None, "image_alt": "", "minutes": None}


def _words(tag: Tag) -> str:
    """Return the text of a heading or cell in one line; blocks and breaks part words, bold and links do not."""
    words = []
    for node in tag.descendants:
        if not isinstance(node, Tag):
            words.append(str(node))
        elif node.name == "br" or node.name not in INLINE_TAGS:
            words.append(" ")
    return " ".join("".join(words).split())


def _markup(node: PageElement) -> str:
    # A text node has lost its escapes while parsing: "&lt;script&gt;" must not come back as a tag.
    return str(node) if isinstance(node, Tag) else html.escape(str(node), quote=False)


def _paragraph(inner: str) -> str:
    inner = inner.strip()
    return f"<p>{inner}</p>" if inner else ""


def _text_blocks(paragraphs: Iterable[str]) -> list[Block]:
    text = "".join(paragraphs)
    return [_block("text", text)] if text else []


def _heading(text: str, *, level: int) -> str:
    return f"<h{level}>{html.escape(text, quote=False)}</h{level}>"


def _block(kind: str, value: JsonValue) -> Block:
    return {"type": kind, "value": value}
