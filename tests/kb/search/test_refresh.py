"""A commit never holds up those who search."""

import threading

import pytest

from kb.search.rebuild import rebuild_index

from .conftest import publish_article

pytestmark = pytest.mark.django_db


def test_while_one_thread_opens_a_commit_the_others_answer_from_the_one_before(search_index, monkeypatch):
    publish_article("Máy in bị kẹt giấy")
    rebuild_index()
    before = search_index.snapshot()
    page = publish_article("Máy giặt không xả nước")
    search_index.write([page.pk])
    is_opening, may_go_on = threading.Event(), threading.Event()
    read_commit = search_index.directory.read_commit

    def slow(generation):
        is_opening.set()
        assert may_go_on.wait(10)
        return read_commit(generation)

    monkeypatch.setattr(search_index.directory, "read_commit", slow)
    opening = threading.Thread(target=search_index.snapshot)
    opening.start()
    assert is_opening.wait(10)

    assert search_index.snapshot() is before
    may_go_on.set()
    opening.join()
    assert search_index.snapshot().count == before.count + 1
