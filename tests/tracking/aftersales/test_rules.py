"""The rules after the sale, on plain values: windows, fees, warranties, lots, levels. No database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.aftersales.cases import CLAIM_MOVES, RETURN_MOVES, fold_return
from tracking.aftersales.changing import ChangeInputs, Obstacle, address_offer, cancel_offer
from tracking.aftersales.returning import (
    Choice,
    Delivery,
    SoldLine,
    Terms,
    Verdict,
    choice_problem,
    line_eligibility,
    paid_amounts,
    quote,
)
from tracking.aftersales.rewarding import (
    Lot,
    NotEnoughPoints,
    Purchase,
    Tier,
    draw,
    points_balance,
    tier_standing,
)
from tracking.aftersales.states import ClaimStatus, Condition, ReturnReason, ReturnStatus
from tracking.aftersales.warranting import Cover, add_months, repair_days, warranty_period
from tracking.folding import OrderReport
from tracking.provinces import province_of
from tracking.statuses import Status

DAY = date(2026, 11, 3)
TERMS = Terms(return_days=15, warranty_months=12, opened_fee_percent=10, removal_fee_amount=300_000)


def sold(**fields) -> SoldLine:
    return SoldLine(
        **{
            "line_id": 1,
            "title": "Robot S7",
            "wanted": 1,
            "paid_amount": 7_500_000,
            "deliveries": (Delivery(DAY, 1),),
            **fields,
        }
    )


def choice(quantity=1, reason=ReturnReason.CHANGED_MIND, condition=Condition.UNOPENED) -> Choice:
    return Choice(1, quantity, reason, condition)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


# --- Returns -------------------------------------------------------------------------------------


def test_the_day_of_delivery_is_day_zero_and_the_last_day_counts():
    assert line_eligibility(sold(), TERMS, DAY + timedelta(days=15)).is_allowed
    assert line_eligibility(sold(), TERMS, DAY + timedelta(days=16)).verdict == Verdict.WINDOW_OVER


@pytest.mark.parametrize(
    ("line", "terms", "verdict", "words"),
    [
        (sold(), TERMS, Verdict.ALLOWED, "You can send 1 piece back until the end of"),
        (sold(), Terms(return_days=0, warranty_months=0), Verdict.FAULTY_ONLY, "only taken back when it is faulty"),
        (sold(wanted=0), TERMS, Verdict.CANCELLED, "was cancelled"),
        (sold(deliveries=()), TERMS, Verdict.NOT_DELIVERED, "has not arrived yet"),
        (sold(deliveries=(Delivery(DAY - timedelta(days=40), 1),)), TERMS, Verdict.WINDOW_OVER, "ended on"),
        (sold(in_returns=1), TERMS, Verdict.ALREADY_RETURNED, "in a return already"),
        (sold(), None, Verdict.NO_RULE, "no fixed rule"),
    ],
)
def test_every_line_gets_a_verdict_and_a_sentence(line, terms, verdict, words):
    eligibility = line_eligibility(line, terms, DAY)

    assert eligibility.verdict == verdict
    assert words in eligibility.sentence
    assert eligibility.is_allowed == (verdict in (Verdict.ALLOWED, Verdict.FAULTY_ONLY))


def test_pieces_that_came_at_different_times_have_their_own_windows():
    line = sold(wanted=3, deliveries=(Delivery(DAY - timedelta(days=20), 2), Delivery(DAY, 1)))

    assert line_eligibility(line, TERMS, DAY).returnable == 1


def test_more_pieces_than_may_go_back_are_refused():
    eligibility = line_eligibility(sold(), TERMS, DAY)

    assert choice_problem(choice(quantity=2), eligibility, TERMS) == "Only 1 piece of this can be sent back."
    assert choice_problem(choice(quantity=0), eligibility, TERMS)
    assert choice_problem(choice(), eligibility, TERMS) == ""


def test_opened_supplies_are_taken_back_only_when_faulty():
    supplies = Terms(return_days=15, warranty_months=0, accepts_opened=False)
    eligibility = line_eligibility(sold(), supplies, DAY)

    assert choice_problem(choice(condition=Condition.OPENED), eligibility, supplies)
    assert not choice_problem(choice(reason=ReturnReason.DEFECTIVE, condition=Condition.OPENED), eligibility, supplies)


@pytest.mark.parametrize(
    ("reason", "condition", "refund"),
    [
        (ReturnReason.CHANGED_MIND, Condition.UNOPENED, 7_500_000),
        (ReturnReason.CHANGED_MIND, Condition.OPENED, 6_750_000),
        (ReturnReason.CHANGED_MIND, Condition.INSTALLED, 6_450_000),
        (ReturnReason.DEFECTIVE, Condition.INSTALLED, 7_500_000),
    ],
)
def test_the_fee_is_taken_on_what_was_paid_and_never_for_a_fault(reason, condition, refund):
    assert quote(choice(reason=reason, condition=condition), sold(), TERMS).refund_amount == refund


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.integers(0, 10**10))
@settings(max_examples=200, deadline=None)
def test_a_discount_is_spread_to_the_last_dong(amounts, discount):
    paid = paid_amounts(amounts, discount)

    assert sum(paid) == max(sum(amounts) - discount, 0)
    assert all(0 <= now <= before for now, before in zip(paid, amounts, strict=True))


def return_report(status, *, hour=0, key=None, corrects_key=""):
    at = datetime(2026, 11, 20, hour, tzinfo=UTC)
    return OrderReport(key or status, "staff", f"return_{status}", at, corrects_key, "return:DT-1")


def test_steps_of_a_return_count_in_the_order_of_time_whatever_the_order_of_arrival():
    steps = [return_report(status, hour=hour) for hour, status in enumerate(("requested", "approved", "received"))]

    assert fold_return(steps).status == fold_return(reversed(steps)).status == ReturnStatus.RECEIVED


def test_a_step_that_is_not_allowed_is_set_aside_and_a_corrected_one_does_not_count():
    refunded = fold_return([return_report("requested"), return_report("refunded", hour=1)])
    corrected = fold_return(
        [return_report("approved", hour=1), return_report("rejected", hour=2, key="x", corrects_key="approved")]
    )

    assert (refunded.status, refunded.set_aside) == (ReturnStatus.REQUESTED, {"refunded"})
    assert corrected.status == ReturnStatus.REQUESTED


def test_every_status_of_a_case_has_its_moves():
    assert set(RETURN_MOVES) == set(ReturnStatus)
    assert set(CLAIM_MOVES) == set(ClaimStatus)


# --- Changes -------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)


def inputs(*statuses, **fields) -> ChangeInputs:
    return ChangeInputs(
        **{
            "parcel_statuses": tuple(statuses),
            "is_cancelled": False,
            "is_paid": False,
            "changes_until": None,
            "currency": "VND",
            "total_amount": 1_890_000,
            "cod_amount": 0,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("order", "obstacle"),
    [
        (inputs(), Obstacle.NONE),
        (inputs(Status.PRE_TRANSIT, changes_until=NOW + timedelta(minutes=1)), Obstacle.NONE),
        (inputs(Status.PRE_TRANSIT, changes_until=NOW), Obstacle.TOO_LATE),
        (inputs(Status.PRE_TRANSIT, Status.PICKED_UP, changes_until=NOW + timedelta(hours=9)), Obstacle.HAS_LEFT),
        (inputs(is_cancelled=True), Obstacle.CANCELLED),
    ],
)
def test_an_order_can_be_changed_until_it_is_packed_or_gone(order, obstacle):
    for offer in (cancel_offer(order, NOW), address_offer(order, NOW)):
        assert offer.obstacle == obstacle
        assert bool(offer.sentence) == (obstacle != Obstacle.NONE)


def test_what_follows_from_cancelling_is_said_before():
    paid = cancel_offer(inputs(is_paid=True, redeemed_points=120), NOW).consequences
    cash = cancel_offer(inputs(cod_amount=1_890_000), NOW).consequences

    assert paid == (
        "We pay 1,890,000\u00a0₫ back the way you paid.",
        "The 120 points that you used come back to your account.",
    )
    assert cash == ("You have nothing to pay: if somebody still asks for 1,890,000\u00a0₫, refuse.",)
    assert "not received a payment" in cancel_offer(inputs(), NOW).consequences[0]


# --- Warranty ------------------------------------------------------------------------------------


def test_a_warranty_holds_from_the_day_of_delivery_to_the_end_of_the_same_day_years_later():
    period = warranty_period(date(2025, 3, 10), 24)

    assert period.ends_on == date(2027, 3, 10)
    assert period.cover(date(2027, 3, 10)) == Cover.ENDS_SOON
    assert period.cover(date(2027, 3, 11)) == Cover.OVER
    assert period.cover(date(2026, 3, 10)) == Cover.RUNNING
    assert warranty_period(None, 24).cover(DAY) == Cover.NOT_STARTED


def test_months_end_where_a_month_is_shorter():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 3, 15), -12) == date(2025, 3, 15)


def test_days_in_repair_are_added_and_counted_once():
    spells = [(date(2026, 5, 1), date(2026, 5, 8)), (date(2026, 5, 6), date(2026, 5, 10))]

    assert repair_days(spells) == 9
    assert warranty_period(DAY, 12, repair_days=9).ends_on == date(2027, 11, 12)


# --- Points and levels ---------------------------------------------------------------------------


def lot(lot_id, left, *, expires_in=100, usable_in=-10) -> Lot:
    return Lot(lot_id, left, DAY + timedelta(days=usable_in), DAY + timedelta(days=expires_in))


def test_points_that_expire_first_are_used_first():
    lots = [lot(1, 100, expires_in=90), lot(2, 30, expires_in=10), lot(3, 50, expires_in=-1), lot(4, 40, usable_in=3)]

    assert draw(lots, 50, DAY) == [(2, 30), (1, 20)]


def test_more_points_than_can_be_used_today_are_refused():
    with pytest.raises(NotEnoughPoints) as refused:
        draw([lot(1, 100), lot(2, 900, usable_in=1), lot(3, 900, expires_in=-1)], 101, DAY)

    assert (refused.value.wanted, refused.value.usable) == (101, 100)


def test_the_balance_is_the_sum_of_live_lots():
    balance = points_balance(
        [lot(1, 100, expires_in=90), lot(2, 30, expires_in=0), lot(3, 50, expires_in=-1), lot(4, 40, usable_in=3)], DAY
    )

    assert (balance.usable, balance.waiting) == (130, 40)
    assert (balance.next_expiry_on, balance.next_expiry_points) == (DAY, 30)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 30)), max_size=8), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_drawing_takes_exactly_what_was_asked_and_never_more_than_a_lot_has(rows, points):
    lots = [lot(at, left, expires_in=expires) for at, (left, expires) in enumerate(rows)]
    by_id = {one.lot_id: one for one in lots}
    usable = points_balance(lots, DAY).usable

    if points > usable:
        with pytest.raises(NotEnoughPoints):
            draw(lots, points, DAY)
    else:
        taken = draw(lots, points, DAY)
        assert sum(share for _, share in taken) == points
        assert all(0 < share <= by_id[lot_id].left for lot_id, share in taken)


TIERS = [Tier("trang", "Mây Trắng", 0), Tier("hong", "Mây Hồng", 20_000_000), Tier("vang", "Mây Vàng", 50_000_000)]


def test_a_level_begins_on_the_day_the_sum_reaches_it_and_says_what_the_next_one_takes():
    standing = tier_standing(TIERS, [Purchase(date(2026, 3, 1), 15_000_000), Purchase(DAY, 6_000_000)], DAY)

    assert (standing.tier.code, standing.kept_until) == ("hong", date(2027, 11, 3))
    assert (standing.next_tier.code, standing.missing_amount) == ("vang", 29_000_000)


def test_a_level_goes_down_one_step_when_its_year_is_over():
    purchases = [Purchase(date(2024, 6, 1), 60_000_000)]

    assert tier_standing(TIERS, purchases, date(2025, 6, 1)).tier.code == "vang"
    assert tier_standing(TIERS, purchases, date(2025, 6, 2)).tier.code == "hong"
    assert tier_standing(TIERS, purchases, date(2026, 6, 2)).tier.code == "trang"


def test_without_purchases_or_levels_nobody_is_above_the_first():
    assert tier_standing(TIERS, [], DAY).tier.code == "trang"
    assert tier_standing([], [], DAY).tier is None
    assert tier_standing(TIERS, [Purchase(DAY, 90_000_000)], DAY).missing_amount == 0


# --- Provinces -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "province"),
    [
        ("18 Phố Mây Chiều, Phường Trăng Non, Hà Nội", "Hà Nội"),
        ("7 Đường Gió Nam, TP. Hồ Chí Minh, Việt Nam", "TP. Hồ Chí Minh"),
        ("Hà Nội", ""),
        ("", ""),
        (", ,", ""),
    ],
)
def test_the_province_is_the_last_part_of_an_address(address, province):
    assert province_of(address) == province
