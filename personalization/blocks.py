"""Blocks for pages whose parts are aimed at segments: a choice of segments, and the wrapper with variants and a default.

An app gives its own StreamBlock the wrapper; whatever that block can show can then be aimed:

    class HomeBodyBlock(AimableBlock, HomeContentBlock):
        aimed = AimedBlock(HomeContentBlock)

A page shows the blocks with their ids, so that a visitor can put the aimed ones away:

    {% for child in page.body %}{% include_block child with block_id=child.id %}{% endfor %}

A page that has to know before what it will show, for a list of contents, asks `as_visitor_reads`. Whatever reads a body
for more than one person (search, API, Markdown, comparisons) takes `as_everybody_reads`: one text, the defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from personalization.preferences import HIDDEN_AIMED
from personalization.segments import selectors
from personalization.segments.models import Segment

if TYPE_CHECKING:
    from personalization.visitor import Visitor

MOST_VARIANTS = 10
MOST_SEGMENTS = 20
T = TypeVar("T")
RawBlock = dict[str, Any]


class SegmentChoice(SnippetChooserBlock):
    """A segment of the list. Taken from the snapshot of all, so that a page asks no query for it."""

    def __init__(self, **kwargs: Any):
        super().__init__("personalization.Segment", **kwargs)

    def to_python(self, value: int | None) -> Segment | None:
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Segment | None]:
        found = selectors.all_compiled()
        return [found[value].segment if value is not None and value in found else None for value in values]

    class Meta:
        icon = "group"
        label = _("segment")


class VariantBlock(blocks.StructBlock):
    """What to show to whom."""

    def __init__(self, content: type[blocks.StreamBlock], **kwargs: Any):
        segments = blocks.ListBlock(
            SegmentChoice(),
            min_num=1,
            max_num=MOST_SEGMENTS,
            label=_("for whom"),
            help_text=_(
                "Customers who belong to any of these segments. To ask for two at once, make a segment of both."
            ),
        )
        super().__init__([("segments", segments), ("content", content(label=_("what they see"), min_num=1))], **kwargs)

    class Meta:
        icon = "group"
        label = _("variant")


class AimedBlock(blocks.StructBlock):
    """Variants for segments, and a default for everybody else; the first variant that fits is shown."""

    def __init__(self, content: type[blocks.StreamBlock], **kwargs: Any):
        variants = blocks.ListBlock(
            VariantBlock(content), min_num=1, max_num=MOST_VARIANTS, label=_("variants, the first that fits is shown")
        )
        default = content(
            label=_("for everybody else"),
            min_num=1,
            help_text=_("Also for whoever wants no personal pages. Never empty, so that nobody sees a gap."),
        )
        super().__init__([("variants", variants), ("default", default)], **kwargs)

    class Meta:
        icon = "group"
        label = _("For some customers")
        description = _(
            "Shows one thing to customers of a segment and another to everybody else. Not for what all need to know."
        )
        template = "personalization/blocks/aimed.html"

    def render(self, value: blocks.StructValue, context: dict[str, Any] | None = None) -> SafeString:
        """Render the first variant that fits and has something to say, else the default."""
        context = {**(context or {})}
        hidden_key = _hidden_key(context.get("block_id"))
        visitor = getattr(context.get("request"), "visitor", None)
        variants = (
            ([one.pk for one in variant["segments"] if one is not None], variant["content"])
            for variant in value["variants"]
        )
        for segment_id, content in _fitting(variants, visitor, hidden_key):
            html = content.render_as_block(context)
            if html.strip():
                return self._with_reason(html, segment_id, hidden_key, context)
        return mark_safe(value["default"].render_as_block(context))  # noqa: S308 - rendered by blocks

    def _with_reason(self, html: str, segment_id: int, hidden_key: str, context: dict[str, Any]) -> SafeString:
        return render_to_string(
            self.meta.template,
            {
                "content": html,
                "segment_id": segment_id,
                "hidden_key": hidden_key,
                "visitor": context["request"].visitor,
            },
            request=context["request"],
        )


class AimableBlock(blocks.StreamBlock):
    """A stream whose parts may be aimed; to the admin's search and to the API it is what everybody reads."""

    def get_searchable_content(self, value: blocks.StreamValue) -> list[str]:
        return super().get_searchable_content(as_everybody_reads(value))

    def get_api_representation(self, value: blocks.StreamValue, context: Any = None) -> Any:
        return super().get_api_representation(as_everybody_reads(value), context=context)


@dataclass(frozen=True)
class ShownVariant:
    """The blocks from `first` up to `last` (not included) of a reading, and the segment for which they stand there.

    `place` tells variants of one body apart; `hidden_key` is "" for one that cannot be put away.
    """

    first: int
    last: int
    segment_id: int
    hidden_key: str
    place: tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """A body as one visitor reads it, without wrappers; `variants` are in its order, everything else is for everybody."""

    body: blocks.StreamValue
    variants: tuple[ShownVariant, ...]


def is_aimed(body: blocks.StreamValue) -> bool:
    """Say whether a part of `body` is aimed. No query."""
    return any(_is_wrapper(body, item) for item in body.raw_data)


