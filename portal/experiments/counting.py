"""How often today's variant is seen and opened.

Seen is a page with the notice on it, or the home page in the usual order of boxes; opened is the page that the notice
leads to, asked for from one of our pages by its marked link, or any page asked for from the home page, the search and the
home page itself left out. Programs, staff, previews and what other pages embed are not counted, nor more of one network
than its fair share of the day; nothing is noted of who it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from portal.experiments import running
from portal.experiments.services import add_counts
from portal.lib.counted_in_memory import CountsInMemory
from portal.lib.fair_shares import FairShares
from portal.lib.limits import network_of
from portal.lib.readers import opens_a_page
from portal.lib.shared_caches import is_shared, keep_from_proxies
from portal.notices import MARK, notice_ids_on

logger = logging.getLogger(__name__)

SEEN, OPENED = "seen", "opened"
# What one network counts for while a day is quiet. An opening weighs as much as twenty views, hence only one.
HOUSEHOLD = {SEEN: 5, OPENED: 1}


class ExperimentCounter(CountsInMemory[tuple[int, date, str]]):
    """Counts of (experiment, day, SEEN or OPENED)."""

    def __init__(self) -> None:
        super().__init__("experiment-counts")
        self._shares = FairShares()

    def count(self, experiment_id: int, what: str, *, network: str) -> None:
        """Count one SEEN or OPENED today, unless `network` has had its share of them; costs no query."""
        day = running.today()
        if self._shares.takes((experiment_id, what), network=network, day=day, household=HOUSEHOLD[what]):
            self.add_one((experiment_id, day, what))

    def write(self, counts: Mapping[tuple[int, date, str], int]) -> None:
        add_counts(counts)


counter = ExperimentCounter()


class ExperimentMiddleware:
    """Count what readers see and open of experiments, on pages made anew or kept; so it stands outside of the page cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = _is_page(request, response)
        if not (is_page or is_shared(response)):
            return response
        try:
            if running.is_any():
                # A proxy would answer without us, and what its readers see would not be counted.
                keep_from_proxies(response)
                if is_page:
                    _count_notices(request)
                    _count_order(request)
        except DatabaseError as error:
            # The page is made, or was kept: nobody loses it for a count.
            logger.warning("a page was not counted: %s", error)
        return response


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code in (200, 304)
        and (response.status_code == 304 or response.get("Content-Type", "").startswith("text/html"))
        and opens_a_page(request)
    )


def _count_notices(request: HttpRequest) -> None:
    for notice_id in notice_ids_on(request):
        if one := running.of_notice(notice_id):
            _count(request, one, SEEN)
    marked = request.GET.get(MARK, "")
    if marked.isdecimal() and len(marked) < 10 and _came_from(request) is not None:
        one = running.of_notice(int(marked))
        if one:
            _count(request, one, OPENED)


def _count_order(request: HttpRequest) -> None:
    one = running.of_home_order()
    if one is None:
        return
    is_seen = _is_home(request.path_info)
    if not (is_seen or (_is_home(_came_from(request) or "") and not _is_search(request.path_info))):
        return
    # Asked last: for a signed-in reader the answer costs queries that the page itself may not have needed.
    visitor = getattr(request, "visitor", None)
    if visitor is not None and visitor.is_personalized:
        return
    _count(request, one, SEEN if is_seen else OPENED)


def _count(request: HttpRequest, one: running.Running, what: str) -> None:
    counter.count(one.experiment_id, what, network=network_of(request))


def _came_from(request: HttpRequest) -> str | None:
    """Return the path of our page from which this one was asked for; None for a stranger's or none."""
    try:
        address = urlsplit(request.headers.get("Referer", "")[:2_000])
    except ValueError:
        return None
    return address.path if address.netloc == request.get_host() else None


def _is_home(path: str) -> bool:
    return path.strip("/") in dict(settings.LANGUAGES)


def _is_search(path: str) -> bool:
    return path.strip("/").partition("/")[2].startswith("search")
