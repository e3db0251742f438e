"""What every test may use. Fixtures of one app live in tests/<app>/conftest.py."""

import os
import socket

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from portal.lib.snapshots import Snapshot

# Playwright keeps an event loop in the thread of the test worker that drives the browser; Django would refuse the
# database to every later test of that worker. Nothing here runs in that loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What a worker makes once for all of these takes seconds: a running portal, the demo shop.
TOGETHER = ("tests/journeys/", "tests/demo/")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class SharersTogether(LoadScopeScheduling):
    """Gives tests that share something costly to one worker, and every other test to whoever is free.

    The marks of xdist (3.8) for that have no effect with pytest 9.2, which keeps a test's name elsewhere.
    """

    def _split_scope(self, nodeid):
        return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)


def pytest_xdist_make_scheduler(config, log):
    return SharersTogether(config, log)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A test that calls out of this machine fails with a sentence."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address[0]}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits, cached fragments and the shop's facts of one test never reach another."""
    cache.clear()
    Snapshot.drop_all()


@pytest.fixture(autouse=True)
def default_language():
    """Each test begins in the default language: a request leaves its own language active in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


class NobodyAsked:
    """Stands for a task whose work no test of the running kind looks at."""

    def enqueue(self, *args, **kwargs):
        pass


@pytest.fixture(autouse=True)
def wagtail_s_indexes(request, monkeypatch):
    """Wagtail's search and reference indexes stand still, for they cost a quarter of the suite; `wagtail_indexes` wakes them."""
    if request.node.get_closest_marker("wagtail_indexes") is None:
        monkeypatch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", NobodyAsked())
        monkeypatch.setattr("wagtail.signal_handlers.update_reference_index_task", NobodyAsked())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test finds the pages that a start of the site makes; making them anew for each took a third of its time."""
    from portal.site_setup import ensure_home_pages

    with django_db_blocker.unblock():
        ensure_home_pages()


@pytest.fixture
def site_tree(db):
    """The home page and help index of each language, by language code."""
    from portal.site_setup import ensure_home_pages

    return ensure_home_pages()


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Name every skip loudly; with CI=true a skip is a failure (see pytest_sessionfinish)."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"SKIPPED: {report.nodeid}: {reason}", red=True, bold=True)


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
