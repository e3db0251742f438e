"""What pages are given: returns, warranties, points, levels and figures, at a constant cost."""

from datetime import date, timedelta

import pytest

from tests.factories.people import make_user
from tests.factories.tracking import (
    NOON,
    award,
    event_payload,
    line_payload,
    make_delivered_order,
    make_order,
    make_return,
    make_terms,
    order_event_payload,
    return_choice,
    shipment_payload,
)
from tracking import selectors
from tracking.aftersales.changing import Obstacle
from tracking.aftersales.returning import Verdict
from tracking.disclosure import Tier
from tracking.models import LoyaltyTier, PartTerms, Warranty
from tracking.presentation import order_view
from tracking.services import (
    FulfillmentPayload,
    HoldReason,
    account_of_user,
    approve_return,
    attach_return_parcel,
    confirm_registration,
    move_credit,
    open_claim,
    receive_return,
    redeem_points,
    refund_return,
    register_product,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "terms")]

TODAY = date(2026, 11, 25)


def test_every_line_is_offered_with_its_verdict():
    lines = (line_payload("1"), line_payload("2", cancelled_quantity=1))
    order = make_delivered_order(lines=lines)

    options = selectors.return_options(order.reference)

    assert [option.eligibility.verdict for option in options] == [Verdict.ALLOWED, Verdict.CANCELLED]
    assert options[0].eligibility.sentence == "Bạn trả được 1 chiếc, đến hết ngày 05/12/2026."
    assert selectors.return_options("NOSUCHORDR") == ()


def test_what_may_be_changed_is_offered_with_deadline_and_consequences():
    until = NOON + timedelta(days=9)
    order = make_order(changes_until=until, events=[order_event_payload("paid")])

    offers = selectors.change_offers(selectors.order_with_history(order.reference))

    assert (offers.cancel.is_allowed, offers.cancel.deadline, offers.address.obstacle) == (True, until, Obstacle.NONE)
    assert offers.cancel.consequences == ("Chúng tôi hoàn 2.190.000\u00a0₫ theo đúng cách bạn đã trả.",)


def test_a_return_is_shown_with_its_lines_steps_and_parcel(customer, agent):
    order = make_delivered_order(customer=customer)
    number = make_return(order, return_choice(order, condition="opened")).number
    approve_return(number=number, actor=agent, text="Hẹn lấy ngày 26")
    attach_return_parcel(number=number, carrier="ghtk", tracking_number="DT1", actor=agent)

    (view,) = selectors.returns_of(customer)

    assert (view.number, view.status.value, view.is_open, view.can_withdraw) == (number, "approved", True, True)
    assert [(line.quantity, line.fee) for line in view.lines] == [(1, "219.000\u00a0₫")]
    assert {step.note for step in view.steps} == {"Hẹn lấy ngày 26", ""}
    assert (view.parcel_number, view.parcel_url) == ("DT1", "https://i.ghtk.vn/DT1")
    assert selectors.count_open_returns(customer) == 1


def test_a_link_shows_of_a_return_neither_money_nor_words_and_a_look_up_nothing(customer):
    order = make_delivered_order(customer=customer)
    make_return(order)

    by_link = selectors.returns_of_order(order.reference, Tier.LINK)[0]
    by_number = selectors.returns_of_order(order.reference, Tier.LOOKUP)[0]

    assert (by_link.expected_refund, by_link.lines[0].reason, by_link.can_withdraw) == ("", "", False)
    assert by_link.status.value == "requested"
    assert by_number == type(by_number)()


def test_nobody_sees_the_returns_of_somebody_else(customer):
    make_return(make_delivered_order(customer=make_user("khac@example.com")))

    assert selectors.returns_of(customer) == ()


def test_warranties_come_from_deliveries_those_that_end_first_in_front(customer):
    PartTerms.objects.create(terms=make_terms("NM-W85", warranty_months=24), name_vi="Động cơ", months=120)
    make_delivered_order(customer=customer, lines=(line_payload(product_code="NM-W85", title="W85"),))
    make_delivered_order(customer=customer, delivered_at=NOON - timedelta(days=350))
    make_order(customer=customer, shipments=[shipment_payload("in_transit")], lines=(line_payload(title="Chưa tới"),))

    soon, long, not_begun = selectors.warranties_of(customer)

    assert (soon.cover.value, soon.days_left, soon.can_claim) == ("ends_soon", 10, True)
    assert (long.title, long.ends_on) == ("W85", date(2028, 11, 20))
    assert [(part.name, part.ends_on, part.is_covered) for part in long.parts] == [
        ("Động cơ", date(2036, 11, 20), True)
    ]
    assert (not_begun.cover.value, not_begun.can_claim) == ("not_started", False)


