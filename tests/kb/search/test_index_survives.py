"""The index under kills, tears, rebuilds and crowds."""

import json
import logging
import os
import threading

import pytest

from kb import search
from kb.models import ArticlePage, IndexRequest
from kb.search import analyzers, index_writer, indexing, rebuild
from kb.search.errors import AnalyzerMismatch, SearchUnavailable
from kb.search.indexing import drain_outbox, request_indexing, tend_index
from kb.search.rebuild import check_index, rebuild_index
from kb.search.storage import _checksum
from tests.kb.search.conftest import publish_article


def titles(text):
    return [hit.title for hit in search.search(text, language="vi").hits]


def is_found(page):
    return page.title in titles(page.title)


# Kills -------------------------------------------------------------------------------------------


def test_worker_killed_before_the_commit_repeats_the_work(shop, monkeypatch):
    page = publish_article("Robot hút bụi kêu to")
    request_indexing([page.pk])

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(index_writer.IndexWriter, "commit", _killed)
        drain_outbox()
    untouched = (is_found(page), IndexRequest.objects.filter(page_id=page.pk).count())
    drain_outbox()

    assert untouched == (False, 1)
    assert is_found(page)


def test_worker_killed_between_commit_and_delete_repeats_without_doubles(shop, monkeypatch):
    page = publish_article("Robot hút bụi kêu to")
    request_indexing([page.pk])

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(indexing, "forget_requests", _killed)
        drain_outbox()
    drain_outbox()

    assert is_found(page)
    assert search.document_count() == 7
    assert not IndexRequest.objects.exists()


def test_request_renewed_while_it_is_drained_stays(shop, monkeypatch):
    request_indexing([shop.printer.pk])
    forget = indexing.forget_requests
    renewed = []

    def renew_first(requests):
        if not renewed:
            renewed.append(True)
            request_indexing([shop.printer.pk])
        forget(requests)

    monkeypatch.setattr(indexing, "forget_requests", renew_first)

    assert indexing._drain_batch() == 1
    assert IndexRequest.objects.filter(page_id=shop.printer.pk).exists()


def test_killed_rebuild_leaves_the_live_index_and_no_litter(shop, search_index, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(search_index), "write_pages", _killed)
        rebuild_index()
    still_found = titles("kẹt giấy")[0]
    rebuild_index()

    assert still_found == shop.printer.title
    assert len(list(search_index.directory.path.glob("generation-*"))) == 1


def test_draft_of_a_killed_writer_is_cleared_away(shop, search_index):
    (search_index.directory.path / "CURRENT.4711").write_text("{")

    search_index.write([shop.printer.pk])

    assert [path.name for path in search_index.directory.path.glob("CURRENT*")] == ["CURRENT"]
    assert titles("kẹt giấy")[0] == shop.printer.title


def _killed(*args, **kwargs):
    raise KeyboardInterrupt


# Tears -------------------------------------------------------------------------------------------


DAMAGES = ("truncate", "flip", "remove", "table", "pointer", "everything")


@pytest.mark.parametrize("damage", DAMAGES)
def test_torn_index_degrades_asks_for_a_rebuild_and_heals(shop, search_index, monkeypatch, damage):
    _damage(search_index.directory.path, damage)
    search_index._keeper.__init__(search_index.directory)  # a process that starts now
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "ask_for_rebuild", lambda: None)
        degraded = search.search("ket giay", language="vi")

    healing = search.search("ket giay", language="vi")
    healed = search.search("ket giay", language="vi")

    assert (degraded.is_degraded, healing.is_degraded, healed.is_degraded) == (True, True, False)
    assert degraded.hits[0].title == healed.hits[0].title == shop.printer.title


@pytest.mark.parametrize(
    "change", [lambda data: data[:-16] + b"\xff" * 16, lambda data: bytes(len(data)), lambda data: b""]
)
def test_segment_of_another_format_degrades_and_heals(shop, search_index, monkeypatch, change):
    segment = next(search_index.directory.path.glob("generation-*/*.seg"))
    segment.write_bytes(change(segment.read_bytes()))
    segment.with_name(f"{segment.name}.sum").write_text(_checksum(segment))
    search_index._keeper.__init__(search_index.directory)  # a process that starts now
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: None)

    degraded = search.search("ket giay", language="vi")
    rebuild_index()

    assert degraded.is_degraded and not search.search("ket giay", language="vi").is_degraded


