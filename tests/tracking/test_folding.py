"""State is a function of the set of events: order, repetition and lateness never matter."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tracking import NOON
from tracking.folding import LineQuantities, OrderReport, ParcelState, Report, fold_order, fold_shipment
from tracking.statuses import CLOSED, LEGAL_MOVES, Flag, OrderHeadline, Status, may_move


def report(key, status="", *, hour=0.0, rank=30, source="shop", **fields):
    occurred_at = NOON + timedelta(hours=hour)
    return Report(key, source, rank, fields.pop("sequence", 0), occurred_at, status, **fields)


reports = st.builds(
    report,
    key=st.sampled_from([f"e{number}" for number in range(12)]),
    status=st.sampled_from(["", *Status.values]),
    hour=st.integers(0, 4),
    rank=st.sampled_from([10, 30, 50]),
    source=st.sampled_from(["shop", "ghn"]),
    sequence=st.integers(0, 2),
    flags=st.lists(st.sampled_from(Flag.values), max_size=2).map(tuple),
    corrects_key=st.sampled_from(["", "", "", "e1", "e2"]),
    is_ahead_of_clock=st.booleans(),
)
# One event per key and source, as the database keeps them.
event_sets = st.lists(reports, max_size=10, unique_by=lambda item: (item.source, item.key))


@given(event_sets, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_no_permutation_or_repetition_changes_the_state(events, chance):
    expected = fold_shipment(events).digest
    shuffled = events + chance.sample(events, len(events) // 2)
    chance.shuffle(shuffled)

    assert fold_shipment(shuffled).digest == expected


@pytest.mark.soak
def test_no_permutation_changes_the_state_at_full_count():
    chance = random.Random(20_261_121)
    for _ in range(100_000):
        events = [
            report(
                f"e{at}",
                chance.choice(["", *Status.values]),
                hour=chance.randint(0, 4),
                rank=chance.choice([10, 30, 50]),
                source=chance.choice(["ghn", "shop"]),
                corrects_key=chance.choice(["", "", f"e{chance.randint(0, 9)}"]),
            )
            for at in range(chance.randint(0, 9))
        ]
        expected = fold_shipment(events).digest
        events += chance.choices(events, k=3) if events else []
        chance.shuffle(events)
        assert fold_shipment(events).digest == expected
    print("100,000 shuffled sets with duplicates and corrections: 0 counterexamples (seed 20261121)")


@given(event_sets)
@settings(max_examples=200, deadline=None)
def test_a_closed_parcel_was_closed_by_an_event_that_is_not_ahead_of_the_clock(events):
    state = fold_shipment(events)

    if state.status in CLOSED:
        assert any(event.status == state.status and not event.is_ahead_of_clock for event in events)


def test_a_late_event_does_not_demote_a_delivered_parcel():
    state = fold_shipment([report("a", Status.DELIVERED, hour=5), report("b", Status.IN_TRANSIT, hour=6)])

    assert state.status == Status.DELIVERED
    assert state.set_aside == {"b"}


def test_a_correction_reopens_a_closed_parcel():
    delivered = report("a", Status.DELIVERED, hour=5)
    correction = report("b", Status.IN_TRANSIT, hour=6, corrects_key="a")

    assert fold_shipment([delivered, correction]).status == Status.IN_TRANSIT
    assert fold_shipment([correction, delivered]).status == Status.IN_TRANSIT


def test_a_correction_of_another_source_has_no_effect():
    delivered = report("a", Status.DELIVERED, hour=5, source="ghn")
    correction = report("b", hour=6, corrects_key="a", source="shop")

    assert fold_shipment([delivered, correction]).status == Status.DELIVERED


def test_at_the_same_time_the_carrier_is_believed_before_a_file():
    from_file = report("a", Status.ATTEMPT_FAILED, rank=20)
    from_carrier = report("b", Status.DELIVERED, rank=50)

    assert fold_shipment([from_carrier, from_file]).status == Status.DELIVERED


def test_an_unknown_code_is_shown_only_while_nothing_better_is_known():
    unknown = report("a", Status.UNKNOWN, hour=2)

    assert fold_shipment([unknown]).status == Status.UNKNOWN
    assert fold_shipment([report("b", Status.PICKED_UP, hour=1), unknown]).status == Status.PICKED_UP


def test_an_event_far_ahead_of_the_clock_closes_nothing():
    state = fold_shipment([report("a", Status.DELIVERED, is_ahead_of_clock=True)])

    assert state.status == Status.PRE_TRANSIT
    assert state.set_aside == {"a"}


def test_delay_and_failed_attempts_are_counted():
    state = fold_shipment(
        [
            report("a", Status.OUT_FOR_DELIVERY, hour=1),
            report("b", Status.ATTEMPT_FAILED, hour=2),
            report("c", hour=3, flags=(Flag.DELAYED,), reason="weather"),
            report("d", Status.ATTEMPT_FAILED, hour=4),
        ]
    )

    assert (state.failed_attempts, state.flags) == (2, {Flag.DELAYED})


def test_every_status_has_its_legal_moves_and_closed_ones_have_none():
    assert set(LEGAL_MOVES) == set(Status)
    assert all(not LEGAL_MOVES[status] for status in CLOSED)
    assert all(may_move(status, status) for status in Status)


def order_state(*statuses, wanted=1, events=()):
    parcels = [ParcelState(f"p{at}", status) for at, status in enumerate(statuses)]
    lines = [LineQuantities(wanted, {parcel.key: 1 for parcel in parcels})]
    return fold_order(lines, parcels, [OrderReport(kind, "shop", kind, NOON) for kind in events])


@pytest.mark.parametrize(
    ("statuses", "wanted", "events", "headline"),
    [
        ((), 1, (), OrderHeadline.PLACED),
        ((), 1, ("paid",), OrderHeadline.PROCESSING),
        ((Status.PRE_TRANSIT,), 1, (), OrderHeadline.PROCESSING),
        ((Status.IN_TRANSIT,), 2, (), OrderHeadline.PARTLY_SHIPPED),
        ((Status.IN_TRANSIT,), 1, (), OrderHeadline.SHIPPED),
        ((Status.DELIVERED, Status.IN_TRANSIT), 2, (), OrderHeadline.PARTLY_DELIVERED),
        ((Status.DELIVERED, Status.DELIVERED), 2, (), OrderHeadline.DELIVERED),
        ((Status.DELIVERED, Status.ATTEMPT_FAILED), 2, (), OrderHeadline.ACTION_NEEDED),
        ((Status.LOST,), 1, (), OrderHeadline.ACTION_NEEDED),
        ((Status.LOST,), 1, ("refunded",), OrderHeadline.CLOSED),
        ((Status.RETURNING,), 1, (), OrderHeadline.RETURN_IN_PROGRESS),
        ((Status.RETURNED,), 1, (), OrderHeadline.CLOSED),
        ((), 1, ("cancelled",), OrderHeadline.CANCELLED),
        ((Status.CANCELLED,), 1, (), OrderHeadline.CANCELLED),
        ((Status.IN_TRANSIT,), 1, ("cancelled",), OrderHeadline.SHIPPED),
    ],
)
def test_the_headline_follows_lines_and_parcels(statuses, wanted, events, headline):
    assert order_state(*statuses, wanted=wanted, events=events) == headline
