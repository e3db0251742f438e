"""The aimed parts of an article as one visitor sees them: which variant, with its headings, and what stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from kb.contents import BodyPart, parts_of
from kb.headings import Heading
from personalization.blocks import as_visitor_reads, is_aimed

if TYPE_CHECKING:
    from kb.models import ArticlePage


@dataclass(frozen=True)
class AimedPart:
    """A variant that the visitor sees; the page says for whom it was written and how to put it away."""

    html: SafeString
    headings: tuple[Heading, ...]
    segment_id: int
    hidden_key: str


def shown_parts(page: ArticlePage, request: HttpRequest, parts: Sequence[BodyPart]) -> Sequence[BodyPart | AimedPart]:
    """Return what `request`'s visitor reads of the body of `page`; `parts` are those that everybody reads.

    A variant of which nothing is left to show (its products or texts were withdrawn) makes place for the next that
    fits, in the end for the default: nobody sees an empty area.
    Cost: none for an article of which nothing is aimed; the facts of the segments it names; for whoever sees a variant
    the references of the body once more.
    """
    if not is_aimed(page.body):
        return parts
    silent: set[tuple[int, int]] = set()
    while (reading := as_visitor_reads(page.body, getattr(request, "visitor", None), silent=silent)).variants:
        read = parts_of(reading.body)
        shown: list[BodyPart | AimedPart] = []
        done = 0
        for variant in reading.variants:
            own = read[variant.first : variant.last]
            html = _rendered(own, page, request)
            if not html.strip():
                silent.add(variant.place)
            headings = tuple(heading for part in own for heading in part.headings)
            shown += [*read[done : variant.first], AimedPart(html, headings, variant.segment_id, variant.hidden_key)]
            done = variant.last
        if not silent & {variant.place for variant in reading.variants}:
            return [*shown, *read[done:]]
    return parts


def _rendered(parts: Sequence[BodyPart], page: ArticlePage, request: HttpRequest) -> SafeString:
    context = {"page": page, "request": request}
    with override(page.locale.language_code):
        html = "".join(part.block.render({**context, "anchors": part.anchors}) for part in parts)
    return mark_safe(html)  # noqa: S308 - rendered by blocks
