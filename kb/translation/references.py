"""Puts twins of the target language where a copied page still names things of its source's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from django.db.models import Model
from wagtail.blocks import Block, ChooserBlock, ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, TranslatableMixin

from kb.translation.digests import JsonValue

_LINK = re.compile(r"<a [^>]*>")
_LINKED_PAGE = re.compile(r'(?<=\bid=")\d+(?=")')


@dataclass
class Twins:
    """Finds twins in one language. `missing` names what has none there and was left out."""

    locale: Locale
    missing: list[str] = field(default_factory=list)

    def of(self, thing: TranslatableMixin) -> TranslatableMixin | None:
        """Return the twin of `thing`, or None; one query."""
        twin = type(thing).objects.filter(translation_key=thing.translation_key, locale=self.locale).first()
        if twin is None:
            self.missing.append(str(thing))
        return cast("TranslatableMixin | None", twin)

    def of_all(self, things: Iterable[TranslatableMixin]) -> list[TranslatableMixin]:
        """Return the twins of those that have one, in order."""
        return [twin for twin in map(self.of, things) if twin is not None]

    def number_of(self, model: type[Model], number: object) -> object:
        """Return the primary key of the twin; `number` itself for things that have no language, None for no twin."""
        if not issubclass(model, TranslatableMixin) or number is None:
            return number
        thing = model._default_manager.filter(pk=number).first()
        twin = self.of(thing) if thing else None
        return twin.pk if twin else None


def translate_body(page: Page, twins: Twins) -> None:
    """Let every body of `page` (in memory) name and link the twins of what it names and links."""
    for body in page._meta.get_fields():
        if isinstance(body, StreamField):
            value = getattr(page, body.name)
            stored = cast("JsonValue", list(value.get_prep_value()))
            setattr(page, body.name, json.dumps(_translated(value.stream_block, stored, twins)))


def _translated(block: Block, value: JsonValue, twins: Twins) -> JsonValue:
    """Return the stored `value` of `block` with twins in place of what has a language."""
    if isinstance(block, StreamBlock) and isinstance(value, list):
        return [_translated_child(block, child, twins) for child in value]
    if isinstance(block, ListBlock) and isinstance(value, list):
        items = [_translated_item(block.child_block, item, twins) for item in value]
        return [item for item in items if not _is_empty_choice(block.child_block, item)]
    if isinstance(block, StructBlock) and isinstance(value, dict):
        children = block.child_blocks
        return {
            name: _translated(children[name], entry, twins) if name in children else entry
            for name, entry in value.items()
        }
    if isinstance(block, ChooserBlock):
        return cast("JsonValue", twins.number_of(block.model_class, value))
    if isinstance(block, RichTextBlock) and isinstance(value, str):
        return translate_links(value, twins)
    return value


def _translated_child(block: StreamBlock, child: JsonValue, twins: Twins) -> JsonValue:
    if not isinstance(child, dict) or child.get("type") not in block.child_blocks:
        return child
    return {**child, "value": _translated(block.child_blocks[child["type"]], child.get("value"), twins)}


def _translated_item(block: Block, item: JsonValue, twins: Twins) -> JsonValue:
    if isinstance(item, dict) and item.get("type") == "item":
        return {**item, "value": _translated(block, item.get("value"), twins)}
    return _translated(block, item, twins)


def _is_empty_choice(block: Block, item: JsonValue) -> bool:
    """Say whether a list's item chose something that has no twin; the list goes on without it."""
    chosen = item.get("value") if isinstance(item, dict) else item
    return isinstance(block, ChooserBlock) and chosen is None


def translate_links(html: str, twins: Twins) -> str:
    """Return `html` with links to pages leading to their twins; a page without one keeps its link.

    The reader then lands on the source's language, which says so: better than a dead word.
    """

    def with_twin(link: re.Match[str]) -> str:
        tag = link[0]
        return _LINKED_PAGE.sub(twin_number, tag) if 'linktype="page"' in tag else tag

    def twin_number(number: re.Match[str]) -> str:
        page = Page.objects.filter(pk=number[0]).first()
        twin = Page.objects.filter(translation_key=page.translation_key, locale=twins.locale).first() if page else None
        return str(twin.pk) if twin else number[0]

    return _LINK.sub(with_twin, html)
