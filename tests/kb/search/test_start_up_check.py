"""`manage.py check` speaks up about an index that would not answer."""

import json

import pytest

from kb.checks import check_search_index


@pytest.fixture
def directory(search_index):
    search_index.setup()
    return search_index.directory


def test_good_index_is_no_news(directory):
    assert check_search_index(None) == []


def test_index_of_another_analyzer_is_told(directory):
    pointer = directory.path / "CURRENT"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "analyzer_version": 0}))

    [warning] = check_search_index(None)

    assert warning.id == "kb.W001"
    assert "rebuild_search" in warning.msg


def test_torn_pointer_is_told(directory):
    (directory.path / "CURRENT").write_text("")

    [warning] = check_search_index(None)

    assert (warning.id, warning.hint) == ("kb.W002", "Run rebuild_search.")


def test_missing_index_is_made_by_the_first_start(directory):
    (directory.path / "CURRENT").unlink()

    assert check_search_index(None) == []
