"""All that the blocks of one body choose and link to, loaded together instead of block by block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Model
from wagtail.blocks import Block, ChooserBlock, ListBlock, RichTextBlock, StructBlock
from wagtail.blocks.stream_block import StreamValue
from wagtail.images import get_image_model
from wagtail.rich_text import RichText, expand_db_html

from kb.blocks.choosers import already_loaded
from kb.blocks.reuse import ReusableTextBlock

# The sizes in which the templates of the blocks show pictures.
PICTURE_SIZES = ("width-480|format-webp", "width-800|format-webp", "width-1200|format-webp")
# Parts rich texts while the links of all are looked up at once.
_SEAM = "\0"

Ids = Set[int]


class LinkedText(RichText):
    """A rich text whose links already lead somewhere; its source is what the database holds."""

    def __init__(self, source: str, html: str):
        super().__init__(source)
        self._html = html

    def __html__(self) -> str:
        return self._html


def load_references(body: StreamValue) -> None:
    """Build the blocks of `body` with all they choose, and let the links in their texts lead somewhere.

    Cost  at most one query for each kind of thing that is named at all: pictures (two when one has never been
          shown), documents, spare parts, products, reusable texts, linked pages, linked documents.
    For readers: what a lookup does not find is None, as it is for a deleted thing.
    """
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for item in body.raw_data:
        block = body.stream_block.child_blocks.get(item["type"])
        if block is not None:
            _collect(block, item["value"], wanted)
    with already_loaded({model: _loader_of(model)(ids) for model, ids in wanted.items()}):
        children = list(body)
    texts = [
        place for child in children for place in _texts_in(child.block, child.value, partial(setattr, child, "value"))
    ]
    if not texts:
        return
    linked = expand_db_html(_SEAM.join(text.source.replace(_SEAM, "") for text, _put in texts)).split(_SEAM)
    for (text, put), html in zip(texts, linked, strict=True):
        put(LinkedText(text.source, html))


def _collect(block: Block, raw: Any, wanted: dict[type[Model], set[int]]) -> None:
    """Note every key that a chooser of `block` stores in `raw`."""
    if isinstance(block, ChooserBlock):
        if isinstance(raw, int):
            wanted[block.model_class].add(raw)
    elif isinstance(block, StructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            _collect(child, raw.get(name), wanted)
    elif isinstance(block, ListBlock) and isinstance(raw, list):
        for item in raw:
            is_labelled = isinstance(item, dict) and item.get("type") == "item" and "value" in item
            _collect(block.child_block, item["value"] if is_labelled else item, wanted)


def _loader_of(model: type[Model]) -> Callable[[Ids], dict[int, Model]]:
    loaders = {
        get_image_model(): _pictures,
        apps.get_model("kb", "Product"): _products,
        apps.get_model("kb", "SparePart"): _spare_parts,
    }
    return loaders.get(model, model._default_manager.in_bulk)


def _pictures(ids: Ids) -> dict[int, Model]:
    """Return the pictures, each with the sizes it was cut to so far."""
    model = get_image_model()
    sizes = model.get_rendition_model().objects.filter(image_id__in=ids, filter_spec__in=PICTURE_SIZES)
    pictures: dict[int, Any] = {}
    for size in sizes.select_related("image"):
        picture = pictures.setdefault(size.image_id, size.image)
        picture.prefetched_renditions = [*getattr(picture, "prefetched_renditions", []), size]
    never_shown = ids - pictures.keys()
    return pictures | (model.objects.in_bulk(never_shown) if never_shown else {})


def _products(ids: Ids) -> dict[int, Model]:
    """Return the products, each with its data sheet; one without any is looked up by itself."""
    specifications = apps.get_model("kb", "ProductSpecification").objects.filter(product_id__in=ids)
    lines: dict[int, list[Any]] = defaultdict(list)
    for line in specifications.select_related("product__locale").order_by("sort_order"):
        lines[line.product_id].append(line)
    products: dict[int, Any] = {key: found[0].product for key, found in lines.items()}
    for key, product in products.items():
        product.specifications = lines[key]
    bare = ids - products.keys()
    return products | (apps.get_model("kb", "Product").objects.select_related("locale").in_bulk(bare) if bare else {})


def _spare_parts(ids: Ids) -> dict[int, Model]:
    return apps.get_model("kb", "SparePart").objects.select_related("locale").in_bulk(ids)


def _texts_in(
    block: Block, value: Any, put: Callable[[RichText], None]
) -> Iterator[tuple[RichText, Callable[[RichText], None]]]:
    """Yield every rich text in `value` with what puts another in its place."""
    if isinstance(block, RichTextBlock):
        yield value, put
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _texts_in(child, value[name], partial(value.__setitem__, name))
    elif isinstance(block, ListBlock):
        for at, item in enumerate(value):
            yield from _texts_in(block.child_block, item, partial(value.__setitem__, at))
    elif isinstance(block, ReusableTextBlock) and value is not None:
        yield value.linked_text, partial(setattr, value, "linked_text")
