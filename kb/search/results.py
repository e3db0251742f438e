"""What search answers, as values."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Hit:
    """One article found. `score` compares only within one search; `snippet` is escaped, words inside <mark>."""

    id: int
    external_id: str
    type: str
    title: str
    url: str
    snippet: SafeString
    score: float
    category_title: str


@dataclass(frozen=True)
class FilterChoice:
    """One value of a filter and how many of the hits carry it."""

    value: str
    count: int


@dataclass(frozen=True)
class SearchPage:
    """One page of hits, best first.

    `page` counts from 1 and never lies beyond `page_count`; `count` is the number of all hits; `corrected_query` is
    what was searched instead of `query`; `took_ms` milliseconds; `is_degraded`: the database answered because the index
    could not. `choices` holds, where it was asked for, what category, article_type and product can be chosen or changed to.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    count: int = 0
    page: int = 1
    page_count: int = 0
    corrected_query: str | None = None
    took_ms: float = 0.0
    is_degraded: bool = False
    choices: dict[str, tuple[FilterChoice, ...]] = field(default_factory=dict)
    page_size: int = 10

    @property
    def first_position(self) -> int:
        """Return the place of the first hit of this page among all hits, from 1."""
        return (self.page - 1) * self.page_size + 1


@dataclass(frozen=True)
class Suggestion:
    """One article offered while the reader types."""

    id: int
    text: str
    url: str
    external_id: str
    type: str
