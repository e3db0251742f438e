"""Reads for the staff: orders by whatever a caller has at hand, and an order as it stood at an earlier moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from portal.lib.text import clean_line, fold
from tracking.contacts import normalise_contact
from tracking.managers import OrderQuerySet
from tracking.models import Order, OrderEvent, ReturnRequest, Shipment, TrackingEvent
from tracking.references import normalise_number, normalise_reference
from tracking.services.state import fold_in_memory, shipment_state

MAX_SEARCH = 100
# Fewer digits than this are part of too many phone numbers.
MIN_PHONE_DIGITS = 6


@dataclass(frozen=True)
class ReportLine:
    """One report about a parcel, as the staff reads it; `standing` is "counts", "set aside", "cancelled" or "correction"."""

    event: TrackingEvent
    shipment_id: int
    parcel: int
    standing: str


def search_orders(orders: OrderQuerySet, typed: str) -> OrderQuerySet:
    """Keep the orders that `typed` may mean; an empty text keeps all.

    It is compared with the reference, the seller's number, tracking numbers, return numbers, the e-mail address, the
    phone number in any form and the recipient's name with or without marks; parts of a number, address or name will do.
    """
    text = clean_line(typed)[:MAX_SEARCH]
    if not text:
        return orders
    number = normalise_number(text)
    wanted = Q(name_key__contains=fold(text)) | Q(contact_email__icontains=text.lower())
    if number:
        parcels = Shipment.objects.filter(tracking_number__icontains=re.sub(r"\s", "", text)).values("order_id")
        returns = ReturnRequest.objects.filter(number__iexact=text).values("order_id")
        wanted |= Q(number_key__contains=number) | Q(pk__in=parcels) | Q(pk__in=returns)
    reference = normalise_reference(text)
    if reference:
        wanted |= Q(reference=reference)
    digits = re.sub(r"\D", "", text)
    contact = normalise_contact(text)
    if contact:
        wanted |= Q(contact_phone=contact)
    elif len(digits) >= MIN_PHONE_DIGITS:
        wanted |= Q(contact_phone__contains=digits.removeprefix("0"))
    return orders.filter(wanted)


def order_as_of(reference: str, moment: datetime) -> Order | None:
    """Return the order as the reports that had come in by `moment` add up to, for a caller that has checked the reader.

    None when the site did not know the order yet. Reports are the only thing kept with the time of their arrival:
    articles, amounts, addresses and the numbers of parcels are those of today. Nothing is stored; ten queries.
    """
    order = (
        Order.objects.filter(reference=reference, created_at__lte=moment)
        .with_parcels()
        .prefetch_related(
            Prefetch("shipments__events", TrackingEvent.objects.filter(received_at__lte=moment)),
            Prefetch("events", OrderEvent.objects.filter(received_at__lte=moment)),
            Prefetch("returns", ReturnRequest.objects.filter(requested_at__lte=moment)),
            "returns__lines",
            "lines__fulfillment_lines__fulfillment",
        )
        .first()
    )
    if order is not None:
        fold_in_memory(order)
    return order


def report_lines(order: Order) -> list[ReportLine]:
    """Return every report about the order's parcels, also those without effect, the latest first.

    `order` comes from `order_with_history`; no query.
    """
    lines = []
    for shipment in order.shipments.all():
        events = list(shipment.events.all())
        state = shipment_state(events)
        for event in events:
            standing = "counts"
            if event.corrects_key:
                standing = "correction"
            elif event.natural_key in state.cancelled:
                standing = "cancelled"
            elif event.natural_key in state.set_aside:
                standing = "set aside"
            lines.append(ReportLine(event, shipment.pk, shipment.position, standing))
    return sorted(lines, key=lambda line: (line.event.occurred_at, line.event.pk), reverse=True)