def has_gap(body: blocks.StreamValue) -> bool:
    """Say whether an aimed part of `body` has no default: the editor's form forbids it, a file may bring it. No query."""
    return any(_is_wrapper(body, item) and not _stored(body, item).default for item in body.raw_data)


def as_everybody_reads(body: blocks.StreamValue) -> blocks.StreamValue:
    """Return `body` with its default in place of each aimed part; `body` itself where nothing is aimed. No query."""
    return as_visitor_reads(body, None).body


def as_visitor_reads(
    body: blocks.StreamValue, visitor: Visitor | None, *, silent: Set[tuple[int, int]] = frozenset()
) -> Reading:
    """Return `body` with the first variant that fits `visitor` in place of each aimed part, else its default.

    `silent` are the places of variants that turned out to have nothing to say.
    Cost: no query of its own, the facts of the segments that it names; none where nothing is aimed.
    """
    if not is_aimed(body):
        return Reading(body, ())
    flat: list[RawBlock] = []
    shown: list[ShownVariant] = []
    for at, item in enumerate(body.raw_data):
        if not _is_wrapper(body, item):
            flat.append(item)
            continue
        variants, default = _stored(body, item)
        hidden_key = _hidden_key(item.get("id"))
        candidates = ((ids, (number, content)) for number, (ids, content) in enumerate(variants))
        for segment_id, (number, content) in _fitting(candidates, visitor, hidden_key):
            if (at, number) not in silent:
                last = len(flat) + len(content)
                shown.append(ShownVariant(len(flat), last, segment_id, hidden_key, (at, number)))
                flat += content
                break
        else:
            flat += default
    return Reading(body.stream_block.to_python(flat), tuple(shown))


def readings_of(body: blocks.StreamValue) -> Iterator[blocks.StreamValue]:
    """Yield every text that somebody can meet: that of everybody, and each variant amid the defaults. No query."""
    yield as_everybody_reads(body)
    items = list(body.raw_data)
    for at, item in enumerate(items):
        if _is_wrapper(body, item):
            for _ids, content in _stored(body, item).variants:
                others = body.stream_block.to_python([*items[:at], *content, *items[at + 1 :]])
                yield as_everybody_reads(others)


def _is_wrapper(body: blocks.StreamValue, item: RawBlock) -> bool:
    return isinstance(body.stream_block.child_blocks.get(item["type"]), AimedBlock)


class _Stored(NamedTuple):
    """A wrapper as it is stored: its variants, each as (segments, blocks), and the blocks of its default."""

    variants: list[tuple[list[int], list[RawBlock]]]
    default: list[RawBlock]


def _stored(body: blocks.StreamValue, item: RawBlock) -> _Stored:
    """Read a wrapper. Kinds of block that are no longer known are left out, as Wagtail does for a whole body."""
    known = body.stream_block.child_blocks[item["type"]].child_blocks["default"].child_blocks

    def content(stored: list[RawBlock] | None) -> list[RawBlock]:
        return [one for one in stored or [] if one["type"] in known]

    value = item["value"] or {}
    variants = [
        ([pk for pk in _items(variant.get("segments")) if pk is not None], content(variant.get("content")))
        for variant in _items(value.get("variants"))
    ]
    return _Stored(variants, content(value.get("default")))


def _items(stored: Any) -> list[Any]:
    """Return the values of a stored list; each may be wrapped with its key."""
    return [item["value"] if isinstance(item, dict) and item.get("type") == "item" else item for item in (stored or [])]


def _hidden_key(block_id: Any) -> str:
    """Return what a visitor's choices hold when they put the block away; "" for a block that has no usable id."""
    key = f"aimed.{block_id or ''}"
    return key if HIDDEN_AIMED.match(key) else ""


def _fitting(
    variants: Iterable[tuple[Iterable[int], T]], visitor: Visitor | None, hidden_key: str
) -> Iterator[tuple[int, T]]:
    """Yield (segment, what is shown) of each variant that fits the visitor and was not put away, in order."""
    if visitor is None or hidden_key in visitor.preferences.hidden_modules:
        return
    for segment_ids, content in variants:
        segment_id = visitor.audience.first_of(segment_ids)
        if segment_id is not None:
            yield segment_id, content


@dataclass(frozen=True)
class AimedPlace:
    """One part of a body that is aimed: where, its segments (None: deleted), and whether a default stands behind it."""

    block_id: str
    segments: tuple[Segment | None, ...]
    content: str
    default: str


def aimed_places(body: blocks.StreamValue) -> Iterator[AimedPlace]:
    """Yield every variant in `body`, in order, with the text of what it shows."""
    for child in body:
        if isinstance(child.block, AimedBlock):
            default = text_of(child.value["default"])
            for variant in child.value["variants"]:
                yield AimedPlace(str(child.id), tuple(variant["segments"]), text_of(variant["content"]), default)


def text_of(content: blocks.StreamValue) -> str:
    """Return the words of some blocks, for reports."""
    return " · ".join(" ".join(text.split()) for text in content.stream_block.get_searchable_content(content))
