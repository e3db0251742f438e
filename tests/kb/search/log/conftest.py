"""A log of searches of each test's own, the time as it sees it, and a reader who searches."""

import pytest

from kb.models import SearchLogEntry
from kb.search_log import buffer as buffers
from kb.search_log.buffer import SearchBuffer
from kb.search_log.services import note_search

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """A log of this test's own."""
    own = SearchBuffer()
    monkeypatch.setattr(buffers, "buffer", own)
    return own


@pytest.fixture
def clock(monkeypatch):
    """The time as the log sees it; `clock.pass_by(seconds)` moves it."""

    class Clock:
        now = 1_000.0

        def pass_by(self, seconds):
            self.now += seconds

        def monotonic(self):
            return self.now

    own = Clock()
    monkeypatch.setattr(buffers, "time", own)
    return own


@pytest.fixture
def ask(rf):
    """Search as a reader does, coming from an address of the site."""

    def ask(
        query, *, count=3, language="vi", came_from="/vi/", agent=FIREFOX, user=None, address="192.0.2.1", **options
    ):
        headers = {"user-agent": agent, "referer": f"http://testserver{came_from}"}
        request = rf.get("/vi/search/", headers=headers, REMOTE_ADDR=address)
        if user:
            request.user = user
        return note_search(request, query=query, language=language, count=count, **options)

    return ask


def counted():
    return {row.query: row.searches for row in SearchLogEntry.objects.all()}
