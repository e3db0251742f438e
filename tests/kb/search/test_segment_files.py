"""Postings as they lie on disk: what is gathered is found again, whatever its size."""

import gc
import io
from pathlib import Path

import numpy as np
import pytest

from kb.search import posting_files, posting_pool
from kb.search.posting_files import read_fields, write_fields
from kb.search.posting_pool import PostingPool


def written(pool):
    file = io.BytesIO()
    write_fields(file, pool.sorted_fields())
    return read_fields(memoryview(file.getvalue()))


def gathered(folder, *documents, field="text_vi"):
    """Return the postings of documents 0, 1, 2, … given as term → weight."""
    pool = PostingPool(Path(folder))
    for number, weights in enumerate(documents):
        pool.add(field, number, weights)
    return written(pool)[field]


def listed(postings, term):
    documents, weights = postings.postings(term)
    return dict(zip(documents.tolist(), weights.tolist(), strict=True))


def test_each_term_gives_its_documents_in_order_and_its_weights(tmp_path):
    postings = gathered(tmp_path, {"giat": 5.0, "may": 7.0}, {"nuoc": 1.0}, {"may": 1.0, "đi": 2.0})

    assert postings.terms() == ["giat", "may", "nuoc", "đi"]
    assert postings.frequencies().tolist() == [1, 2, 1, 1]
    assert listed(postings, "may") == {0: 7, 2: 1}
    assert listed(postings, "đi") == {2: 2}
    assert (postings.postings("ma"), postings.postings(""), postings.postings("zz")) == (None, None, None)


@pytest.mark.parametrize(
    ("weights", "kind"),
    [((1, 255), np.uint8), ((1, 256), np.uint16), ((1, 70_000), np.float32), ((1, 2.5), np.float32)],
)
def test_weights_are_as_narrow_as_holds_them_exactly(tmp_path, weights, kind):
    postings = gathered(tmp_path, {"may": float(weights[0])}, {"may": float(weights[1])})

    assert postings.arrays.weights.dtype == kind
    assert tuple(listed(postings, "may").values()) == weights


def test_terms_that_begin_alike_come_in_order(tmp_path):
    postings = gathered(tmp_path, dict.fromkeys(("may giat", "may in", "may", "nuoc", "mau"), 1.0))

    assert list(postings.beginning_with("may")) == ["may", "may giat", "may in"]
    assert list(postings.beginning_with("x")) == []


def test_terms_with_the_same_checksum_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(posting_files.zlib, "crc32", lambda term: 7)
    postings = gathered(tmp_path, {"may": 1.0, "giat": 2.0, "nuoc": 3.0})

    assert [listed(postings, term) for term in ("giat", "may", "nuoc")] == [{0: 2}, {0: 1}, {0: 3}]
    assert postings.postings("in") is None


def test_postings_that_waited_in_a_file_are_the_same(tmp_path, monkeypatch):
    documents = [{f"tu{(number * 7 + i) % 13}": float(i + 1) for i in range(5)} for number in range(40)]
    at_once = gathered(tmp_path, *documents)
    monkeypatch.setattr(posting_pool, "_CHUNK", 16)
    in_chunks = gathered(tmp_path, *documents)

    assert [listed(in_chunks, term) for term in in_chunks.terms()] == [listed(at_once, t) for t in at_once.terms()]
    assert list(tmp_path.iterdir()) == []


def test_segment_written_again_forgets_what_only_removed_pages_said(tmp_path):
    old = gathered(tmp_path, {"may": 1.0, "cu": 1.0}, {"may": 3.0}, {"nuoc": 300.0})
    pool = PostingPool(tmp_path)
    pool.add("text_vi", 0, {"may": 9.0})
    pool.add_field("text_vi", old, np.array([-1, 1, 2], np.int32))
    merged = written(pool)["text_vi"]

    assert merged.terms() == ["may", "nuoc"]
    assert (listed(merged, "may"), listed(merged, "nuoc")) == ({0: 9, 1: 3}, {2: 300})


def test_index_is_read_where_it_lies(shop, search_index):
    [segment] = search_index.snapshot()._segments
    arrays = [
        array
        for field in ("text_vi", "pairs_vi", "exact_vi", "id", "lengths")
        for array in vars(segment.field(field).arrays).values()
    ]

    assert all(array.flags.aligned and not array.flags.owndata for array in arrays)
    assert segment.document(0)["title"]


def test_commits_and_searches_leave_no_file_open(shop, search_index):
    gc.collect()
    search_index.snapshot()
    gc.disable()  # what only the garbage collector closes may stay open for hours
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            search_index.write([shop.printer.pk])
            search_index.snapshot().document(0)
        after = len(list(Path("/proc/self/fd").iterdir()))
    finally:
        gc.enable()

    # The new segment is open: its mapping and its file.
    assert after - before <= 2
