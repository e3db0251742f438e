"""In which order modules stand: the score, and the visitor's word before it."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from personalization.ranking import (
    DISMISSAL_DAYS,
    FOR_EVERYBODY,
    FRESH_DAYS,
    SOON,
    URGENT,
    Dismissal,
    Relevance,
    Score,
    Standing,
    arranged,
    dismissed,
    ranked,
    score_of,
    urgency_of,
)

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Placed:
    key: str
    order: int
    score: Score


def placed(
    key: str, standing: Standing = FOR_EVERYBODY, *, order: int = 10, dismissal: Dismissal | None = None
) -> Placed:
    return Placed(key, order, score_of(standing, dismissal, today=TODAY))


def keys(modules) -> list[str]:
    return [module.key for module in modules]


def not_now(days_ago: int = 0, times: int = 1) -> Dismissal:
    return Dismissal("x", TODAY - timedelta(days=days_ago), times)


WAITS_FOR_YOU = Standing(Relevance.OWN, urgency=URGENT)
LAST_DAY = Standing(Relevance.OWN, urgency=SOON)
YOURS_OF_TODAY = Standing(Relevance.OWN, changed_on=TODAY)
YOURS = Standing(Relevance.OWN)
FITS = Standing(Relevance.CHOSEN)


def test_what_waits_for_you_comes_first_and_what_everybody_sees_last():
    wanted = [
        placed("waits", WAITS_FOR_YOU),
        placed("last day", LAST_DAY),
        placed("today", YOURS_OF_TODAY),
        placed("yours", YOURS),
        placed("fits", FITS),
        placed("everybody"),
    ]

    assert ranked(reversed(wanted)) == wanted


def test_equal_scores_stand_in_declared_order_then_by_key():
    assert keys(ranked([placed("b", order=2), placed("c", order=1), placed("a", order=2)])) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("days_ahead", "points"), [(-3, SOON), (0, SOON), (5, SOON * 15 // 20), (19, SOON // 20), (20, 0), (400, 0)]
)
def test_a_term_grows_more_urgent_towards_its_last_day(days_ahead, points):
    assert urgency_of(TODAY + timedelta(days=days_ahead), today=TODAY, term_days=20) == points


@pytest.mark.parametrize(
    ("days_ago", "points"), [(-1, 10), (0, 10), (7, 5), (FRESH_DAYS - 1, 0), (FRESH_DAYS, 0), (900, 0)]
)
def test_freshness_fades(days_ago, points):
    standing = Standing(Relevance.OWN, changed_on=TODAY - timedelta(days=days_ago))

    assert score_of(standing, None, today=TODAY).freshness == points


@pytest.mark.parametrize(
    ("dismissal", "points"),
    [
        (None, 0),
        (not_now(), 25),
        (not_now(times=2), 50),
        (not_now(times=99), 75),
        (not_now(times=-4), 0),
        (not_now(days_ago=DISMISSAL_DAYS - 1), 25),
        (not_now(days_ago=DISMISSAL_DAYS), 0),
    ],
)
def test_a_dismissal_counts_for_thirty_days_and_three_times_at_most(dismissal, points):
    assert score_of(YOURS, dismissal, today=TODAY).dismissals == points


def test_one_dismissal_takes_your_thing_below_what_fits_you_but_not_an_urgent_one():
    usual = [placed("yours", YOURS, dismissal=not_now()), placed("fits", FITS)]
    urgent = [placed("waits", WAITS_FOR_YOU, dismissal=not_now()), placed("today", YOURS_OF_TODAY)]

    assert keys(ranked(usual)) == ["fits", "yours"]
    assert keys(ranked(urgent)) == ["waits", "today"]
    assert keys(ranked([placed("waits", WAITS_FOR_YOU, dismissal=not_now(times=3)), placed("fits", FITS)])) == [
        "fits",
        "waits",
    ]


def test_own_order_wins_over_any_score_and_pins_win_over_both():
    modules = [placed("waits", WAITS_FOR_YOU), placed("a"), placed("b"), placed("c")]

    assert keys(ranked(modules, own_order=("b", "waits", "a", "c"))) == ["b", "waits", "a", "c"]
    assert keys(ranked(modules, pinned=("c", "a"), own_order=("b", "waits", "a", "c"))) == ["c", "a", "b", "waits"]
    assert keys(ranked(modules, pinned=("c",))) == ["c", "waits", "a", "b"]


def test_what_was_put_off_comes_after_the_order_of_ones_own():
    modules = [placed("late", WAITS_FOR_YOU, dismissal=not_now()), placed("a"), placed("b")]

    assert keys(ranked(modules, own_order=("late", "b", "a"))) == ["b", "a", "late"]
    assert keys(ranked(modules, pinned=("late",), own_order=("late", "b", "a"))) == ["late", "b", "a"]


def test_dismissals_add_up_and_are_forgotten():
    old, fresh = Dismissal("old", TODAY - timedelta(days=DISMISSAL_DAYS)), Dismissal("a", TODAY - timedelta(days=2), 2)

    found = dismissed((old, fresh), "a", TODAY)

    assert found == (Dismissal("a", TODAY, 3),)
    assert dismissed(found, "a", TODAY) == found
    assert dismissed(found, "b", TODAY) == (*found, Dismissal("b", TODAY))
    assert Dismissal.from_row(found[0].as_row()) == found[0]


def test_keys_that_no_app_offers_and_keys_named_twice_change_nothing():
    modules = [placed("a"), placed("b")]

    assert keys(ranked(modules, pinned=("gone", "b", "b"), own_order=("gone", "a", "a"))) == ["b", "a"]
    assert keys(ranked(modules, own_order=("gone",))) == ["a", "b"]
    assert ranked([], pinned=("a",), own_order=("b",)) == []


def test_module_of_a_new_release_follows_the_one_above_it():
    assert arranged(["new", "a", "later", "b"], ("b", "a")) == ["new", "b", "a", "later"]


def test_order_does_not_depend_on_how_the_modules_come():
    modules = [placed("a", FITS, order=3), placed("b", YOURS), placed("c", FITS, order=1), placed("d")]

    assert {tuple(keys(ranked(modules[turn:] + modules[:turn]))) for turn in range(4)} == {("b", "c", "a", "d")}
