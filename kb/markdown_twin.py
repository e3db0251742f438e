"""An article as plain Markdown for machines that read: the words of the page without its frame.

Unlike the dialect of exports, everything is spelled out: parts with names and prices, shared texts in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.blocks.loading import PICTURE_SIZES, load_references
from kb.markdown import escaped, rich_text_to_markdown, table_lines
from kb.page_context import absolute
from personalization.blocks import as_everybody_reads

if TYPE_CHECKING:
    from kb.models import ArticlePage


def markdown_of(page: ArticlePage) -> str:
    """Return the article as everybody reads it, as Markdown with whole addresses. Cost: that of its body's references."""
    body = as_everybody_reads(page.body)
    load_references(body)
    pieces = [f"# {escaped(page.title)}"]
    if page.question and page.question != page.title:
        pieces.append(escaped(page.question))
    if page.short_answer:
        pieces.append(f"**{_('In short')}:** {escaped(page.short_answer)}")
    for child in body:
        piece = "\n".join(PIECES[child.block_type](child.value)).strip()
        if piece:
            pieces.append(piece)
    pieces += ["---", "\n".join(_about(page))]
    return "\n\n".join(pieces) + "\n"


def _about(page: ArticlePage) -> Iterator[str]:
    yield f"- {_('Address')}: {absolute(page.get_url() or '')}"
    if page.last_checked_on:
        yield f"- {_('Last checked on')}: {date_format(page.last_checked_on, 'SHORT_DATE_FORMAT')}"
    products = [product for product in page.products.all() if product.live]
    if products:
        yield f"- {_('Products')}: {', '.join(escaped(str(product)) for product in products)}"


def _text(value: Any) -> list[str]:
    source = value.__html__() if hasattr(value, "__html__") else value
    return rich_text_to_markdown(str(source), _whole).split("\n")


def _whole(address: str) -> str:
    return absolute(address) if address.startswith("/") else address


def _quoted(label: str, value: Any) -> list[str]:
    lines = _text(value)
    return [f"> **{label}:** {lines[0]}", *(f"> {line}".rstrip() for line in lines[1:])] if any(lines) else []


def _steps(value: Any) -> list[str]:
    lines = [f"### {escaped(value['title'])}", ""] if value["title"] else []
    if minutes := value.total_minutes:
        lines += [f"{_('Time needed')}: {minutes} {_('minutes')}", ""]
    for number, step in enumerate(value.written_steps, start=1):
        marker = f"{number}. "
        inside = _text(step["text"])
        if step["image"]:
            inside += ["", *_image(step["image"], step["image_alt"])]
        lines += [marker + inside[0], *((" " * len(marker) + line).rstrip() for line in inside[1:])]
    return lines


def _faq(value: Any) -> list[str]:
    lines = [f"## {escaped(value['title'])}"] if value["title"] and value.answered else []
    for question, answer in value.answered:
        lines += ["", f"### {escaped(question)}", "", *_text(answer)]
    return lines


def _picture(value: Any) -> list[str]:
    if not value["image"]:
        return []
    caption = ["", f"*{escaped(value['caption'])}*"] if value["caption"] else []
    return [*_image(value["image"], value["alt"]), *caption]


def _image(image: Any, alt: str) -> list[str]:
    url = image.get_rendition(PICTURE_SIZES[-1]).url
    return [f"![{escaped(alt or image.description)}]({absolute(url)})"]


def _video(value: Any) -> list[str]:
    address = value.third_party.page_url if value.third_party else absolute(value["file"].url) if value["file"] else ""
    title = f"[{escaped(value['title'] or '')}]({address})" if address else escaped(value["title"] or "")
    return [f"{_('Video')}: {title}", "", *_text(value["transcript"])]


def _table(value: Any) -> list[str]:
    if not value or not value.get("data"):
        return []
    caption = value.get("table_caption") or ""
    return [*([f"**{escaped(caption)}**", ""] if caption else []), *table_lines(value["data"])]


def _spare_parts(value: Any) -> list[str]:
    rows = [
        [line["part"].number, line["part"].name, str(line["quantity"] or 1), line["part"].price_text or _("on request")]
        for line in value.shown
    ]
    return table_lines([[_("Number"), _("Spare part"), _("Quantity"), _("Price")], *rows]) if rows else []


def _product_facts(value: Any) -> list[str]:
    rows = [[line.name, line.value] for line in value.shown_specifications]
    return table_lines([[value.shown_product.name, ""], *rows]) if rows else []


def _download(value: Any) -> list[str]:
    if not value["document"]:
        return []
    about = f": {escaped(value['description'])}" if value["description"] else ""
    return [f"[{escaped(value.name)}]({absolute(value['document'].url)}){about}"]


def _reusable_text(value: Any) -> list[str]:
    return _text(value.text) if value and value.live else []


PIECES: dict[str, Callable[[Any], list[str]]] = {
    "text": _text,
    "steps": _steps,
    "faq": _faq,
    "reusable_text": _reusable_text,
    "note": lambda value: _quoted(_("Note"), value),
    "warning": lambda value: _quoted(_("Warning"), value),
    "image": _picture,
    "video": _video,
    "table": _table,
    "spare_parts": _spare_parts,
    "product_facts": _product_facts,
    "download": _download,
}
