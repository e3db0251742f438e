"""The desk in the admin: orders are found by anything, seen as customers see them, and added to on the record."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import make_user
from tests.factories.tracking import (
    NOON,
    event_payload,
    make_delivered_order,
    make_order,
    make_return,
    make_terms,
    shipment_payload,
)
from tracking import selectors, services
from tracking.models import AuditEntry, Order, SourceRank, TrackingEvent
from tracking.services.manual import STAFF_SOURCE

pytestmark = pytest.mark.django_db
SECRET = "Trần Kín Đáo"


@pytest.fixture
def agent(db, settings):
    settings.DEMO = True  # no second factor: another test's matter
    return make_user("hotro@example.com", role="agent")


@pytest.fixture
def order(db):
    return make_order(
        number="NM-77",
        contact_phone="0912 345 678",
        recipient_name=SECRET,
        recipient_address="1 Lê Lợi, Quận 1, TP. Hồ Chí Minh",
        shipments=[shipment_payload("picked_up", "in_transit", tracking_number="GHN123456")],
    )


def page(client, name, *arguments, **query):
    return client.get(reverse(name, args=arguments), query).content.decode()


@pytest.mark.parametrize(
    "typed",
    ["NM-77", "nm 77", "GHN123456", "ghn1234", "0912345678", "+84 912 345 678", "912345678", "345.678",
     "an@example.com", "tran kin dao", "KÍN ĐÁO"],
)  # fmt: skip
def test_an_order_is_found_by_whatever_a_caller_has(client, agent, order, typed):
    make_order(number="KHAC-1", contact_email="x@khac.example", recipient_name="Lê Khác")
    client.force_login(agent)

    text = page(client, "orders:index", q=typed)

    assert "NM-77" in text and "KHAC-1" not in text


@pytest.mark.parametrize("typed", ["%", "_", "'\"", "\x00", "x" * 5000, "0000000"])
def test_odd_searches_find_nothing_and_break_nothing(client, agent, order, typed):
    client.force_login(agent)

    response = client.get(reverse("orders:index"), {"q": typed})

    assert response.status_code == 200
    assert "NM-77" not in response.content.decode() or typed == "\x00"


def test_the_list_asks_the_same_queries_whatever_the_number(client, agent, django_assert_max_num_queries):
    for number in range(12):
        make_order(number=f"T-{number}", shipments=[shipment_payload("in_transit")])
    client.force_login(agent)
    page(client, "orders:index")

    with django_assert_max_num_queries(20):
        page(client, "orders:index")


@pytest.mark.parametrize(("tier", "is_shown"), [("2", True), ("1", False), ("0", False)])
def test_staff_see_what_the_customer_of_a_tier_sees(client, agent, order, tier, is_shown):
    client.force_login(agent)

    response = client.post(reverse("orders:look", args=[order.pk]), {"tier": tier, "reason": "phiếu YC-1"})
    text = response.content.decode()

    assert order.reference in text
    assert (SECRET in text) is is_shown
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.subject, entry.reason) == (agent.email, f"order:{order.reference}", "phiếu YC-1")
    assert not list(services.broken_links())


@pytest.mark.parametrize("data", [{"tier": "2", "reason": "  "}, {"tier": "9", "reason": "x"}, {}])
def test_without_a_reason_nothing_is_shown_nor_recorded(client, agent, order, data):
    client.force_login(agent)

    response = client.post(reverse("orders:look", args=[order.pk]), data)

    assert response.status_code == 200
    assert "tracking/staff/order_seen.html" not in [template.name for template in response.templates]
    assert not AuditEntry.objects.exists()


def test_looking_gives_no_access_of_the_customer(client, agent, order):
    client.force_login(agent)
    client.post(reverse("orders:look", args=[order.pk]), {"tier": "2", "reason": "phiếu YC-1"})

    response = client.get(reverse("order_detail", args=[order.reference]))

    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_an_earlier_moment_counts_only_what_had_come_in(order):
    before = timezone.now()
    news = event_payload("delivered", at=NOON + timedelta(hours=5), event_id="d")
    services.record_events([services.ParcelEvent("ghn", "GHN123456", news)], source="shop")

    then = selectors.order_as_of(order.reference, before)
    now = selectors.order_as_of(order.reference, timezone.now())

    assert then.headline == "shipped"
    assert now.headline == Order.objects.get().headline == "delivered"
    assert selectors.order_as_of(order.reference, order.created_at - timedelta(seconds=1)) is None


def test_the_page_of_an_earlier_moment_is_shown(client, agent, order):
    client.force_login(agent)
    long_ago = {"tier": "2", "reason": "YC-1", "moment": "2020-01-01T10:00"}

    text = client.post(reverse("orders:look", args=[order.pk]), long_ago).content.decode()
    ahead = client.post(reverse("orders:look", args=[order.pk]), {**long_ago, "moment": "2999-01-01T10:00"})

    assert SECRET not in text and "01/01/2020" in text
    assert ahead.context["look_form"].errors["moment"]


def test_a_report_by_hand_is_added_and_believed_less_than_the_carrier(client, agent, order):
    shipment = order.shipments.get()
    client.force_login(agent)
    data = {
        "parcel": shipment.pk,
        "status": "attempt_failed",
        "occurred_at": timezone.localtime(NOON + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "text": "Bưu tá báo khách vắng nhà",
        "request_key": "k1",
    }

    client.post(reverse("orders:report", args=[order.pk]), data)
    client.post(reverse("orders:report", args=[order.pk]), data)  # sent twice

    event = TrackingEvent.objects.get(source=STAFF_SOURCE)
    assert (event.source_rank, event.raw_text) == (SourceRank.STAFF_NOTE, data["text"])
    assert Order.objects.get().headline == "action_needed"
    assert AuditEntry.objects.get().action == "order.report"
    delivered = event_payload("delivered", at=event.occurred_at, event_id="d")
    services.record_events([services.ParcelEvent("ghn", "GHN123456", delivered)], source="shop")
    assert Order.objects.get().headline == "delivered"


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"occurred_at": "gestern"}, {"occurred_at": "2999-01-01T00:00"}, {"status": "unknown"},
     {"parcel": "99999"}, {"parcel": ""}],
)  # fmt: skip
def test_a_wrong_report_adds_nothing_and_keeps_what_was_typed(client, agent, order, wrong):
    client.force_login(agent)
    data = {
        "parcel": order.shipments.get().pk,
        "status": "exception",
        "occurred_at": "2026-11-20T14:00",
        "text": "Ghi chú",
    }

    response = client.post(reverse("orders:report", args=[order.pk]), {**data, **wrong})

    assert response.context["report_form"].errors
    assert not TrackingEvent.objects.filter(source=STAFF_SOURCE).exists()


def test_a_wrong_report_is_corrected_by_naming_it(client, agent, order):
    wrong = TrackingEvent.objects.get(status="in_transit")
    client.force_login(agent)
    address = reverse("orders:correct", args=[order.pk])

    client.post(address, {"event": wrong.pk, "reason": ""})
    assert order.shipments.get().status == "in_transit"
    client.post(address, {"event": wrong.pk, "reason": "Quét nhầm kiện"})
    client.post(address, {"event": wrong.pk, "reason": "Quét nhầm kiện"})

    assert order.shipments.get().status == "picked_up"
    assert TrackingEvent.objects.filter(corrects_key=wrong.natural_key).count() == 1
    assert [entry.action for entry in AuditEntry.objects.all()] == ["order.correct"]
    call_command("rebuild_tracking_state", "--check")


def test_another_orders_report_cannot_be_corrected_from_here(client, agent, order):
    other = make_order(number="KHAC", shipments=[shipment_payload("in_transit")])
    event = TrackingEvent.objects.get(shipment__order=other)
    client.force_login(agent)

    client.post(reverse("orders:correct", args=[order.pk]), {"event": event.pk, "reason": "thử"})

    assert not TrackingEvent.objects.exclude(corrects_key="").exists()


def test_an_administrator_reads_and_adds_nothing(client, order, settings):
    settings.DEMO = True
    client.force_login(make_user("quantri@example.com", role="administrator"))

    text = page(client, "orders:inspect", order.pk)
    response = client.post(reverse("orders:report", args=[order.pk]), {"text": "x"})

    assert SECRET in text and reverse("orders:report", args=[order.pk]) not in text
    assert response.status_code in (302, 403)
    assert not AuditEntry.objects.exists()


# --- Cases and figures ---------------------------------------------------------------------------


@pytest.fixture
def request_for_return(db):
    make_terms()
    return make_return(make_delivered_order(delivered_at=timezone.now() - timedelta(days=2)))


def test_an_agent_takes_a_return_to_its_end(client, agent, request_for_return):
    client.force_login(agent)
    address = reverse("returns:move", args=[request_for_return.pk])

    for move in (
        {"move": "approved"},
        {"move": "received"},
        {"move": "refunded"},
        {"move": "refunded", "amount": "1000"},
    ):
        client.post(address, {"text": "", **move})
    request_for_return.refresh_from_db()

    assert (request_for_return.status, request_for_return.refund_amount) == ("refunded", 1000)
    assert request_for_return.number in page(client, "returns:index")
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "return.approved", "return.received", "return.refunded",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [{"move": "refunded", "amount": "1"}, {"move": "rejected", "text": ""}, {"move": "x"}, {}]
)
def test_a_step_that_is_not_open_or_lacks_its_words_changes_nothing(client, agent, request_for_return, data):
    client.force_login(agent)

    response = client.post(reverse("returns:move", args=[request_for_return.pk]), data)
    request_for_return.refresh_from_db()

    assert response.context["move_form"].errors
    assert request_for_return.status == "requested"


def test_claims_and_registrations_have_their_desk(client, agent):
    make_terms()
    order = make_delivered_order(delivered_at=timezone.now() - timedelta(days=2))
    warranty = services.warranty_of_line(order_line_id=order.lines.get().pk)
    claim = services.open_claim(warranty_id=warranty.pk, user=None, fault="Kêu to", request_key="c1")
    owner = make_user("khach@example.com")
    services.register_product(user=owner, product_code="NM-F6", serial_number="KHONG-CO-1")
    registration = owner.registrations.get()
    client.force_login(agent)

    client.post(reverse("warranty-claims:move", args=[claim.pk]), {"move": "accepted", "text": "Mang máy tới"})
    unknown = client.post(
        reverse("registered-appliances:move", args=[registration.pk]), {"move": "confirm", "text": "Hóa đơn"}
    )
    client.post(
        reverse("registered-appliances:move", args=[registration.pk]),
        {"move": "refuse", "text": "Không phải hàng của shop"},
    )

    claim.refresh_from_db()
    registration.refresh_from_db()
    assert (claim.status, registration.status) == ("accepted", "refused")
    assert unknown.status_code == 302
    assert "Kêu to" in page(client, "warranty-claims:inspect", claim.pk)
    assert "KHONG-CO-1" in page(client, "registered-appliances:index")


@pytest.fixture
def promised(db):
    day = timezone.localdate() - timedelta(days=10)
    for late, province in ((0, "=HYPERLINK(1)"), (3, "Đà Nẵng")):
        at = NOON.replace(year=day.year, month=day.month, day=day.day) + timedelta(days=late)
        parcel = shipment_payload(events=(event_payload("delivered", at=at, event_id=f"e{late}"),))
        make_order(
            placed_at=at - timedelta(days=3),
            promised_until=day,
            recipient_address=f"1 Lê Lợi, {province}",
            shipments=[parcel],
        )


def test_the_report_draws_and_lists_who_keeps_the_promise(client, agent, promised):
    client.force_login(agent)

    text = page(client, "tracking_sla")

    assert text.count("<svg") >= 3
    assert "Đà Nẵng" in text and "50" in text


@pytest.mark.parametrize(
    "query",
    [{"since": "x"}, {"since": "2026-02-01", "until": "2026-01-01"}, {"since": "1900-01-01", "until": "2026-01-01"}],
)
def test_a_span_that_makes_no_sense_is_said_and_the_usual_one_shown(client, agent, promised, query):
    client.force_login(agent)

    response = client.get(reverse("tracking_sla"), query)

    assert response.context["span"].errors
    assert "Đà Nẵng" in response.content.decode()


def test_the_files_hold_no_formula(client, agent, promised):
    client.force_login(agent)

    rows = b"".join(client.get(reverse("tracking_sla"), {"export": "csv"}).streaming_content).decode()
    workbook = client.get(reverse("tracking_sla"), {"export": "xlsx"})

    assert "'=HYPERLINK" in rows and ",=HYPERLINK" not in rows
    assert b"".join(workbook.streaming_content)[:2] == b"PK"


def test_an_editor_has_no_desk(client, promised, settings):
    settings.DEMO = True
    client.force_login(make_user("duyet@example.com", role="reviewer"))

    for name in ("tracking_sla", "returns:index", "warranty-claims:index", "registered-appliances:index"):
        assert client.get(reverse(name)).status_code in (302, 403)
