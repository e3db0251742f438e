"""The fingerprint of what a page says: equal for two states that a reader could not tell apart."""

from __future__ import annotations

import hashlib
import json
from typing import cast

from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

# What a translator has to put into the other language. Dates, owner, products, addresses and the words for search
# are no text of the source: changing them leaves its translation as good as it was.
TEXT_FIELDS = (
    "title",
    "search_description",
    "intro",
    "summary",
    "question",
    "short_answer",
    "body",
    "image_alt",
    "interval_months",
    "minutes",
    "tools",
)

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


def text_digest(page: Page) -> str:
    """Return the fingerprint of the texts of `page`, a specific page as it is in memory. No query."""
    texts = {name: _plain(getattr(page, name)) for name in TEXT_FIELDS if hasattr(page, name)}
    return hashlib.sha256(json.dumps(texts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> JsonValue:
    if isinstance(value, StreamValue):
        return _without_ids(cast("JsonValue", list(value.get_prep_value())))
    return cast("JsonValue", value)


def _without_ids(value: JsonValue) -> JsonValue:
    """Return a stored body without the numbers of its blocks, which change when a text is put in anew."""
    if isinstance(value, list):
        return [_without_ids(entry) for entry in value]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        return {name: _without_ids(entry) for name, entry in value.items() if not (is_block and name == "id")}
    return value
