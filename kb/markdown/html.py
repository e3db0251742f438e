"""Bodies from outside, as the blocks that an editor would have placed. HTML is cleaned; nothing in it is executed."""

from __future__ import annotations

import html
from collections.abc import Collection

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement
from django.utils.translation import gettext as _

from kb.markdown.values import Block, JsonValue, References

INLINE_TAGS = {"a", "b", "strong", "i", "em", "code", "br"}
BLOCK_TAGS = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
KEPT_LINKS = ("http:", "https:", "mailto:", "tel:", "/", "#")
# Editors' tools nest a dozen; beyond this the structure carries no meaning and only the words are kept.
MAX_DEPTH = 30
HEADING_MAX_LENGTH = 255
ALT_MAX_LENGTH = 255

WARNING_LABELS = {"cảnh báo", "nguy hiểm", "warning", "danger"}
NOTE_LABELS = {"lưu ý", "ghi chú", "mẹo", "note", "tip"}


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
    return [_block("text", "".join(paragraphs))] if paragraphs else []


def from_html(markup: str, references: References | None = None) -> list[Block]:
    """Return blocks for HTML: text with headings, steps, tables, call-outs, pictures out of the same archive.

    Scripts, styles, frames, handlers and everything else that could run or load something go.
    """
    references = references or References()
    builder = _Builder(references)
    builder.walk(_clean(markup, references), depth=0)
    return builder.finish()


def rich_text_from_html(markup: str, references: References | None = None) -> str:
    """Return HTML as one rich text of paragraphs, lists and headings; what no rich text holds keeps its words."""
    return _rich_text(_clean(markup, references or References()), depth=0)


class _Builder:
    """Collects blocks while walking down the cleaned tree."""

    def __init__(self, references: References) -> None:
        self.blocks: list[Block] = []
        self._references = references
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
        if tag.name in HEADING_TAGS:
            self._texts.append(_heading_of(tag))
        elif tag.name == "ul":
            self._texts.append(str(tag))
        elif tag.name == "ol":
            self._add_steps([_step(item) for item in tag.find_all("li", recursive=False)])
        elif tag.name == "table":
            self._add_table(tag)
        elif tag.name == "blockquote":
            self._quote(tag, depth)
        elif tag.name == "pre":
            self._texts.append(_code_paragraph(tag))
        elif tag.name == "img":
            self._add("image", _image(tag))
        elif tag.name != "hr":
            self.walk(tag, depth=depth + 1)

    def _quote(self, tag: Tag, depth: int) -> None:
        label = tag.find("b")
        name = label.get_text().strip(" :").lower() if label else ""
        if label is None or name not in WARNING_LABELS | NOTE_LABELS:
            self.walk(tag, depth=depth + 1)
            return
        label.extract()
        self._add("warning" if name in WARNING_LABELS else "note", _rich_text(tag, depth=depth))

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
        text = _paragraph("".join(self._inline))
        self._inline = []
        if text:
            self._texts.append(text)

    def _end_texts(self) -> None:
        text = "".join(self._texts)
        self._texts = []
        if text:
            self.blocks.append(_block("text", text))


