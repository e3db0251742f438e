"""What somebody of the staff reports by hand: added like any other news, with the lowest rank, and on the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.lib.text import clean_line
from tracking.models import Order, OrderEvent, Shipment, SourceRank, TrackingEvent
from tracking.payloads import EventPayload, OrderEventPayload
from tracking.services.auditing import ReasonMissing, note_act
from tracking.services.events import build_event, build_order_event, store_events, store_order_events
from tracking.services.state import refresh_state
from tracking.statuses import OrderEventKind, Status

STAFF_SOURCE = "staff"


class NoSuchReport(ValueError):
    """The order has no report of this key, or it is a correction itself."""


@transaction.atomic
def report_parcel_by_hand(
    *, shipment_id: int, status: Status | None, occurred_at: datetime, text: str, request_key: str, actor: object
) -> bool:
    """Add what the staff knows about a parcel; customers read `text`. Return whether it is new.

    The same `request_key` again adds nothing. When a carrier reports the same moment, the carrier is believed.
    Errors: ReasonMissing without a text; Shipment.DoesNotExist.
    """
    shipment = Shipment.objects.select_related("order").get(pk=shipment_id)
    payload = EventPayload(occurred_at=occurred_at, status=status, event_id=f"hand:{request_key}", text=_said(text))
    event = build_event(payload, shipment, source=STAFF_SOURCE, rank=SourceRank.STAFF_NOTE)
    return _record(event, shipment.order, actor)


@transaction.atomic
def report_order_by_hand(*, reference: str, occurred_at: datetime, text: str, request_key: str, actor: object) -> bool:
    """Add a note about the order as a whole, which its customer reads. Return whether it is new.

    Errors: ReasonMissing without a text; Order.DoesNotExist.
    """
    order = Order.objects.get(reference=reference)
    payload = OrderEventPayload(
        kind=OrderEventKind.NOTE, occurred_at=occurred_at, event_id=f"hand:{request_key}", text=_said(text)
    )
    return _record(build_order_event(payload, order, source=STAFF_SOURCE), order, actor)


@transaction.atomic
def correct_by_hand(*, shipment_id: int, event_id: int, reason: str, actor: object) -> bool:
    """Cancel one report about a parcel by adding a correction that names it. Return whether it is new.

    Corrections count within one source only, so that no sender can cancel another's reports. The staff may: the row
    takes over the source of what it cancels; its rank, its key and the record of the staff say who wrote it.
    Errors: ReasonMissing; NoSuchReport.
    """
    wrong = TrackingEvent.objects.select_related("shipment__order").filter(pk=event_id, shipment_id=shipment_id).first()
    if wrong is None or wrong.corrects_key:
        raise NoSuchReport(event_id)
    payload = EventPayload(occurred_at=wrong.occurred_at, event_id=f"hand:cancel:{wrong.pk}", text=_said(reason))
    event = build_event(payload, wrong.shipment, source=wrong.source, rank=SourceRank.STAFF_NOTE)
    event.corrects_key = wrong.natural_key
    return _record(event, wrong.shipment.order, actor)


def _said(text: str) -> str:
    said = clean_line(text)
    if not said:
        raise ReasonMissing("report")
    return said


def _record(event: TrackingEvent | OrderEvent, order: Order, actor: object) -> bool:
    new = store_events([event]) if isinstance(event, TrackingEvent) else store_order_events([event])
    if not new:
        return False
    action = "order.correct" if event.corrects_key else "order.report"
    # The words stand in the event, which an erasure can empty; the record, which nobody can, names it.
    note_act(actor=actor, action=action, subject=f"order:{order.reference}", reason=event.natural_key)
    refresh_state(order_ids=[order.pk])
    return True
