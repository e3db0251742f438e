"""What only a server can do wrong: another process, another program, a rebuild meanwhile, a server that is ill."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError

from kb import search
from kb.models import IndexRequest
from kb.search import analyzers, indexing
from kb.search.engine import identifier_of
from kb.search.errors import AnalyzerMismatch, SearchUnavailable, ServerUnreachable
from kb.search.indexing import drain_outbox, request_indexing
from kb.search.rebuild import check_index, rebuild_index
from portal.settings.search_url import haystack_connection
from tests.kb.search.conftest import publish_article
from tests.kb.search.engines import OPENSEARCH
from tests.kb.search.test_commands import run, write_queries

pytestmark = [pytest.mark.scale, pytest.mark.parametrize("engine", [OPENSEARCH], indirect=True, scope="module")]


@pytest.fixture
def other_process(search_index):
    """A backend of the same index that has not heard of what this process wrote."""
    from kb.search.opensearch import backend

    kept = dict(backend._shared)
    backend._shared.clear()
    yield backend.PortalOpenSearchBackend(
        "default", **haystack_connection(f"opensearch://{_address(search_index)}/{search_index.index_name}")
    )
    backend._shared.clear()
    backend._shared.update(kept)


def _address(backend):
    host = backend.conn.transport.hosts[0]
    return f"{host['host']}:{host['port']}"


def titles(text):
    return [hit.title for hit in search.search(text, language="vi").hits]


def generations(backend):
    return sorted(backend.conn.indices.get(index=f"{backend.index_name}-generation-*"))


# Rebuilds ----------------------------------------------------------------------------------------


def test_answers_come_from_the_server(shop, search_index):
    before = _queries(search_index)
    assert titles("kẹt giấy")[0] == shop.printer.title
    assert _queries(search_index) > before


def _queries(backend):
    statistics = backend.conn.indices.stats(index=backend.index_name, metric="search")
    return statistics["_all"]["total"]["search"]["query_total"]


def test_search_goes_on_during_a_rebuild_and_what_is_published_meanwhile_is_in_both(shop, search_index, monkeypatch):
    fill = type(search_index.generations).fill
    state = {}

    def publish_meanwhile(self, actions):
        fill(self, actions)
        state["during"] = titles("kẹt giấy")
        state["is_rebuilding"] = search_index.is_rebuilding()
        state["page"] = publish_article("Robot hút bụi kêu to")
        shop.card.unpublish()
        request_indexing([state["page"].pk, shop.card.pk])
        drain_outbox()
        state["before"] = titles("robot hút bụi kêu to")[:1]

    monkeypatch.setattr(type(search_index.generations), "fill", publish_meanwhile)
    rebuild_index()

    assert state["during"][0] == shop.printer.title
    assert (state["is_rebuilding"], search_index.is_rebuilding()) == (True, False)
    assert state["before"] == [state["page"].title] == titles("robot hút bụi kêu to")[:1]
    assert shop.card.title not in titles("thẻ tín dụng")
    assert check_index().is_complete


def test_killed_rebuild_leaves_the_live_index_and_the_next_one_clears_it_away(shop, search_index, monkeypatch):
    [live] = generations(search_index)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(search_index.generations), "finish", _killed)
        rebuild_index()
    still_found = titles("kẹt giấy")[0]
    rebuild_index()

    assert still_found == shop.printer.title
    assert len(generations(search_index)) == 2  # the live one, and the one before it for its readers
    assert live in generations(search_index)
    rebuild_index()
    assert live not in generations(search_index)


def test_second_rebuild_takes_over_and_the_first_one_ends_without_harm(shop, search_index, monkeypatch):
    finish = type(search_index.generations).finish
    names = []

    def overtaken(self, name):
        names.append(name)
        if len(names) == 1:
            rebuild_index()
        finish(self, name)

    monkeypatch.setattr(type(search_index.generations), "finish", overtaken)
    with pytest.raises(SearchUnavailable):
        rebuild_index()

    assert titles("kẹt giấy")[0] == shop.printer.title
    assert check_index().is_complete


def test_searches_find_the_page_at_every_moment_of_many_rebuilds(shop, search_index, django_db_blocker):
    from kb.search.conditions import Field, Group, Text

    condition = Group("AND", (Text("kẹt giấy"), Field("language", "exact", "vi")))
    missed, done = [], threading.Event()

    def look():
        while not done.is_set():
            found = search_index.search(condition)
            if [one.pk for one in found["results"]][:1] != [shop.printer.pk]:
                missed.append(found)

    search_index.search(condition)  # synonyms are read here: the threads below have no database
    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        rebuild_index()
    done.set()
    for reader in readers:
        reader.join()

    assert not missed


def _killed(*args, **kwargs):
    raise KeyboardInterrupt


# Writers -----------------------------------------------------------------------------------------


def test_late_batch_neither_undoes_a_newer_one_nor_brings_a_removed_page_back(shop, search_index):
    from kb.search.opensearch.backend import _actions

    late = _actions([shop.printer.pk, shop.card.pk])
    shop.printer.title = "Máy in nhai giấy"
    shop.printer.save_revision().publish()
    shop.card.unpublish()
    search_index.write([shop.printer.pk, shop.card.pk])

    search_index.generations.write(late)

    assert titles("máy in nhai giấy")[0] == "Máy in nhai giấy"
    assert identifier_of(shop.card.pk) not in search_index.indexed_ids()


def test_page_of_another_process_is_found_at_once_though_its_words_are_new_here(shop, other_process):
    assert titles("kẹt giấy")  # the words are read now
    page = publish_article("Khắc phục zirkoni bám cặn")
    other_process.write([page.pk])

    found = search.search("zirkoni bám cặn", language="vi")

    assert (found.hits[0].id, found.corrected_query) == (page.pk, None)


def test_writing_without_an_index_keeps_the_requests(site_tree, search_index, monkeypatch):
    page = publish_article("Robot hút bụi kêu to")
    request_indexing([page.pk])
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "ask_for_rebuild", lambda: None)
        drained = drain_outbox()

    waiting = IndexRequest.objects.count()
    rebuild_index()

    assert (drained, waiting >= 1) == (0, True)
    assert titles(page.title)[0] == page.title


def test_full_disk_of_the_server_keeps_the_requests_and_search_goes_on(shop, search_index):
    page = publish_article("Robot hút bụi kêu to")
    request_indexing([page.pk])
    [live] = generations(search_index)
    full = {"index.blocks.read_only_allow_delete": True}
    search_index.conn.indices.put_settings(index=live, body=full)

    drained = drain_outbox()
    answered = titles("kẹt giấy")[0]
    search_index.conn.indices.put_settings(index=live, body=dict.fromkeys(full))
    again = drain_outbox()

    assert (drained, answered) == (0, shop.printer.title)
    assert again >= 1
    assert titles(page.title)[0] == page.title


# Other programs ----------------------------------------------------------------------------------


def test_index_of_another_analyzer_version_is_refused_and_healed(shop, search_index, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("kb.search.opensearch.layout.ANALYZER_VERSION", 0)
        search_index.rebuild(lambda done, total: None)
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "ask_for_rebuild", lambda: None)
        degraded = search.search("kẹt giấy", language="vi")
    problem = search_index.problem()

    with pytest.raises(AnalyzerMismatch, match=f"this program has {analyzers.ANALYZER_VERSION}"):
        search.document_count()
    search.search("kẹt giấy", language="vi")  # asks for a rebuild, which runs at once here
    healed = search.search("kẹt giấy", language="vi")

    assert (degraded.is_degraded, healed.is_degraded) == (True, False)
    assert isinstance(problem, AnalyzerMismatch)
    assert search_index.problem() is None


def test_index_of_another_layout_is_refused(shop, search_index, monkeypatch):
    monkeypatch.setattr("kb.search.opensearch.generations.layout_fingerprint", lambda: "another")

    with pytest.raises(SearchUnavailable, match="another layout"):
        search.document_count()


def test_weight_of_the_index_is_not_tried_on_the_server(shop, tmp_path):
    path = write_queries(tmp_path, {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]})

    with pytest.raises(CommandError, match="embedded engine"):
        run("evaluate_search", str(path), "--weight", "body=0")


# A server that is ill ----------------------------------------------------------------------------


@contextmanager
def _backend_at(port, *, timeout):
    """Let search use a server of our own making for a while."""
    from haystack import connections

    from kb.search.opensearch.backend import PortalOpenSearchBackend

    backend = PortalOpenSearchBackend(
        "default", **haystack_connection(f"opensearch://127.0.0.1:{port}/portal?timeout={timeout}")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections["default"], "get_backend", lambda: backend)
        yield backend


@contextmanager
def _refusing_server(status):
    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self):
            body = b'{"error": {"type": "refused"}}'
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture
def printer(site_tree, engine):
    return publish_article("Máy in bị kẹt giấy")


def _closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_server_that_is_down_degrades_with_a_notice_and_no_rebuild(printer, client, monkeypatch):
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: pytest.fail("a rebuild does not mend a dead server"))
    with _backend_at(_closed_port(), timeout=1):
        found = search.search("ket giay", language="vi")
        page = client.get("/vi/search/", {"q": "kẹt giấy"}).content.decode()
        suggested = search.suggest("kẹt giấy", language="vi")
        request_indexing([printer.pk])
        drained = drain_outbox()

    assert (found.is_degraded, found.hits[0].title) == (True, printer.title)
    assert "Tìm kiếm đang bị hạn chế" in page
    assert (suggested, drained) == ([], 0)
    assert IndexRequest.objects.filter(page_id=printer.pk).exists()


def test_server_that_never_answers_holds_up_one_request_and_not_the_next(printer):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with _backend_at(silent.getsockname()[1], timeout=0.5) as backend:
            waits = [_seconds(backend) for _ in range(3)]

    assert 0.4 < waits[0] < 2
    assert max(waits[1:]) < 0.05


def _seconds(backend):
    started = time.perf_counter()
    with pytest.raises(ServerUnreachable):
        backend.document_count()
    return time.perf_counter() - started


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_server_that_refuses_degrades(printer, status):
    with _refusing_server(status) as port, _backend_at(port, timeout=1) as backend:
        found = search.search("kẹt giấy", language="vi")
        problem = backend.problem()

    assert (found.is_degraded, found.hits[0].title) == (True, printer.title)
    assert isinstance(problem, ServerUnreachable)


def test_commands_say_in_a_sentence_that_the_server_is_down(printer):
    with _backend_at(_closed_port(), timeout=1):
        with pytest.raises(CommandError, match=r"not built: .* does not answer"):
            run("rebuild_search")
        with pytest.raises(CommandError, match="a moment ago"):
            run("rebuild_search", "--check")


def test_credentials_are_in_no_error(printer):
    from kb.search.opensearch.backend import PortalOpenSearchBackend

    url = f"opensearch://portal:geheim@127.0.0.1:{_closed_port()}/portal"
    with pytest.raises(ServerUnreachable) as caught:
        PortalOpenSearchBackend("default", **haystack_connection(url)).document_count()

    assert "geheim" not in str(caught.value)


# Too much ----------------------------------------------------------------------------------------


def test_query_of_many_strange_words_is_no_fault_of_the_server(shop):
    strange = " ".join(f"{a}{b}{a}" for a in "bcdghklmnt" for b in "aeiou")

    assert not search.search(f"{strange} kẹt giấy {strange}", language="vi").is_degraded


@pytest.mark.parametrize("text", ["\x00", "|", "a|b\nc|9", '"*?:/\\', "máy|50", "ﬀ" * 900, "a" * 3000, "\ud800"])
def test_no_character_is_an_operator(shop, text):
    assert not search.search(text, language="vi").is_degraded
    assert search.suggest(text, language="vi") is not None
