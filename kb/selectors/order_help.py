"""What helps with an order, which orders an article helps with, and what no article covers yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from kb.models import ArticlePage, OrderHelp
from personalization.situations import Situation, orders_reaching

if TYPE_CHECKING:
    from kb.managers import Reader

MOST_ARTICLES = 3
COVERAGE_DAYS = 30


@dataclass(frozen=True)
class HelpLink:
    """An article that helps, in the reader's language."""

    title: str
    url: str
    short_answer: str


@dataclass(frozen=True)
class CoverageCell:
    """A situation that orders came into, how many did, and what helps there: line and titles by language, if any."""

    situation: Situation
    label: str
    order_count: int
    help_id: int | None = None
    titles: tuple[tuple[str, str], ...] = ()

    @property
    def shown_titles(self) -> tuple[str, ...]:
        """Return the title of the public article in each language of the site, empty where there is none."""
        return tuple(dict(self.titles).get(code, "") for code, _name in settings.LANGUAGES)


def help_for(situations: Iterable[Situation], *, language: str, user: Reader) -> list[HelpLink]:
    """Return up to three articles for an order in these situations, the gravest situation and closest line first.

    Sees    what `user` may read, in `language`. Cost: two queries, one where no line fits.
    """
    wanted = list(situations)
    lines = _lines(OrderHelp.objects.filter(state__in={one.state for one in wanted}))
    fitting = [line for situation in wanted for line in _fitting(situation, lines)]
    keys = list(dict.fromkeys(line.article.translation_key for line in fitting))
    if not keys:
        return []
    pages = ArticlePage.objects.visible_to(user).in_language(language).filter(translation_key__in=keys).as_cards()
    by_key = {page.translation_key: page for page in pages}
    found = [by_key[key] for key in keys if key in by_key][:MOST_ARTICLES]
    return [HelpLink(page.title, page.get_url() or "", page.short_answer) for page in found]


def coverage(*, days: int = COVERAGE_DAYS) -> list[CoverageCell]:
    """Return every situation that orders came into in the last `days` days: uncovered ones first, then most orders.

    Cost: two queries here, and what counting the orders costs (personalization.situations).
    """
    reach = orders_reaching(timezone.now() - timedelta(days=days))
    lines = _lines(OrderHelp.objects.all())
    titles: dict[UUID, dict[str, str]] = {}
    public = ArticlePage.objects.public().filter(translation_key__in={line.article.translation_key for line in lines})
    for key, code, title in public.values_list("translation_key", "locale__language_code", "title"):
        titles.setdefault(key, {})[code] = title
    cells = [_cell(situation, count, lines, titles) for situation, count in reach.items()]
    return sorted(cells, key=lambda cell: (bool(cell.titles), -cell.order_count, cell.label))


def _lines(rows: QuerySet[OrderHelp]) -> list[OrderHelp]:
    return list(rows.select_related("article"))


def _fitting(situation: Situation, lines: list[OrderHelp]) -> list[OrderHelp]:
    """Return the lines that hold for a situation, the most precise first, then in the order they were made."""
    fitting = [line for line in lines if line.situation.covers(situation)]
    return sorted(fitting, key=lambda line: (tuple(not part for part in line.situation.precision), line.pk))


def _cell(situation: Situation, count: int, lines: list[OrderHelp], titles: dict[UUID, dict[str, str]]) -> CoverageCell:
    fitting = _fitting(situation, lines)
    # A line whose article is not public helps nobody: the cell is empty, and the line is what to mend.
    best = next((line for line in fitting if titles.get(line.article.translation_key)), fitting[0] if fitting else None)
    if best is None:
        return CoverageCell(situation, str(situation), count)
    shown = titles.get(best.article.translation_key, {})
    return CoverageCell(situation, str(situation), count, best.pk, tuple(sorted(shown.items())))