@pytest.mark.parametrize("damage", ("truncate", "flip", "remove"))
def test_open_reader_notices_what_is_done_to_its_files(shop, search_index, monkeypatch, damage):
    before = search.search("ket giay", language="vi")
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: None)

    _damage(search_index.directory.path, damage)
    # Words that this reader has not read yet: it would look into a mapped file, and die of one that was cut short.
    torn = search.search("thoi han bao hanh", language="vi")
    rebuild_index()
    healed = search.search("thoi han bao hanh", language="vi")

    assert (before.is_degraded, torn.is_degraded, healed.is_degraded) == (False, True, False)
    assert torn.hits[0].title == healed.hits[0].title == shop.warranty.title


@pytest.mark.parametrize("damage", DAMAGES)
def test_writer_that_meets_a_torn_index_asks_for_a_rebuild(shop, search_index, monkeypatch, damage):
    asked = []
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: asked.append(True))
    request_indexing([shop.printer.pk])
    _damage(search_index.directory.path, damage)

    drained = drain_outbox()

    assert (drained, asked, IndexRequest.objects.count()) == (0, [True], 1)


def _damage(folder, damage):
    [segment] = folder.glob("generation-*/*.seg")
    [table] = folder.glob("generation-*/*.toc")
    if damage == "truncate":
        os.truncate(segment, segment.stat().st_size // 2)
    elif damage == "flip":
        with segment.open("r+b") as file:
            file.seek(segment.stat().st_size // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 0xFF]))
    elif damage == "remove":
        segment.unlink()
    elif damage == "table":
        os.truncate(table, 10)
    elif damage == "pointer":
        (folder / "CURRENT").write_text("{")
    else:
        for path in (segment, table, folder / "CURRENT"):
            path.unlink()


def test_degraded_page_says_so_and_still_answers(shop, search_index, monkeypatch, client):
    _damage(search_index.directory.path, "pointer")
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: None)

    response = client.get("/vi/search/", {"q": "ket giay"})

    assert "Tìm kiếm đang bị hạn chế" in response.content.decode()
    assert shop.printer.title in response.content.decode()


def test_unreadable_index_is_told_by_the_check(shop, search_index):
    _damage(search_index.directory.path, "flip")

    with pytest.raises(SearchUnavailable, match="torn"):
        check_index()


def test_index_of_another_analyzer_version_is_refused(shop, search_index, monkeypatch, caplog):
    pointer = search_index.directory.path / "CURRENT"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "analyzer_version": 0}))
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: None)

    with caplog.at_level(logging.ERROR, logger="kb.search"):
        page = search.search("kẹt giấy", language="vi")

    assert page.is_degraded
    assert "rebuild_search" in caplog.text
    with pytest.raises(AnalyzerMismatch, match=f"this program has {analyzers.ANALYZER_VERSION}"):
        search.document_count()


def test_requests_wait_while_there_is_no_index_and_the_rebuild_covers_them(site_tree, search_index, monkeypatch):
    page = publish_article("Robot hút bụi kêu to")
    request_indexing([page.pk])
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "ask_for_rebuild", lambda: None)
        drained = drain_outbox()
    waiting = IndexRequest.objects.count()
    rebuild_index()

    assert (drained, waiting >= 1) == (0, True)
    assert is_found(page)
    assert not IndexRequest.objects.exists()


# Rebuilds ----------------------------------------------------------------------------------------


def test_search_goes_on_during_a_rebuild(shop, search_index, monkeypatch):
    write_pages = type(search_index).write_pages
    during = []

    def write_and_look(backend, writer, page_ids):
        write_pages(backend, writer, page_ids)
        during.append(titles("kẹt giấy"))

    monkeypatch.setattr(type(search_index), "write_pages", write_and_look)
    rebuild_index()

    assert during
    assert all(found[0] == shop.printer.title for found in during)
    assert titles("kẹt giấy")[0] == shop.printer.title


