"""Public lists that stand in many personal pages: read once, kept in each process until something readers see changes.

A page for everybody is kept as a whole (kb/page_cache.py); a personal one cannot be. What it shares with others, the articles
about a product or on a topic, is kept here, so that it costs no query for each reader.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar, cast

from portal.lib.snapshots import Snapshot

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

# Each holds a title, or some six; beyond it, which takes thousands of products and topics, we begin anew.
MOST_LISTS = 5_000
_UNREAD, _NOTHING = object(), object()


def kept(key: Hashable, read: Callable[[], T]) -> T:
    """Return `read()`, read at most once until `forget`; what it returns is shared, so nobody may change it.

    It must be the same for every reader. At most a minute old where a change was told by nobody (see Snapshot), such
    as the end of a page's time.
    """
    # Taken before reading: what was read before a change never gets among the lists after it.
    lists = _lists.get()
    found = lists.get(key, _UNREAD)
    if found is _UNREAD:
        value = read()
        _make_room(lists, 1)
        found = lists[key] = value
    return cast("T", found)


def kept_each(name: Hashable, keys: Iterable[K], read: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
    """Return what `read` finds under each of `keys`, as `kept`; those that are not kept are read together.

    A key under which nothing is found is left out, and not asked for again either.
    """
    lists = _lists.get()
    found = {key: lists.get((name, key), _UNREAD) for key in keys}
    unread = [key for key, value in found.items() if value is _UNREAD]
    if unread:
        values = read(unread)
        _make_room(lists, len(unread))
        for key in unread:
            found[key] = lists[name, key] = values.get(key, _NOTHING)
    return {key: cast("T", value) for key, value in found.items() if value is not _NOTHING}


def forget() -> None:
    """Read everything anew once the present transaction is over. Called by kb/page_changes.py."""
    _lists.forget()


def _make_room(lists: dict[Hashable, Any], needed: int) -> None:
    if len(lists) + needed > MOST_LISTS:
        lists.clear()


_lists: Snapshot[dict[Hashable, Any]] = Snapshot("kb-lists", dict)
