"""Counts of searches on their way into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from kb.models import SearchLogClick, SearchLogEntry

# Different searches of one day whose words are kept; what an attack adds beyond is counted without words.
MAX_ENTRIES_A_DAY = 20_000
_LOOKUP_SIZE = 500


class EntryKey(NamedTuple):
    """What one row counts; an empty query stands for the searches of a day whose words are not kept."""

    day: date
    language: str
    query: str


@dataclass
class Counts:
    """What happened since the last writing."""

    searches: Counter[EntryKey] = field(default_factory=Counter)
    zero_searches: Counter[EntryKey] = field(default_factory=Counter)
    clicked_searches: Counter[EntryKey] = field(default_factory=Counter)
    # (row, page or 0, place) → how often
    clicks: Counter[tuple[EntryKey, int, int]] = field(default_factory=Counter)
    shown: dict[EntryKey, str] = field(default_factory=dict)
    result_count: dict[EntryKey, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.searches or self.clicks)

    def count_search(self, key: EntryKey, *, shown: str, result_count: int) -> None:
        """Count a search; a way of typing with marks is shown rather than one without."""
        self.searches[key] += 1
        if not result_count:
            self.zero_searches[key] += 1
        self.result_count[key] = result_count
        if not shown.isascii() or key not in self.shown:
            self.shown[key] = shown

    def add(self, others: Counts) -> None:
        """Take over what could not be written; what was seen since then is newer."""
        self.searches.update(others.searches)
        self.zero_searches.update(others.zero_searches)
        self.clicked_searches.update(others.clicked_searches)
        self.clicks.update(others.clicks)
        self.shown = {**others.shown, **self.shown}
        self.result_count = {**others.result_count, **self.result_count}

    def keys(self) -> set[EntryKey]:
        """Return the rows that are concerned."""
        return {*self.searches, *self.clicked_searches, *(key for key, _page_id, _position in self.clicks)}


@transaction.atomic
def write_counts(counts: Counts) -> None:
    """Add the counts to their rows. Cost: some six queries and one or two for each different search and click."""
    rows = _rows_of(counts.keys(), counts.shown)
    for key, row_id in rows.items():
        entry = SearchLogEntry.objects.filter(pk=row_id)
        if key in counts.searches:
            entry.update(
                searches=F("searches") + counts.searches[key],
                zero_searches=F("zero_searches") + counts.zero_searches[key],
                result_count=counts.result_count[key],
            )
            if not counts.shown[key].isascii():
                entry.exclude(query="").update(shown_query=counts.shown[key])
        if key in counts.clicked_searches:
            clicked = F("clicked_searches") + counts.clicked_searches[key]
            entry.update(clicked_searches=Least(F("searches"), clicked))
    _add_clicks(counts.clicks, rows)


def _rows_of(keys: set[EntryKey], shown: dict[EntryKey, str]) -> dict[EntryKey, int]:
    """Return the row of each search, made where it is missing; that of the withheld ones where the day is full."""
    rows = _existing(keys)
    missing = sorted(keys - rows.keys())
    room: dict[date, int] = {}
    targets: dict[EntryKey, EntryKey] = {}
    for key in missing:
        if key.day not in room:
            room[key.day] = MAX_ENTRIES_A_DAY - SearchLogEntry.objects.filter(day=key.day).count()
        fits = room[key.day] > 0
        targets[key] = key if fits else key._replace(query="")
        room[key.day] -= fits
    SearchLogEntry.objects.bulk_create(
        [
            SearchLogEntry(**target._asdict(), shown_query=shown.get(target, target.query) if target.query else "")
            for target in sorted(set(targets.values()))
        ],
        ignore_conflicts=True,
    )
    made = _existing(targets.values())
    return rows | {key: made[target] for key, target in targets.items()}


def _existing(keys: Iterable[EntryKey]) -> dict[EntryKey, int]:
    wanted = sorted(set(keys))
    found: dict[EntryKey, int] = {}
    for start in range(0, len(wanted), _LOOKUP_SIZE):
        some = wanted[start : start + _LOOKUP_SIZE]
        rows = SearchLogEntry.objects.filter(
            day__in={key.day for key in some}, query__in=[key.query for key in some]
        ).values_list("day", "language", "query", "pk")
        found.update({EntryKey(day, language, query): row_id for day, language, query, row_id in rows})
    return {key: found[key] for key in wanted if key in found}


def _add_clicks(clicks: Counter[tuple[EntryKey, int, int]], rows: dict[EntryKey, int]) -> None:
    counts: Counter[tuple[int, int, int]] = Counter()
    for (key, page_id, position), number in clicks.items():
        counts[rows[key], page_id, position] += number
    SearchLogClick.objects.bulk_create(
        [SearchLogClick(entry_id=row, page_id=page_id, position=position) for row, page_id, position in counts],
        ignore_conflicts=True,
    )
    for (row, page_id, position), number in counts.items():
        clicked = SearchLogClick.objects.filter(entry_id=row, page_id=page_id, position=position)
        clicked.update(count=F("count") + number)
