"""Whole answers kept for readers whom nothing tells apart, so that a popular page costs one look into the cache.

Only views that say so (`keep_for_everybody`) are kept, and only for requests that bring nothing personal: no session,
no stored choices, no waiting message. What is kept holds no token and no nonce. All answers belong to a
generation; any change to what readers see ends it (kb/page_changes.py). Decision: docs/adr/0010-page-cache.md.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.cache import get_conditional_response

from kb.page_changes import GENERATION_KEY, begin_generation, seconds_left
from personalization.visitor import brings_nothing_personal
from portal.lib.cache_errors import CACHE_ERRORS
from portal.lib.shared_caches import share
from portal.lib.snapshots import Snapshot

logger = logging.getLogger(__name__)

# Raise the number when the fields of KeptAnswer change: an upgrade then never meets an answer of the old shape.
ANSWER_KEY = "kb.pages.3.{digest}"
KEPT_ADDRESSES = re.compile(rf"^/(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/(?:(?:help|products)/|\Z)")
# What may stand behind the question mark of a kept page that looks at it; other arguments make it one reader's own.
KEPT_ARGUMENTS = {"page": re.compile(r"^[1-9]\d{0,3}$")}
# Added by mail programs and networks to count their own readers; our pages do not look at them.
TRACKING_ARGUMENTS = re.compile(r"^(?:utm_\w+|gclid|fbclid|zarsrc|zalo_\w+|mc_[ce]id)$")
# Belong to one request or are set anew for each.
LEFT_OUT_HEADERS = frozenset(
    {"cache-control", "content-length", "content-security-policy", "date", "etag", "set-cookie"}
)


@dataclass(frozen=True)
class KeptAnswer:
    """One page as it is sent; `article_id` names the article that it shows, to count that it was read.

    `generation` is "" for a page that nobody keeps.
    """

    generation: str
    content: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    article_id: int | None


@dataclass(frozen=True)
class Keeping:
    """How a view allows its answer to be kept: with which arguments behind its address, and how long."""

    arguments: frozenset[str]
    seconds: int


def keep_for_everybody(response: HttpResponse, *, arguments: Collection[str] = (), seconds: int | None = None) -> None:
    """Say that `response` is the same for every reader without stored data.

    A page that shows anything taken from the request but its path, and those of KEPT_ARGUMENTS that it names as
    `arguments`, must not say so. `seconds` is for pages that change without a signal, in place of PAGE_CACHE_SECONDS.
    """
    longest: int = settings.PAGE_CACHE_SECONDS
    keeping = Keeping(frozenset(arguments), longest if seconds is None else min(seconds, longest))
    response.keeping = keeping  # type: ignore[attr-defined]  # a note for the middleware


class PageCacheMiddleware:
    """Answer anonymous readers of help pages and of the home page from the cache.

    Stands inside whatever looks at every request (names, sizes, language, security headers) and outside of session,
    account and visitor, which it spares.
    Cost  of a kept page: one read of the cache, no query. Of another: that read, and one write.
    """

    # The one that this process made pages of last.
    _generation = ""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return self.get_response(request)
        generation, kept = _read(key)
        if kept is not None:
            request.resolver_match = resolve(request.path_info)
            return _answer(request, kept)
        self._read_anew_for(generation)
        response = self.get_response(request)
        keeping: Keeping | None = getattr(response, "keeping", None)
        if keeping is None or not _is_for_everybody(request, response):
            return response
        if not _may_be_kept(request, keeping):
            generation = ""
        kept = _kept(response, generation)
        if generation:
            _write(key, kept, keeping.seconds)
        return _answer(request, kept)

    def _read_anew_for(self, generation: str) -> None:
        """Make the first page of a generation from values read now.

        Another machine may have ended the one before: of its change to notices or shop this process knows nothing yet.
        """
        if generation != self._generation:
            Snapshot.drop_all()
            self._generation = generation


def _key_of(request: HttpRequest) -> str | None:
    """Return the cache key of a page that may be kept; None for any other request.

    The host is no part of it: no page shows the name by which it was asked for.
    """
    is_kept = (
        settings.PAGE_CACHE_SECONDS > 0
        and request.method in ("GET", "HEAD")
        and KEPT_ADDRESSES.match(request.path_info)
        and not getattr(request, "is_dummy", False)  # a preview
        and brings_nothing_personal(request)
    )
    if not is_kept:
        return None
    arguments = sorted((name, values) for name, values in request.GET.lists() if not TRACKING_ARGUMENTS.match(name))
    for name, values in arguments:
        pattern = KEPT_ARGUMENTS.get(name)
        if pattern is None or len(values) != 1 or not pattern.match(values[0]):
            return None
    address = f"{request.path_info}?{arguments}"
    return ANSWER_KEY.format(digest=hashlib.sha256(address.encode()).hexdigest())


def _may_be_kept(request: HttpRequest, keeping: Keeping) -> bool:
    """Say whether the address holds nothing that the page does not look at: made-up ones could fill the cache."""
    return keeping.arguments.issuperset(request.GET)


def _read(key: str) -> tuple[str, KeptAnswer | None]:
    """Return the present generation, "" when the cache is down, and the answer kept under `key` if it belongs to it."""
    try:
        found = cache.get_many([GENERATION_KEY, key])
        generation = found.get(GENERATION_KEY) or begin_generation()
    except CACHE_ERRORS as error:
        logger.warning("The page cache cannot be reached: %s", error)
        return "", None
    kept = found.get(key)
    if kept is None or kept["generation"] != generation:
        return generation, None
    return generation, KeptAnswer(**kept)


def _write(key: str, kept: KeptAnswer, seconds: int) -> None:
    try:
        cache.set(key, asdict(kept), seconds)
    except CACHE_ERRORS as error:
        logger.warning("A page could not be kept: %s", error)


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether nothing that happened on the way made the page one reader's own, or less than a whole one."""
    messages = getattr(request, "_messages", None)
    return (
        response.status_code == 200
        and "no-store" not in response.headers.get("Cache-Control", "")  # a box is missing from it
        and not response.cookies
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META  # a form's token was written into the page
        and not hasattr(request, "_csp_nonce")  # or the policy's; it must not repeat
        and not (messages is not None and messages.used)
        and not request.session.modified
    )


def _kept(response: HttpResponse, generation: str) -> KeptAnswer:
    return KeptAnswer(
        generation=generation,
        content=response.content,
        headers=tuple((name, value) for name, value in response.items() if name.lower() not in LEFT_OUT_HEADERS),
        etag=f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"',
        article_id=getattr(response, "article_id", None),
    )


def _answer(request: HttpRequest, kept: KeptAnswer) -> HttpResponse:
    """Return the kept page, or 304 to a browser that has it already."""
    response = HttpResponse(kept.content, headers=dict(kept.headers))
    response["ETag"] = kept.etag
    share(response, at_most=seconds_left(kept.generation))
    answer = cast("HttpResponse", get_conditional_response(request, etag=kept.etag, response=response))
    answer.article_id = kept.article_id  # type: ignore[attr-defined]  # as the page itself notes it
    return answer
