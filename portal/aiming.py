"""What is aimed at whom, over the whole site: for the report and the preview of editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from kb.selectors.aimed import aimed_articles
from personalization.blocks import aimed_places
from personalization.segments.models import Segment
from personalization.segments.selectors import all_compiled, problems, sentence
from portal.models import HomePage, NoticeBanner

SHOWN_CHARACTERS = 90
FOR_NOBODY_ELSE = gettext_lazy("nothing: the notice is only for these customers")


@dataclass(frozen=True)
class AimedAt:
    """A segment that something is aimed at, by name and rule; `problem` says why it matches nobody.

    `segment_id` is None for one that was deleted.
    """

    segment_id: int | None
    name: str
    sentence: str
    problem: str = ""
    count: int | None = None


@dataclass(frozen=True)
class AimedThing:
    """One thing that some customers see: where, for whom, what, and what everybody else sees there."""

    where: str
    url: str
    language: str
    state: str | Promise
    segments: tuple[AimedAt, ...]
    content: str
    default: str | Promise

    @property
    def is_dead(self) -> bool:
        """Whether nobody can see it: every segment is dead."""
        return all(one.problem for one in self.segments)


def aimed_things() -> list[AimedThing]:
    """Return everything that is aimed at segments, live or in a draft.

    Cost: three queries, one of which looks through the bodies of all articles, and one for each page with a draft.
    """
    return [*_on_pages(), *_in_notices()]


def aimable_pages() -> list[Page]:
    """Return the home pages and the articles of which a part is aimed: those that look different to some."""
    return [*HomePage.objects.select_related("locale").order_by("path"), *aimed_articles()]


def unused_among(things: Iterable[AimedThing]) -> list[Segment]:
    """Return the segments that none of `things` is aimed at. Cost: none when warm."""
    used = {one.segment_id for thing in things for one in thing.segments}
    return [found.segment for segment_id, found in all_compiled().items() if segment_id not in used]


def _on_pages() -> Iterator[AimedThing]:
    for page in aimable_pages():
        for version, state in _versions(page):
            for place in aimed_places(version.body):
                yield AimedThing(
                    where=page.get_admin_display_title(),
                    url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
                    language=page.locale.get_display_name(),
                    state=state,
                    segments=tuple(map(_aimed_at, place.segments)),
                    content=_short(place.content),
                    default=_short(place.default),
                )


def _versions(page: Page) -> Iterator[tuple[Any, str]]:
    if page.live:
        yield page, _("live")
    if page.has_unpublished_changes or not page.live:
        yield page.get_latest_revision_as_object(), _("draft")


def _in_notices() -> Iterator[AimedThing]:
    for notice in NoticeBanner.objects.select_related("locale").order_by("pk"):
        if notice.segment_ids is not None:
            yield AimedThing(
                where=_("Notice"),
                url=reverse("wagtailsnippets_portal_noticebanner:edit", args=[notice.pk]),
                language=notice.locale.get_display_name(),
                state=_("live") if notice.live else _("draft"),
                segments=tuple(_aimed_at(_found(segment_id)) for segment_id in notice.segment_ids),
                content=_short(notice.text),
                default=FOR_NOBODY_ELSE,
            )


def _found(segment_id: int) -> Segment | None:
    found = all_compiled().get(segment_id)
    return found.segment if found else None


def _aimed_at(segment: Segment | None) -> AimedAt:
    if segment is None:
        return AimedAt(None, _("a deleted segment"), "", _("It was deleted, so it matches nobody. Choose another one."))
    wrong = problems(segment)
    return AimedAt(segment.pk, segment.name, sentence(segment), wrong[0] if wrong else "", segment.account_count)


def _short(text: str) -> str:
    return Truncator(text).chars(SHOWN_CHARACTERS)
