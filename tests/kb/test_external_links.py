"""Asking other sites for linked pages: politely, on several days, and never inside our own network."""

import socket
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kb.care import external, fetching
from kb.care.external import check_external_links, unreachable_addresses
from kb.care.fetching import Unreachable, ensure_reachable
from kb.models import ExternalAddress
from tests.factories.kb import make_article, make_category, text

MONDAY = date(2026, 11, 23)


def address(href):
    return text(f'<p><a href="{href}">xem</a></p>')


@pytest.fixture
def switched_on(settings):
    settings.LINK_CHECK = True


@pytest.fixture
def answers(monkeypatch, switched_on):
    """What the world answers: {address: reason of failing}; everything else is there. Notes who was asked."""
    failing, asked = {}, []

    def ask(url):
        asked.append(url)
        if url in failing:
            raise Unreachable(failing[url])

    monkeypatch.setattr(external, "ensure_reachable", ask)
    failing["asked"] = asked
    return failing


@pytest.fixture
def linking(site_tree):
    """An article with one link to another site."""
    return make_article(make_category(), title="Nguồn", body=[address("https://example.com/a")])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:a00:1::1]/",
        "http://[fec0::1]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://8.8.8.8:22/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "http:///x",
        "http://[",
        "http://8.8.8.8:99999/",
    ],
)
def test_address_inside_our_network_or_of_another_kind_is_never_connected_to(monkeypatch, url):
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("connected"))

    with pytest.raises(Unreachable):
        ensure_reachable(url)


def test_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    def resolved(*args, **kwargs):
        return [(0, 0, 0, "", ("8.8.8.8", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    with pytest.raises(Unreachable):
        ensure_reachable("http://example.com/")


class Site(BaseHTTPRequestHandler):
    """Answers each path as its name says."""

    asked: list[str] = []

    def do_HEAD(self):
        self.answer("HEAD")

    def do_GET(self):
        self.answer("GET")

    def answer(self, method):
        Site.asked.append(f"{method} {self.path}")
        status, location = {
            "/ok": (200, ""),
            "/gone": (404, ""),
            "/no-head": (200 if method == "GET" else 405, ""),
            "/robots": (403, ""),
            "/down": (503, ""),
            "/moved": (301, "/ok"),
            "/circle": (302, "/circle"),
            "/inside": (302, "http://10.0.0.1/"),
            "/nowhere": (302, "http://[no-address"),
        }[self.path]
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *args):
        """Says nothing."""


@pytest.fixture
def site(monkeypatch):
    """A web server of our own that the check takes for a public one."""
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setitem(fetching.PORTS, "http", server.server_port)
    monkeypatch.setattr(fetching, "_is_public", lambda ip: ip == "127.0.0.1")
    Site.asked = []
    yield "http://127.0.0.1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("/ok", True),
        ("/no-head", True),
        ("/robots", True),
        ("/moved", True),
        ("/gone", False),
        ("/down", False),
        ("/circle", False),
        ("/inside", False),
        ("/nowhere", False),
    ],
)
def test_answer_of_the_other_site_decides(site, path, is_there):
    if is_there:
        ensure_reachable(site + path)
    else:
        with pytest.raises(Unreachable):
            ensure_reachable(site + path)

    assert Site.asked[0] == f"HEAD {path}"


@pytest.mark.django_db
def test_nobody_is_asked_unless_the_operator_says_so(linking, monkeypatch):
    monkeypatch.setattr(external, "ensure_reachable", lambda url: pytest.fail("asked"))

    assert check_external_links() == 0
    assert not ExternalAddress.objects.exists()


@pytest.mark.django_db
def test_link_is_reported_after_failing_on_two_days(linking, answers):
    answers["https://example.com/a"] = "answers 404"

    check_external_links(today=MONDAY)
    check_external_links(today=MONDAY)
    after_one_day = unreachable_addresses()
    check_external_links(today=MONDAY + timedelta(days=1))

    assert after_one_day == set()
    assert unreachable_addresses() == {"https://example.com/a"}


@pytest.mark.django_db
def test_link_that_answers_again_is_forgiven(linking, answers):
    answers["https://example.com/a"] = "answers 503"
    check_external_links(today=MONDAY)
    check_external_links(today=MONDAY + timedelta(days=1))
    del answers["https://example.com/a"]

    check_external_links(today=MONDAY + timedelta(days=2))

    assert unreachable_addresses() == set()


@pytest.mark.django_db
def test_address_that_no_article_names_any_more_is_forgotten(linking, answers):
    check_external_links(today=MONDAY)
    linking.unpublish()

    check_external_links(today=MONDAY)

    assert not ExternalAddress.objects.exists()


@pytest.mark.django_db
def test_a_night_asks_only_so_many_and_goes_on_with_the_rest(linking, answers, monkeypatch):
    monkeypatch.setattr(external, "ADDRESSES_A_NIGHT", 1)
    make_article(linking.get_parent(), body=[address("https://example.org/b"), address("mailto:a@example.com")])

    check_external_links(today=MONDAY)
    check_external_links(today=MONDAY)

    assert sorted(answers["asked"]) == ["https://example.com/a", "https://example.org/b"]