def test_an_appliance_that_was_handed_on_changes_lists(customer, agent):
    line = line_payload(serial_numbers=("S1",))
    order = make_delivered_order(customer=customer, lines=(line,))
    buyer = make_user("nguoimua@example.com")
    register_product(user=buyer, product_code="NM-F6", serial_number="S1")
    assert [row.status.value for row in selectors.registrations_of(buyer)] == ["pending"]
    assert selectors.warranties_of(buyer) == ()

    confirm_registration(registration_id=buyer.registrations.get().pk, actor=agent, proof="giấy bán")

    assert selectors.warranties_of(customer) == ()
    (view,) = selectors.warranties_of(buyer)
    assert (view.serial_number, view.order_reference, view.ends_on) == ("S1", "", date(2027, 11, 20))
    assert order.reference not in str(view)
    assert selectors.registrations_of(buyer) == ()


def test_a_returned_piece_has_no_warranty_and_a_claim_is_shown(customer, agent):
    order = make_delivered_order(customer=customer, lines=(line_payload(quantity=2, serial_numbers=("A1", "A2")),))
    number = make_return(order).number
    approve_return(number=number, actor=agent)
    receive_return(number=number, actor=agent)
    refund_return(number=number, actor=agent, amount=1)
    first = Warranty.objects.get(serial_number="A1")
    open_claim(warranty_id=first.pk, user=customer, fault="Không nóng", request_key="c")

    (view,) = selectors.warranties_of(customer)

    assert [(claim.fault, claim.is_open) for claim in view.claims] == [("Không nóng", True)]


def test_warranties_cost_the_same_whatever_their_number(customer, django_assert_max_num_queries):
    for at in range(6):
        make_delivered_order(customer=customer, lines=(line_payload(serial_numbers=(f"S{at}",)),))

    with django_assert_max_num_queries(12):
        assert len(selectors.warranties_of(customer)) == 6


def test_warranties_that_were_handed_over_cost_the_same_too(customer, django_assert_max_num_queries):
    for at in range(6):
        make_delivered_order(customer=customer, lines=(line_payload(serial_numbers=(f"S{at}",)),))
    buyer = make_user("nguoimua@example.com")
    Warranty.objects.update(holder=buyer)

    with django_assert_max_num_queries(12):
        assert len(selectors.warranties_of(buyer)) == 6


def test_a_statement_explains_every_point(customer):
    owner = account_of_user(user=customer)
    award(owner, 100, expires_on=TODAY + timedelta(days=9), text="Đơn NM-1")
    award(owner, 50, expires_on=TODAY - timedelta(days=1))
    award(owner, 70, usable_from=TODAY + timedelta(days=3), expires_on=TODAY + timedelta(days=99))
    redeem_points(owner=owner, points=40, key="use", order_reference="ABC")
    move_credit(owner=owner, amount=50_000, currency="VND", key="sorry")

    statement = selectors.points_of(customer)
    entries = selectors.ledger_page(customer, 1).object_list

    assert (statement.balance.usable, statement.balance.waiting) == (60, 70)
    assert statement.balance.next_expiry_on == TODAY + timedelta(days=9)
    assert statement.lots[0].left == 60
    assert (statement.lots[0].awarded, statement.lots[0].text) == (100, "Đơn NM-1")
    assert statement.credit == ("50.000\u00a0₫",)
    assert sorted(entry.amount for entry in entries) == ["+100", "+50", "+50.000\u00a0₫", "+70", "−40"]


def test_a_statement_costs_the_same_whatever_the_number_of_lots(customer, django_assert_num_queries):
    owner = account_of_user(user=customer)
    for day in range(1, 6):
        award(owner, 10, expires_on=TODAY + timedelta(days=day))

    with django_assert_num_queries(2):
        assert len(selectors.points_of(customer).lots) == 5


