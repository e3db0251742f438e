"""What is kept of the index is bounded in bytes and stays what it was."""

import pickle
import threading

import pytest
from haystack.models import SearchResult
from haystack.query import SearchQuerySet

from kb.search.caches import BoundedCache


def test_cache_never_holds_more_than_its_limit():
    cache = BoundedCache(1000)
    for number in range(500):
        cache.put(number, f"entry {number}", 100)

    kept = [number for number in range(500) if cache.get(number) is not None]
    assert 5 <= len(kept) <= 10
    assert kept[-1] == 499


def test_what_is_used_stays_while_the_rest_goes():
    cache = BoundedCache(1000)
    cache.put("used", "kept", 100)
    for number in range(100):
        assert cache.get("used") == "kept"
        cache.put(number, "passing", 100)

    assert cache.get(0) is None


def test_entry_larger_than_the_limit_is_kept_alone():
    cache = BoundedCache(1000)
    cache.put("large", "entry", 10_000)

    assert cache.get("large") == "entry"


def test_threads_share_a_cache():
    cache = BoundedCache(10_000)
    wrong = []

    def use(start):
        for number in range(start, start + 2000):
            cache.put(number % 300, number % 300, 100)
            if cache.get(number % 300) not in (None, number % 300):
                wrong.append(number)

    threads = [threading.Thread(target=use, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.django_db
def test_result_reads_its_text_when_asked_and_survives_pickling(read_only_shop):
    [result] = SearchQuerySet().filter(content="kẹt giấy", language="vi")[:1]

    copy = pickle.loads(pickle.dumps(result))  # noqa: S301 - our own
    assert "Máy in kẹt giấy" in copy.text == result.text
    assert result.get_additional_fields()["text"] == result.text
    assert result.object.pk == read_only_shop.printer.pk


@pytest.mark.django_db
def test_result_of_another_class_has_all_its_fields(read_only_shop):
    class Custom(SearchResult):
        pass

    [result] = SearchQuerySet().result_class(Custom).filter(content="kẹt giấy", language="vi")[:1]

    assert type(result) is Custom
    assert "Máy in kẹt giấy" in result.text
    assert result.pk == read_only_shop.printer.pk
