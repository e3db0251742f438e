"""Since when and until when an appliance is under warranty, read from its delivery, its rules and its repairs."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from tracking.aftersales.states import ClaimStatus
from tracking.aftersales.warranting import Period, repair_days, warranty_period
from tracking.models import Order, OrderLine, Warranty
from tracking.rule_inputs import TermsBook, deliveries_by_line, placed_on
from tracking.zones import SHOP_ZONE


def period_of(warranty: Warranty) -> Period:
    """Return the period of one appliance; a handful of queries."""
    line = warranty.order_line
    if line is None:
        return warranty_period(warranty.starts_on, warranty.months or 0, repair_days=days_in_repair(warranty))
    order = Order.objects.with_parcels().get(pk=line.order_id)
    terms = TermsBook.for_lines([line]).of_line(line, placed_on(order))
    starts_on = unit_delivered_on(order, line, warranty.unit)
    months = terms.warranty_months if terms else 0
    return warranty_period(starts_on, months, repair_days=days_in_repair(warranty))


def unit_delivered_on(order: Order, line: OrderLine, unit: int) -> date | None:
    """Return the day on which the `unit`-th piece of a line arrived, counted in the order of arrival."""
    arrived = 0
    for delivery in deliveries_by_line(order)[line.pk]:
        arrived += delivery.quantity
        if unit <= arrived:
            return delivery.on
    return None


def days_in_repair(warranty: Warranty) -> int:
    """Return the days that the appliance was with us under accepted claims, by which its warranty is longer."""
    spells = []
    for claim in warranty.claims.all():
        days = {event.status: timezone.localdate(event.occurred_at, SHOP_ZONE) for event in claim.events.all()}
        if ClaimStatus.IN_REPAIR in days and ClaimStatus.REPAIRED in days:
            spells.append((days[ClaimStatus.IN_REPAIR], days[ClaimStatus.REPAIRED]))
    return repair_days(spells)