def test_an_account_without_points_and_a_guest_have_none(customer):
    from django.contrib.auth.models import AnonymousUser

    for user in (customer, AnonymousUser()):
        assert selectors.points_of(user).balance.usable == 0
        assert selectors.ledger_page(user, "x").object_list == []
    assert selectors.warranties_of(AnonymousUser()) == selectors.registrations_of(AnonymousUser()) == ()


def test_the_level_says_what_the_next_one_takes(customer, agent):
    LoyaltyTier.objects.create(code="trang", name_vi="Mây Trắng", threshold_amount=0)
    LoyaltyTier.objects.create(code="hong", name_vi="Mây Hồng", threshold_amount=4_000_000)
    make_delivered_order(customer=customer)
    returned = make_delivered_order(customer=customer)

    assert selectors.tier_of(customer).name == "Mây Hồng"
    number = make_return(returned).number
    approve_return(number=number, actor=agent)
    receive_return(number=number, actor=agent)

    tier = selectors.tier_of(customer)
    assert (tier.name, tier.next_name, tier.missing, tier.progress) == ("Mây Trắng", "Mây Hồng", "1.810.000\u00a0₫", 54)


def test_without_levels_there_is_none(customer):
    assert selectors.tier_of(customer) is None


def test_a_line_says_what_its_pieces_wait_for():
    waiting = FulfillmentPayload(
        key="f2", contents={"1": 1}, hold_reason=HoldReason.OUT_OF_STOCK, planned_on=date(2026, 11, 27)
    )
    sent = FulfillmentPayload(key="f1", contents={"1": 2})
    parcel = shipment_payload("delivered", fulfillment="f1", contents={"1": 2})
    order = make_order(lines=(line_payload(quantity=3),), shipments=[parcel], fulfillments=[sent, waiting])

    line = order_view(selectors.order_with_history(order.reference), Tier.LINK).lines[0]

    assert line.progress == "đã giao 2/3 món"
    assert line.waiting == "1 đang chờ vì hàng chưa về kho; gửi đi thứ Sáu, 27/11"


def test_who_took_the_parcel_is_told_to_the_owner_only():
    event = event_payload("delivered", received_by="Nguyễn Thu An", event_id="d")
    order = make_order(shipments=[shipment_payload(events=(event,))])
    history = selectors.order_with_history(order.reference)

    shown = {tier: order_view(history, tier).parcels[0].timeline[0].received_by for tier in Tier}

    assert shown == {Tier.LOOKUP: "", Tier.LINK: "", Tier.OWNER: "Nguyễn Thu An"}


# --- Figures -------------------------------------------------------------------------------------


def promised(day, *, delivered_on=None, carrier="ghn", address="1 A, Hà Nội", status="delivered"):
    at = NOON + timedelta(days=(delivered_on - NOON.date()).days) if delivered_on else NOON
    event = event_payload(status if delivered_on else "in_transit", at=at)
    return make_order(
        placed_at=NOON - timedelta(days=30),
        promised_until=day,
        recipient_address=address,
        shipments=[shipment_payload(carrier=carrier, events=(event,))],
    )


def test_the_report_counts_on_time_late_and_overdue_by_carrier_and_province():
    friday = date(2026, 11, 20)
    promised(friday, delivered_on=friday)
    promised(friday, delivered_on=friday + timedelta(days=2), carrier="ghtk", address="2 B, Đà Nẵng")
    promised(friday, carrier="ghtk", address="2 B, Đà Nẵng")
    promised(TODAY)  # not due before tonight
    promised(friday, delivered_on=friday, status="lost")

    report = selectors.sla_report(friday, TODAY)

    assert (report.whole.on_time, report.whole.late, report.whole.open_late) == (1, 1, 1)
    assert report.whole.on_time_percent == 33.3
    ghtk = report.by_carrier[0]
    assert (ghtk.label, ghtk.total, ghtk.mean_delay_days, ghtk.worst_delay_days) == ("Giao Hàng Tiết Kiệm", 2, 2.0, 5)
    assert [row.label for row in report.by_province] == ["Đà Nẵng", "Hà Nội"]
    assert [row.key for row in report.by_week] == ["2026-11-16"]


def test_a_report_without_parcels_is_empty(django_assert_num_queries):
    with django_assert_num_queries(1):
        report = selectors.sla_report(TODAY, TODAY)

    assert (report.whole.total, report.whole.on_time_percent, report.by_carrier) == (0, 0.0, ())
