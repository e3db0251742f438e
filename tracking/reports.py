"""Events as the fold reads them."""

from tracking.folding import OrderReport, Report
from tracking.models import OrderEvent, TrackingEvent


def parcel_report(event: TrackingEvent) -> Report:
    """Return what the fold reads from an event of a parcel."""
    return Report(
        key=event.natural_key,
        source=event.source,
        source_rank=event.source_rank,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
        status=event.status,
        flags=tuple(event.flags),
        reason=event.reason,
        estimated_from=event.estimated_from,
        estimated_until=event.estimated_until,
        corrects_key=event.corrects_key,
        is_ahead_of_clock=event.is_ahead_of_clock,
    )


def order_report(event: OrderEvent) -> OrderReport:
    """Return what the fold reads from an event of an order."""
    return OrderReport(
        event.natural_key, event.source, event.kind, event.occurred_at, event.corrects_key, event.subject_key
    )