def test_page_published_during_a_rebuild_is_found_before_and_after_the_switch(shop, search_index, monkeypatch):
    write_pages = type(search_index).write_pages
    state = {}

    def publish_meanwhile(backend, writer, page_ids):
        write_pages(backend, writer, page_ids)
        if not state:
            state["page"] = publish_article("Robot hút bụi kêu to")
            shop.card.unpublish()
            request_indexing([state["page"].pk, shop.card.pk])
            drain_outbox()
            state["before"] = is_found(state["page"]), is_found(shop.card)

    monkeypatch.setattr(type(search_index), "write_pages", publish_meanwhile)
    rebuild_index()

    assert state["before"] == (True, False)
    assert (is_found(state["page"]), is_found(shop.card)) == (True, False)
    assert check_index().is_complete


def test_check_names_what_is_missing_and_what_should_not_be_there(shop, search_index):
    page = publish_article("Robot hút bụi kêu to")
    shop.card.unpublish()
    IndexRequest.objects.all().delete()  # as if the hints had been lost

    report = check_index()

    assert report.missing_page_ids == (page.pk,)
    assert report.surplus_ids == (f"kb.articlepage.{shop.card.pk}",)
    assert not report.is_complete


def test_switch_removes_the_old_generation_but_not_under_an_open_reader(shop, search_index):
    old = search_index.snapshot()

    rebuild_index()

    assert len(list(search_index.directory.path.glob("generation-*"))) == 1
    assert len(old.impacts("text_vi", "giay")[0]) == 1


# Crowds ------------------------------------------------------------------------------------------


def test_threads_search_while_batches_are_committed(shop, search_index):
    from kb.search.documents import document_of
    from kb.search.engine import identifier_of
    from kb.search.schema import index_fields

    document = document_of(shop.printer)
    identifier = identifier_of(shop.printer.pk)
    failures, done = [], threading.Event()

    def look():
        while not done.is_set():
            snapshot = search_index.snapshot()
            found = len(snapshot.impacts("pairs_vi", "ket giay")[0])
            if found != 1 or snapshot.count != 6:
                failures.append((found, snapshot.count))

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(12):
        with search_index.directory.writing() as writer:
            writer.replace(identifier, index_fields(document, django_ct="kb.articlepage", identifier=identifier))
    done.set()
    for reader in readers:
        reader.join()

    assert not failures


def test_many_small_commits_are_merged_once_nothing_waits(shop, search_index):
    _publish_one_by_one()
    busy = _segment_count(search_index)
    before = search_index.directory.stamp()

    assert tend_index() == 0
    assert (busy, _segment_count(search_index)) == (6, 1)
    assert search_index.directory.stamp() != before
    assert titles("kẹt giấy")[0] == shop.printer.title
    assert rebuild.check_index().is_complete
    tidy = search_index.directory.stamp()
    tend_index()
    assert search_index.directory.stamp() == tidy


def test_publishing_without_a_pause_leaves_few_segments_too(shop, search_index, monkeypatch):
    monkeypatch.setattr(index_writer, "_MERGE_WITHOUT_IDLE_TIME_AT", 5)

    _publish_one_by_one()

    assert _segment_count(search_index) < 5
    assert titles("kẹt giấy")[0] == shop.printer.title
    assert rebuild.check_index().is_complete


def test_torn_index_is_not_put_in_order_but_rebuilt(shop, search_index, monkeypatch):
    asked = []
    monkeypatch.setattr(indexing, "ask_for_rebuild", lambda: asked.append(True))
    _damage(search_index.directory.path, "table")

    assert (tend_index(), asked) == (0, [True])


def _publish_one_by_one():
    for page_id in ArticlePage.objects.public().values_list("pk", flat=True):
        request_indexing([page_id])
        drain_outbox()


def _segment_count(search_index):
    directory = search_index.directory
    return len(directory.read_commit(directory.current().generation)[1])
