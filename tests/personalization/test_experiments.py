"""What an experiment may say: from counts of days alone, and never a winner too early."""

import random
from datetime import date, timedelta

import pytest

from personalization.experiments import (
    LEAST_PAIRS,
    A,
    B,
    Count,
    Tally,
    judge,
    needed_views,
    newcombe,
    variant_on,
    wilson,
)

START = date(2026, 3, 2)


def tallies(rates, *, days=2 * LEAST_PAIRS, seen=1000, key="e", wander=()):
    """What so many days counted; `wander` is added to the number opened, day after day."""
    found = []
    for number in range(days):
        day = START + timedelta(days=number)
        variant = variant_on(day, key=key, started_on=START)
        extra = wander[number % len(wander)] if wander else number % 3
        found.append(Tally(day, variant, seen, round(seen * rates[variant]) + extra))
    return found


def judged(found, *, needed=5000, days=2 * LEAST_PAIRS):
    return judge(found, started_on=START, until=START + timedelta(days=days), needed=needed)


def test_each_pair_of_days_shows_both_variants_in_an_order_drawn_by_lot():
    days = [START + timedelta(days=number) for number in range(200)]
    shown = [variant_on(day, key="e", started_on=START) for day in days]
    pairs = list(zip(shown[::2], shown[1::2], strict=True))

    assert set(pairs) == {(A, B), (B, A)}
    assert 30 < pairs.count((A, B)) < 70
    assert shown != [variant_on(day, key="another", started_on=START) for day in days]
    assert variant_on(START - timedelta(days=1), key="e", started_on=START) == A


def test_intervals_are_those_of_the_papers():
    # Newcombe 1998: 81 of 263 (Statistics in Medicine 17, 857-872), and 56 of 70 against 48 of 80 (873-890, method 10).
    alone = wilson(Count(263, 81))
    both = newcombe(Count(80, 48), Count(70, 56))

    assert (alone.low, alone.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (both.low, both.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (wilson(Count()).low, wilson(Count()).high) == (0, 1)
    # Fleiss' formula: from 60 to 70 of 100 at 5 % and 80 % takes 356 for each.
    assert needed_views(0.6, 0.1) == pytest.approx(376, abs=25)
    assert needed_views(0.05, 0.01) > 3 * needed_views(0.05, 0.02)


@pytest.mark.parametrize(
    ("rates", "winner"), [({A: 0.05, B: 0.08}, B), ({A: 0.08, B: 0.05}, A), ({A: 0.05, B: 0.05}, "")]
)
def test_winner_is_named_once_there_is_enough_and_only_then(rates, winner):
    found = tallies(rates)

    too_few_days = judged(found, days=2 * LEAST_PAIRS - 1)
    too_few_views = judged(found, needed=LEAST_PAIRS * 1000 + 1)
    enough = judged(found)

    assert (too_few_days.winner, too_few_views.winner, enough.winner) == ("", "", winner)
    assert (too_few_days.is_enough, too_few_views.is_enough, enough.is_enough) == (False, False, True)


def test_what_comes_after_there_was_enough_does_not_count():
    at_first, later = tallies({A: 0.05, B: 0.05}), tallies({A: 0.02, B: 0.09}, days=60)[2 * LEAST_PAIRS :]

    assert judged([*at_first, *later], days=60) == judged(at_first)


def test_days_that_wander_widen_the_interval():
    wandering = judged(tallies({A: 0.05, B: 0.07}, wander=(0, 60, -40, 5, 45, -30)))
    steady = judged(tallies({A: 0.05, B: 0.07}))

    assert steady.winner == B
    assert wandering.is_enough
    assert wandering.winner == ""


def test_days_that_are_missing_leave_their_pair_out():
    found = tallies({A: 0.05, B: 0.08})
    found[3] = Tally(found[3].day, found[3].variant, 0, 0)
    del found[7]

    result = judged(found)

    assert (result.pairs, result.a.seen, result.b.seen) == (5, 5000, 5000)
    assert judged([]).interval is None


@pytest.mark.soak
def test_hundreds_of_experiments_without_a_difference_name_few_winners():
    """Each reader looks four times on average and opens always or never, weekends differ, and days wander."""

    def result_of(seed, rates):
        chance = random.Random(seed)
        found = []
        for number in range(60):
            day = START + timedelta(days=number)
            variant = variant_on(day, key=str(seed), started_on=START)
            rate = rates[variant] + chance.gauss(0, 0.006) + (0.01 if day.weekday() >= 5 else 0)
            looks = [(chance.randint(1, 7), chance.random() < rate) for _ in range(150 if day.weekday() >= 5 else 220)]
            opened = sum(count for count, opens in looks if opens)
            found.append(Tally(day, variant, sum(count for count, _opens in looks), opened))
        return judge(found, started_on=START, until=START + timedelta(days=60), needed=needed_views(0.05, 0.02))

    same = [result_of(seed, {A: 0.05, B: 0.05}) for seed in range(1000)]
    better = [result_of(seed, {A: 0.05, B: 0.10}) for seed in range(200)]

    # What the words on the page promise, 5 %, and three standard errors of a thousand trials.
    assert sum(bool(one.winner) for one in same) <= 1000 * 0.05 + 3 * (1000 * 0.05 * 0.95) ** 0.5
    # Taking each view for another reader's would have named one in every third.
    assert sum(bool(newcombe(one.a, one.b).winner) for one in same) > 300
    assert {one.winner for one in better} <= {B, ""}
    assert sum(one.winner == B for one in better) > 150
