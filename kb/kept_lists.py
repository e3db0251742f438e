"""Public lists that stand in many personal pages: read once, kept in each process until something readers see changes.

A page for everybody is kept as a whole (kb/page_cache.py); a personal one cannot be. What it shares with others, the articles
about a product or on a topic, is kept here, so that it costs no query for each reader.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from portal.lib.snapshots import Snapshot

T = TypeVar("T")

# Each holds some six titles; beyond it, which takes thousands of products and topics, we begin anew.
MOST_LISTS = 5_000
_NOTHING = object()


def kept(key: Hashable, read: Callable[[], T]) -> T:
    """Return `read()`, read at most once until `forget`; what it returns is shared, so nobody may change it.

    It must be the same for every reader. At most a minute old where a change was told by nobody (see Snapshot), such
    as the end of a page's time.
    """
    # Taken before reading: what was read before a change never gets among the lists after it.
    lists = _lists.get()
    found = lists.get(key, _NOTHING)
    if found is _NOTHING:
        if len(lists) >= MOST_LISTS:
            lists.clear()
        found = lists[key] = read()
    return cast("T", found)


def forget() -> None:
    """Read everything anew once the present transaction is over. Called by kb/page_changes.py."""
    _lists.forget()


_lists: Snapshot[dict[Hashable, Any]] = Snapshot("kb-lists", dict)
