"""Writes of the search log: pages note searches and clicks, the nightly job forgets."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from kb.models import SearchLogEntry
from kb.models.search_log import LOGGED_QUERY_MAX_LENGTH
from kb.search_log import buffer
from kb.search_log.buffer import Search
from kb.search_log.privacy import is_withheld
from kb.search_log.writing import EntryKey
from portal.lib.limits import network_of
from portal.lib.readers import is_a_reader
from portal.lib.text import clean_line, fold

# Whoever opens a result later than this has done something else meanwhile.
SEARCH_ID_SECONDS = 30 * 60
MAX_POSITION = 1_000
_SALT = "kb.search_log"
_READ_CHARACTERS = 1_000


def note_search(
    request: HttpRequest, *, query: str, language: str, count: int, is_typing: bool = False, after: str = ""
) -> str:
    """Count a reader's search with its number of results; returns an id for the clicks on them, "" if not counted.

    Submitted searches say what the reader asked; another page, filter or reload of the same results is no new one. With
    `is_typing` the search is a stage of typing and `after` the id that the page got for the stage before. Programs,
    staff and empty searches are not counted; searches that may hold personal data are, without their words. Call it
    for complete answers only: what the database answered in place of a broken index says nothing about the pages.
    Cost: no query; some 0.1 ms.
    """
    typed = clean_line(query[:_READ_CHARACTERS])
    text = fold(typed)
    if not settings.SEARCH_LOG_DAYS or not text or not is_a_reader(request):
        return ""
    withheld = is_withheld(typed)
    kept, shown = ("", "") if withheld else (text[:LOGGED_QUERY_MAX_LENGTH], typed)
    nonce = secrets.token_hex(8)
    came_from = "" if is_typing else _referring_search(request)
    if came_from != text:
        search = Search(language, text, kept, shown, count, is_typing)
        nonce, noted = buffer.buffer.note(
            search, nonce=nonce, after=_nonce_of(after), refined=came_from, network=network_of(request)
        )
        kept = noted.query
    return signing.dumps([timezone.localdate().isoformat(), language, kept, nonce], salt=_SALT)


def note_click(search_id: str, *, position: int, page_id: int | None = None) -> bool:
    """Count that a result was opened; returns whether `search_id` is one of ours and young enough.

    `position` counts from 1 over all pages of results, 0 is a promoted one; `page_id` is None for an address.
    Cost: no query.
    """
    try:
        day, language, query, nonce = signing.loads(search_id, salt=_SALT, max_age=SEARCH_ID_SECONDS)
    except signing.BadSignature:
        return False
    buffer.buffer.note_click(
        EntryKey(date.fromisoformat(day), language, query),
        nonce=nonce,
        page_id=max(0, page_id or 0),
        position=min(max(0, position), MAX_POSITION),
    )
    return True


def purge_search_log() -> int:
    """Forget the days older than SEARCH_LOG_DAYS; returns how many rows that were, those of clicks included."""
    kept_since = timezone.localdate() - timedelta(days=settings.SEARCH_LOG_DAYS)
    deleted, _by_model = SearchLogEntry.objects.filter(day__lt=kept_since).delete()
    return deleted


def _nonce_of(search_id: str) -> str:
    if not search_id:
        return ""
    try:
        return str(signing.loads(search_id, salt=_SALT, max_age=SEARCH_ID_SECONDS)[-1])
    except signing.BadSignature:
        return ""


def _referring_search(request: HttpRequest) -> str:
    """Return what was searched for on the page of results that this request comes from, folded; "" for another page."""
    try:
        address = urlsplit(request.headers.get("Referer", "")[:4_000])
    except ValueError:
        return ""
    if address.netloc != request.get_host() or address.path != reverse("search"):
        return ""
    asked = parse_qs(address.query, max_num_fields=20).get("q", [""])
    return fold(clean_line(asked[0][:_READ_CHARACTERS]))
