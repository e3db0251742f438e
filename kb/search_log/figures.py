"""What the search log says: how often something is searched for, with what outcome, now and in the period before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FloatField, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from kb.models import SearchLogClick, SearchLogEntry


@dataclass(frozen=True)
class Period:
    """The last `days` days up to `today`, and as many before them."""

    today: date
    days: int

    @property
    def since(self) -> date:
        """Return the first day."""
        return self.today - timedelta(days=self.days - 1)

    @property
    def before_since(self) -> date:
        """Return the first day of the period before."""
        return self.since - timedelta(days=self.days)

    @property
    def is_now(self) -> Q:
        return Q(day__gte=self.since, day__lte=self.today)

    @property
    def is_before(self) -> Q:
        return Q(day__gte=self.before_since, day__lt=self.since)


@dataclass(frozen=True)
class Totals:
    """All searches of a period; shares are whole per cent, None where nothing was searched."""

    searches: int
    zero_searches: int
    clicked_searches: int
    withheld: int

    @property
    def zero_percent(self) -> int | None:
        return _percent(self.zero_searches, self.searches)

    @property
    def click_percent(self) -> int | None:
        return _percent(self.clicked_searches, self.searches)


@dataclass(frozen=True)
class Clicks:
    """What readers opened after a search: the page opened most, and the mean place of all that was opened."""

    page_id: int
    mean_position: float


def searches(period: Period) -> QuerySet[Any, Any]:
    """Return what was searched for in the period, one row for each language and folded query.

    Rows are dictionaries: language, query, shown, number, number_before, change, zero_number, clicked_number,
    unclicked_number, zero_percent, click_percent. Unordered. Cost: one query over the days of both periods.
    """
    kept = SearchLogEntry.objects.filter(day__gte=period.before_since, day__lte=period.today).exclude(query="")

    def total(name: str, when: Q) -> Coalesce:
        return Coalesce(Sum(name, filter=when), 0)

    return (
        kept.order_by()
        .values("language", "query")
        .annotate(
            shown=Max("shown_query"),
            number=total("searches", period.is_now),
            number_before=total("searches", period.is_before),
            zero_number=total("zero_searches", period.is_now),
            clicked_number=total("clicked_searches", period.is_now),
        )
        .filter(number__gt=0)
        .annotate(
            change=F("number") - F("number_before"),
            unclicked_number=F("number") - F("clicked_number"),
            zero_percent=_share("zero_number"),
            click_percent=_share("clicked_number"),
        )
    )


def totals(when: Q, *, language: str = "") -> Totals:
    """Return the sums of a period, searches without kept words included. Cost: one query."""
    rows = SearchLogEntry.objects.filter(when, **({"language": language} if language else {}))
    sums = rows.aggregate(
        number=Coalesce(Sum("searches"), 0),
        zero=Coalesce(Sum("zero_searches"), 0),
        clicked=Coalesce(Sum("clicked_searches"), 0),
        withheld=Coalesce(Sum("searches", filter=Q(query="")), 0),
    )
    return Totals(sums["number"], sums["zero"], sums["clicked"], sums["withheld"])


def clicks_of(queries: Collection[tuple[str, str]], period: Period) -> dict[tuple[str, str], Clicks]:
    """Return what was opened after each (language, query). Cost: one query."""
    rows = (
        SearchLogClick.objects.filter(
            entry__query__in={query for _language, query in queries},
            entry__day__gte=period.since,
            entry__day__lte=period.today,
        )
        .order_by()
        .values_list("entry__language", "entry__query", "page_id")
        .annotate(number=Sum("count"), places=Sum(F("count") * F("position")))
    )
    opened: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for language, query, page_id, number, places in rows:
        opened.setdefault((language, query), []).append((number, places, page_id))
    return {
        key: Clicks(
            page_id=max(pages)[2],
            mean_position=sum(places for _number, places, _page in pages) / sum(number for number, *_rest in pages),
        )
        for key, pages in opened.items()
    }


def _share(name: str) -> Cast:
    return Cast(F(name) * Value(100.0) / NullIf(F("number"), 0), FloatField())


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
