"""What synonym lines would change: a query ranked as it is and as it would be, and why each page stands where it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from kb import search
from kb.search.explanation import Contribution
from kb.search.synonyms import Line, trying_synonyms

# As many as a reader sees without turning a page.
TRIED_HITS = 10


class Move(StrEnum):
    """How a page stands after, against before."""

    SAME = "same"
    UP = "up"
    DOWN = "down"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class RankedPage:
    """One page in a ranking: its place from 1, how far it moved, and the points of its score, most first.

    `other_points` is what the score holds beyond the terms, such as nearness in meaning; 0 where there is nothing.
    """

    page_id: int
    title: str
    url: str
    place: int
    score: float
    contributions: tuple[Contribution, ...]
    move: Move = Move.SAME
    moved_by: int = 0

    @property
    def other_points(self) -> float:
        explained = sum(one.points for one in self.contributions)
        rest = self.score - explained
        return rest if self.contributions and abs(rest) > max(0.01, 0.001 * abs(self.score)) else 0.0


@dataclass(frozen=True)
class Ranking:
    """The first pages that answer a query, how many do in all, and what was searched instead, if anything."""

    pages: tuple[RankedPage, ...]
    count: int
    corrected_query: str | None
    is_degraded: bool


@dataclass(frozen=True)
class Trial:
    """One query without and with the lines; `after` is None where there was nothing to compare."""

    before: Ranking
    after: Ranking | None

    @property
    def changes_nothing(self) -> bool:
        """Return whether the lines leave the same pages at the same places."""
        return self.after is not None and all(
            page.move is Move.SAME for ranking in (self.before, self.after) for page in ranking.pages
        )


def try_query(text: str, *, language: str, added: Iterable[Line] = (), without: Collection[Line] = ()) -> Trial:
    """Return how `text` is answered now and, where lines are given, how it would be with `added` and `without` them.

    Nothing is stored; readers notice nothing. Cost: two searches and about 1 ms for each page shown; without an index
    the database answers, and nothing is explained.
    """
    added = tuple(added)
    before = _ranking(text, language)
    if not added and not without:
        return Trial(before, None)
    with trying_synonyms(language, added, without=without):
        after = _ranking(text, language)
    return Trial(_compared(before, after, missing=Move.GONE), _compared(after, before, missing=Move.NEW))


def _ranking(text: str, language: str) -> Ranking:
    found = search.search(text, language=language, page_size=TRIED_HITS)
    explained = (
        {} if found.is_degraded else search.explain(text, language=language, page_ids=[h.id for h in found.hits])
    )
    pages = tuple(
        RankedPage(
            page_id=hit.id,
            title=hit.title,
            url=hit.url,
            place=place,
            score=hit.score,
            contributions=explained[hit.id].contributions if hit.id in explained else (),
        )
        for place, hit in enumerate(found.hits, start=1)
    )
    return Ranking(pages, found.count, found.corrected_query, found.is_degraded)


def _compared(ranking: Ranking, other: Ranking, *, missing: Move) -> Ranking:
    """Return `ranking` with how each page stands against `other`: `missing` where the other does not show it."""
    places = {page.page_id: page.place for page in other.pages}
    is_after = missing is Move.NEW

    def compared(page: RankedPage) -> RankedPage:
        place = places.get(page.page_id)
        if place is None:
            move, moved_by = missing, 0
        else:
            # What was below and now stands above has moved up; "before" shows no moves, only what goes.
            moved_by = place - page.place if is_after else 0
            move = Move.UP if moved_by > 0 else Move.DOWN if moved_by < 0 else Move.SAME
        return replace(page, move=move, moved_by=abs(moved_by))

    return replace(ranking, pages=tuple(map(compared, ranking.pages)))