def _clean(markup: str, references: References) -> BeautifulSoup:
    clean = nh3.clean(
        markup,
        tags=INLINE_TAGS | BLOCK_TAGS | TABLE_TAGS | {"img"},
        attributes={"a": {"href"}, "img": {"src", "alt", "title"}},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    soup = BeautifulSoup(clean, "html.parser")
    for tag in soup.find_all(["strong", "em"]):
        tag.name = {"strong": "b", "em": "i"}[tag.name]
    for link in soup.find_all("a"):
        _settle_link(link, references)
    for image in soup.find_all("img"):
        _settle_image(image, references)
    for item in soup.find_all("li"):
        _unwrap_single_paragraph(item)
    for group in soup.find_all(["ul", "ol", "li"]):
        _drop_layout(group)
    for line_break in soup.find_all("br"):
        _drop_line_end_after(line_break)
    return soup


def _unwrap_single_paragraph(item: Tag) -> None:
    """Make a list item of one paragraph a plain one: Markdown with blank lines between its items writes such."""
    paragraphs = item.find_all("p", recursive=False)
    if len(paragraphs) == 1:
        paragraphs[0].unwrap()


def _drop_line_end_after(line_break: Tag) -> None:
    """Take out the line end of the source after a break, which would come back as a blank."""
    after = line_break.next_sibling
    if isinstance(after, NavigableString):
        after.replace_with(NavigableString(after.lstrip("\n")))


def _drop_layout(group: Tag) -> None:
    """Take out the line breaks that only laid out the source of a list."""
    for child in list(group.children):
        if isinstance(child, NavigableString) and "\n" in child:
            words = " ".join(str(child).split("\n")).strip(" ")
            # Between words and a tag inside the line a break is a space; before and after a list it is nothing.
            before, after = child.previous_sibling, child.next_sibling
            lead = " " if str(child)[:1] in " \n" and _is_inline(before) else ""
            tail = " " if str(child)[-1:] in " \n" and _is_inline(after) else ""
            child.replace_with(NavigableString(f"{lead}{words}{tail}" if words else lead and tail))


def _is_inline(node: PageElement | None) -> bool:
    return isinstance(node, Tag) and node.name in INLINE_TAGS and node.name != "br"


def _settle_link(link: Tag, references: References) -> None:
    """Keep what leads somewhere: out of the site, to a place of it, or to a file of the same archive."""
    href = str(link.get("href", ""))
    if href.startswith(KEPT_LINKS) and not href.startswith("//"):
        return
    target = references.link(href) if href and not href.startswith("//") else None
    if target is None:
        link.unwrap()
    else:
        link["href"] = target


def _settle_image(image: Tag, references: References) -> None:
    """Give the picture its path in the archive and a place between the paragraphs, or take it out."""
    path = references.image(str(image.get("src", "")))
    if path is None:
        image.decompose()
        return
    image["src"] = path
    if image.find_parent(["ul", "td", "th"]):
        references.notices.append(
            _("The picture “%(file)s” stands in a list or table; it was left out.") % {"file": path}
        )
        image.decompose()
        return
    inline = [parent for parent in image.parents if parent.name in (*INLINE_TAGS, *HEADING_TAGS)]
    if inline:
        inline[-1].insert_after(image.extract())


def _rich_text(parent: Tag, *, depth: int) -> str:
    """Return what is in `parent` as a rich text."""
    parts: list[str] = []
    inline: list[str] = []
    for child in parent.children:
        if not isinstance(child, Tag) or child.name in INLINE_TAGS:
            inline.append(_markup(child))
            continue
        parts += [_paragraph("".join(inline)), _rich_block(child, depth)]
        inline = []
    return "".join([*parts, _paragraph("".join(inline))])


def _rich_block(tag: Tag, depth: int) -> str:
    """Return one block inside a rich text; a table there becomes a paragraph for each row, a picture nothing."""
    if tag.name in HEADING_TAGS:
        return _heading_of(tag)
    if tag.name in ("ul", "ol"):
        return str(tag)
    if tag.name == "pre":
        return _code_paragraph(tag)
    if tag.name == "p":
        return _paragraph("".join(_markup(part) for part in tag.children))
    if tag.name == "table" or depth > MAX_DEPTH:
        rows = tag.find_all("tr") or [tag]
        return "".join(_paragraph(html.escape(_words(row), quote=False)) for row in rows)
    return "" if tag.name in ("img", "hr") else _rich_text(tag, depth=depth + 1)


def _step(item: Tag) -> JsonValue:
    image = item.find("img")
    value = _image(image) if isinstance(image, Tag) else {"image": None, "alt": ""}
    return {"text": _rich_text(item, depth=0), "image": value["image"], "image_alt": value["alt"], "minutes": None}


def _image(tag: Tag) -> dict[str, JsonValue]:
    return {
        "image": str(tag["src"]),
        "alt": " ".join(str(tag.get("alt", "")).split())[:ALT_MAX_LENGTH],
        "caption": " ".join(str(tag.get("title", "")).split())[:ALT_MAX_LENGTH],
    }


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


def _code_paragraph(tag: Tag) -> str:
    lines = html.escape(tag.get_text().strip("\n"), quote=False).replace("\n", "<br/>")
    return f"<p><code>{lines}</code></p>"


def _paragraph(inner: str) -> str:
    inner = inner.strip()
    return f"<p>{inner}</p>" if inner else ""


def _heading_of(tag: Tag) -> str:
    text = _words(tag)
    if len(text) > HEADING_MAX_LENGTH:
        return f"<p><b>{html.escape(text, quote=False)}</b></p>"
    return _heading(text, level=2 if tag.name in ("h1", "h2") else 3) if text else ""


def _heading(text: str, *, level: int) -> str:
    return f"<h{level}>{html.escape(text, quote=False)}</h{level}>"


def _block(kind: str, value: JsonValue) -> Block:
    return {"type": kind, "value": value}
