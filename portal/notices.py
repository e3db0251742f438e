"""Which notices stand above a page, and how a visitor puts one away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from kb import services as kb_services
from portal.experiments import running
from portal.lib.cookies import DISMISSED_NOTICES
from portal.lib.languages import active_language
from portal.lib.snapshots import Snapshot
from portal.models import NoticeBanner
from portal.models.notices import NoticePlace

# First part of the path behind the language; what is not named here shows the notices for every page only.
PLACES = {
    "": NoticePlace.HOME,
    "help": NoticePlace.HELP,
    "products": NoticePlace.HELP,
    "search": NoticePlace.HELP,
    "orders": NoticePlace.ORDERS,
    "account": NoticePlace.ORDERS,
}
COOKIE_AGE_SECONDS = 60 * 24 * 3600
# Keys are short; more than the latest twenty nobody has put away.
MAX_COOKIE_CHARACTERS = 400
MAX_REMEMBERED = 20
# Marks the link of a notice on which an experiment runs; the page cache takes it for one page with the unmarked.
MARK = "utm_content"


@dataclass(frozen=True)
class ShownNotice:
    """One notice as a page shows it; `link_url` is empty where it leads nowhere."""

    notice_id: int
    key: str
    level: str
    place: str
    text: str
    link_url: str
    link_label: str
    expire_at: datetime | None
    # None: for everybody; else for whoever belongs to any of them.
    segment_ids: tuple[int, ...] | None = None
    # The segment by which this visitor sees it.
    segment_id: int | None = None


def connect() -> None:
    """Notice each change. Called by `apps.ready`."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=NoticeBanner)
    for page_signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        # A notice may lead to it.
        page_signal.connect(_changed)
    kb_services.end_also_at(next_ending)


def notices_for(request: HttpRequest) -> list[ShownNotice]:
    """Return what stands above the page of `request`, warnings first, without what its visitor put away.

    Sees    a notice that is aimed at segments: visitors who belong to one of them, so nobody without consent.
    Cost    none when warm (see Snapshot), else one query and those for the addresses of linked pages; the facts of the
            segments that notices for this page are aimed at.
    """
    return [_marked(notice) for notice in _meant_for(request, _stands_above(request))]


def notice_ids_on(request: HttpRequest) -> list[int]:
    """Return the notices for everybody that stand above the page of `request`. Cost: as `notices_for`, without facts."""
    return [notice.notice_id for notice in _current(_stands_above(request)) if notice.segment_ids is None]


def announced_elsewhere(request: HttpRequest) -> list[ShownNotice]:
    """Return what the shop announces at present and does not stand above the page of `request`: that of other pages, and
    what its visitor put away. Sees and costs as `notices_for`.
    """
    above = {notice.key for notice in notices_for(request)}
    return _meant_for(request, lambda notice: notice.place != NoticePlace.OFFERS and notice.key not in above)


def offers_for(request: HttpRequest) -> list[ShownNotice]:
    """Return the offers for the visitor of `request`, who has allowed them. Sees and costs as `notices_for`."""
    return _meant_for(request, lambda notice: notice.place == NoticePlace.OFFERS)


def next_ending() -> datetime | None:
    """Return when the next of the present notices ends; None if none does. Cost: none when warm."""
    now = timezone.now()
    moments = (notice.expire_at for notices in snapshot.get().values() for notice in notices)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _stands_above(request: HttpRequest) -> Callable[[ShownNotice], bool]:
    place, dismissed = _place_of(request.path_info), set(_dismissed(request))
    return lambda notice: notice.place in (NoticePlace.EVERYWHERE, place) and notice.key not in dismissed


def _meant_for(request: HttpRequest, wanted: Callable[[ShownNotice], bool]) -> list[ShownNotice]:
    """Return the notices that are wanted and meant for the visitor, in the words of today."""
    return [
        replace(aimed, text=running.wording(aimed.notice_id, aimed.text))
        for notice in _current(wanted)
        if (aimed := _as_aimed(notice, request)) is not None
    ]


def _current(wanted: Callable[[ShownNotice], bool]) -> list[ShownNotice]:
    now = timezone.now()
    return [
        notice
        for notice in snapshot.get().get(active_language(), ())
        if wanted(notice) and (notice.expire_at is None or notice.expire_at > now)
    ]


def _marked(notice: ShownNotice) -> ShownNotice:
    """Return the notice with its link marked to be counted, if an experiment runs on it."""
    if not notice.link_url or running.of_notice(notice.notice_id) is None:
        return notice
    joint = "&" if "?" in notice.link_url else "?"
    return replace(notice, link_url=f"{notice.link_url}{joint}{MARK}={notice.notice_id}")


def _as_aimed(notice: ShownNotice, request: HttpRequest) -> ShownNotice | None:
    """Return the notice with the segment by which the visitor sees it; None if it is not meant for them."""
    if notice.segment_ids is None:
        return notice
    visitor = getattr(request, "visitor", None)  # an error before anybody was recognised
    segment_id = visitor.audience.first_of(notice.segment_ids) if visitor else None
    return replace(notice, segment_id=segment_id) if segment_id is not None else None


def remember_dismissal(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Let the browser remember that its owner put the notice `key` away; an unknown key changes nothing."""
    if key not in {notice.key for notices in snapshot.get().values() for notice in notices}:
        return
    kept = [*(other for other in _dismissed(request) if other != key), key][-MAX_REMEMBERED:]
    response.set_cookie(
        DISMISSED_NOTICES,
        ".".join(kept),
        max_age=COOKIE_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _load() -> Mapping[str, tuple[ShownNotice, ...]]:
    notices = defaultdict(list)
    for notice in NoticeBanner.objects.filter(live=True).select_related("locale", "link_page"):
        notices[notice.locale.language_code].append(
            ShownNotice(
                notice.pk,
                notice.key,
                notice.level,
                notice.place,
                notice.text,
                notice.link_url,
                notice.link_label,
                notice.expire_at,
                notice.segment_ids,
            )
        )
    return {language: tuple(found) for language, found in notices.items()}


def _place_of(path: str) -> str:
    parts = path.split("/", 3)
    return PLACES.get(parts[2], "") if len(parts) > 2 else ""


def _dismissed(request: HttpRequest) -> list[str]:
    value = request.COOKIES.get(DISMISSED_NOTICES, "")
    return [key for key in value[:MAX_COOKIE_CHARACTERS].split(".") if key]


def _changed(sender: object, **signal: object) -> None:
    # In this order: a page made in between would hold the old notices, and is forgotten.
    snapshot.forget()
    kb_services.refresh_public_pages()


snapshot = Snapshot("notices", _load)
