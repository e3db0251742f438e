"""How much one network may add to a day's count, so that nobody decides by a script what many are said to have done.

Without an identifier a thousand views of one script look like those of a thousand readers. So of what is counted on one
day, one network makes up a fiftieth at most; while there is little, so many as a household does. What is beyond is not
counted, and nobody is refused anything.

Kept in the memory of the process until midnight, under a hash whose key nobody has and that is new each day: nothing about
a network is written anywhere, and pages pay no write for it.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Hashable
from datetime import date
from hashlib import blake2b

from django.conf import settings

PART_OF_THE_DAY = 50
# Some 15 MB. Whoever has more networks than that could do without breaking this rule, so it is forgotten and begun anew.
MOST_KEPT = 100_000


class FairShares:
    """What each network added today to each thing that is counted; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin(None)

    def takes(self, what: Hashable, *, network: str, day: date, household: int) -> bool:
        """Say whether one more `what` of `network` counts on `day`, and note it if so.

        `household` is how many of one network count however few there are. Costs no query; a few µs.
        RATE_LIMITS=off counts everything.
        """
        if not settings.RATE_LIMITS_ON:
            return True
        with self._lock:
            if day != self._day:
                self._begin(day)
            key = blake2b(f"{what!r} {network}".encode(), key=self._secret, digest_size=8).digest()
            taken = self._by_network.get(key, 0)
            if taken >= max(household, self._of_all[what] // PART_OF_THE_DAY):
                return False
            if len(self._by_network) >= MOST_KEPT:
                self._by_network.clear()
            self._by_network[key] = taken + 1
            self._of_all[what] += 1
            return True

    def _begin(self, day: date | None) -> None:
        self._day = day
        self._secret = secrets.token_bytes(16)
        self._by_network: dict[bytes, int] = {}
        self._of_all: Counter[Hashable] = Counter()
