"""An order as a page shows it: frozen values, built once, then cut down to what the reader may see.

Every field has an empty default, which is what `disclosure.redact` puts in place of a hidden one. Amounts are
texts ("1.250.000 ₫"), times are aware and shown in the site's zone, nothing here runs a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise

from personalization.situations import OrderSubject
from portal.lib.money import format_amount
from tracking import clock
from tracking.carriers import carrier_name, tracking_url
from tracking.disclosure import Tier, redact
from tracking.folding import delivered_quantity, standing_order_events
from tracking.managers import OPEN_HEADLINES
from tracking.models import Direction, Order, OrderLine, Shipment, SourceRank, TimeConfidence, TrackingEvent
from tracking.reports import order_report
from tracking.services.state import line_quantities, shipment_state
from tracking.situations import order_subject
from tracking.statuses import (
    CLOSED,
    MILESTONES,
    NEXT_STEPS,
    Flag,
    OrderEventKind,
    OrderHeadline,
    Reason,
    Status,
    tone,
)
from tracking.waiting import waiting_text
from tracking.wording import delay_sentence, headline_sentence, progress_text, range_text

Text = str | Promise

# An event that reaches us this long after it happened is marked, so that nobody thinks the page was asleep; what
# happened before we knew the order is history and not late.
REPORTED_LATE_AFTER = timedelta(hours=6)
# After this many days without news the page says so instead of repeating the last status.
SILENT_AFTER_DAYS = 5


@dataclass(frozen=True)
class Label:
    """A state with its words and the kind of its badge."""

    value: str = ""
    text: Text = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class MilestoneView:
    """One step of the progress bar; `is_bad` marks the step at which the parcel is stuck."""

    label: Text
    is_reached: bool
    is_current: bool
    is_bad: bool = False


@dataclass(frozen=True)
class ContentView:
    """How many of an article a parcel holds."""

    title: str
    quantity: int


@dataclass(frozen=True)
class EntryView:
    """One line of a timeline."""

    label: Text = ""
    tone: str = "neutral"
    occurred_at: datetime | None = None
    is_day_only: bool = False
    is_reported_late: bool = False
    reason: Text = ""
    place: str = ""
    note: str = ""
    source: Text = ""
    raw_code: str = ""
    raw_text: str = ""
    received_by: str = ""


@dataclass(frozen=True)
class ParcelView:
    """One parcel; the timeline begins with the latest news."""

    number: int = 0
    is_return: bool = False
    carrier: str = ""
    status: Label = Label()
    expected: str = ""
    delay: str = ""
    next_step: Text = ""
    milestones: tuple[MilestoneView, ...] = ()
    timeline: tuple[EntryView, ...] = ()
    silent_days: int = 0
    contents: tuple[ContentView, ...] = ()
    tracking_number: str = ""
    carrier_url: str = ""


@dataclass(frozen=True)
class LineView:
    """One article of the order."""

    title: str = ""
    product_code: str = ""
    quantity: int = 0
    cancelled_quantity: int = 0
    progress: str = ""
    waiting: str = ""
    unit_price: str = ""
    amount: str = ""


@dataclass(frozen=True)
class OrderView:
    """A whole order; `tier` is what the reader has proved."""

    tier: Tier = Tier.LOOKUP
    reference: str = ""
    headline: Label = Label()
    sentence: str = ""
    placed_at: datetime | None = None
    expected: str = ""
    delay: str = ""
    parcel_count: int = 0
    parcels: tuple[ParcelView, ...] = ()
    history: tuple[EntryView, ...] = ()
    external_number: str = ""
    delivered_pieces: str = ""
    lines: tuple[LineView, ...] = ()
    cod_amount: str = ""
    recipient_area: str = ""
    recipient_name: str = ""
    recipient_address: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    shipping_amount: str = ""
    discount_amount: str = ""
    total_amount: str = ""
    # What boxes of other apps may know; made for the tier already.
    subject: OrderSubject | None = None


def order_view(order: Order, tier: Tier) -> OrderView:
    """Return what a reader of `tier` sees of `order`, which has to come with its history prefetched."""
    subtotal = sum(line.unit_price * (line.quantity - line.cancelled_quantity) for line in order.lines.all())
    total = subtotal + order.shipping_amount - order.discount_amount

    def amount(value: int) -> str:
        return format_amount(value, order.currency) if value else ""

    parcels = tuple(_parcel_view(order, shipment) for shipment in order.shipments.all())
    whole = OrderView(
        tier=tier,
        reference=order.reference,
        headline=headline_label(order),
        sentence=order_sentence(order),
        placed_at=order.placed_at,
        expected=_expected(order),
        delay=_order_delay(order),
        parcel_count=len(parcels),
        parcels=parcels,
        history=_order_history(order),
        external_number=order.external_number,
        delivered_pieces=_delivered_pieces(order),
        lines=tuple(_line_view(order, line) for line in order.lines.all()),
        cod_amount=amount(order.cod_amount),
        recipient_area=mask_address(order.recipient_address),
        recipient_name=order.recipient_name,
        recipient_address=order.recipient_address,
        contact_email=order.contact_email,
        contact_phone=order.contact_phone,
        shipping_amount=amount(order.shipping_amount),
        discount_amount=amount(-order.discount_amount),
        total_amount=format_amount(total, order.currency),
        subject=order_subject(order, tier),
    )
    return redact(whole, tier)


def headline_label(order: Order) -> Label:
    """Return the order's state with its badge."""
    return Label(order.headline, OrderHeadline(order.headline).label, tone(order.headline))


def order_sentence(order: Order) -> str:
    """Return the one sentence about the order; needs its parcels prefetched."""
    shipments = list(order.shipments.all())
    trouble = next((s.status for s in shipments if s.status in NEXT_STEPS and s.direction == Direction.OUTBOUND), "")
    delivered = [
        s.status_at for s in shipments if s.status_at and s.status in (Status.DELIVERED, Status.DELIVERED_REPORTED)
    ]
    delivered_on = timezone.localdate(max(delivered)) if delivered else None
    return headline_sentence(order.headline, trouble=trouble, delivered_on=delivered_on, expected=_expected(order))


def is_late(order: Order) -> bool:
    """Say whether an open order misses its promise, or will; needs its parcels prefetched."""
    if order.headline not in OPEN_HEADLINES:
        return False
    if any(Flag.DELAYED in shipment.flags for shipment in _open_parcels(order)):
        return True
    last_day = order.promised_until
    return bool(last_day and max(clock.today(), _expected_until(order) or last_day) > last_day)


def mask_address(address: str) -> str:
    """Return the last two parts of an address ("Quận 7, TP. Hồ Chí Minh") behind three stars."""
    parts = [part.strip() for part in address.split(",") if part.strip()]
    return ", ".join(["***", *parts[-2:]]) if len(parts) > 2 else "***" if parts else ""


# --- Parts ---------------------------------------------------------------------------------------


def _open_parcels(order: Order) -> list[Shipment]:
    return [
        shipment
        for shipment in order.shipments.all()
        if shipment.direction == Direction.OUTBOUND and shipment.status not in CLOSED
    ]


def _expected_until(order: Order) -> date | None:
    """The day by which the last open parcel is expected; the promise when no carrier says anything."""
    days = [shipment.estimated_until for shipment in _open_parcels(order) if shipment.estimated_until]
    return max(days) if days else order.promised_until


def expected_days(order: Order) -> tuple[date, date] | None:
    """Return the first and last day ahead on which the order is expected, if anybody can say; needs its parcels."""
    if order.headline not in OPEN_HEADLINES or order.headline == OrderHeadline.ACTION_NEEDED:
        return None
    last = _expected_until(order)
    # A day that has passed is no expectation; the delay sentence speaks instead.
    if last is None or last < clock.today():
        return None
    firsts = [shipment.estimated_from for shipment in _open_parcels(order) if shipment.estimated_from]
    first = min(firsts) if firsts else order.promised_from if last == order.promised_until else None
    return max(first, clock.today()) if first else last, last


def _expected(order: Order) -> str:
    days = expected_days(order)
    return range_text(*days) if days else ""


def _order_delay(order: Order) -> str:
    if not is_late(order):
        return ""
    reasons = [shipment.reason for shipment in _open_parcels(order) if shipment.reason]
    missed = bool(
        order.promised_until and max(clock.today(), _expected_until(order) or date.min) > order.promised_until
    )
    return delay_sentence(
        promised=order.promised_until if missed else None, reason=Reason(reasons[0]).label if reasons else ""
    )


def _delivered_pieces(order: Order) -> str:
    quantities = line_quantities(order)
    wanted = sum(line.wanted for line in quantities)
    return progress_text(delivered_quantity(quantities, _arrived(order)), wanted) if wanted > 1 else ""


def _arrived(order: Order) -> set[str]:
    arrived = (Status.DELIVERED, Status.DELIVERED_REPORTED)
    return {str(shipment.pk) for shipment in order.shipments.all() if shipment.status in arrived}


def _line_view(order: Order, line: OrderLine) -> LineView:
    wanted = line.quantity - line.cancelled_quantity
    arrived = _arrived(order)
    delivered = sum(
        content.quantity
        for shipment in order.shipments.all()
        if str(shipment.pk) in arrived and shipment.direction == Direction.OUTBOUND
        for content in shipment.lines.all()
        if content.order_line_id == line.pk
    )
    return LineView(
        title=line.title,
        product_code=line.product_code,
        quantity=line.quantity,
        cancelled_quantity=line.cancelled_quantity,
        progress=progress_text(min(delivered, wanted), wanted) if wanted > 1 and order.shipments.all() else "",
        waiting=waiting_text(order, line),
        unit_price=format_amount(line.unit_price, order.currency),
        amount=format_amount(line.unit_price * wanted, order.currency),
    )


def _parcel_view(order: Order, shipment: Shipment) -> ParcelView:
    titles = {line.pk: line.title for line in order.lines.all()}
    is_open = shipment.status not in CLOSED
    is_delayed = is_open and Flag.DELAYED in shipment.flags
    return ParcelView(
        number=shipment.position,
        is_return=shipment.direction == Direction.RETURN,
        carrier=carrier_name(shipment.carrier),
        status=Label(shipment.status, Status(shipment.status).label, tone(shipment.status)),
        expected=range_text(shipment.estimated_from, shipment.estimated_until)
        if is_open and _is_ahead(shipment)
        else "",
        delay=delay_sentence(promised=None, reason=Reason(shipment.reason).label if shipment.reason else "")
        if is_delayed
        else "",
        next_step=NEXT_STEPS.get(shipment.status, ""),
        milestones=_milestones(Status(shipment.status)) if shipment.direction == Direction.OUTBOUND else (),
        timeline=_timeline(order, shipment),
        silent_days=_silent_days(shipment) if is_open else 0,
        contents=tuple(
            ContentView(titles[content.order_line_id], content.quantity) for content in shipment.lines.all()
        ),
        tracking_number=shipment.tracking_number,
        carrier_url=tracking_url(shipment.carrier, shipment.tracking_number),
    )


def _is_ahead(shipment: Shipment) -> bool:
    last = shipment.estimated_until or shipment.estimated_from
    return last is not None and last >= clock.today()


def _silent_days(shipment: Shipment) -> int:
    if shipment.last_event_at is None:
        return 0
    days = (clock.now() - shipment.last_event_at).days
    return days if days >= SILENT_AFTER_DAYS else 0


def _milestones(status: Status) -> tuple[MilestoneView, ...]:
    if status in (Status.CANCELLED, Status.UNKNOWN):
        return ()
    reached = [status in statuses for _, statuses in MILESTONES]
    last = max(index for index, is_reached in enumerate(reached) if is_reached)
    is_stuck = tone(status) in ("warn", "bad")
    return tuple(
        MilestoneView(label, reached[index], index == last, is_bad=is_stuck and index == last)
        for index, (label, _) in enumerate(MILESTONES)
    )


def _timeline(order: Order, shipment: Shipment) -> tuple[EntryView, ...]:
    """The events that count, latest first: neither corrected ones nor moves that the vocabulary does not allow."""
    events = list(shipment.events.all())
    state = shipment_state(events)
    hidden = state.cancelled | state.set_aside
    return tuple(
        _entry(order, event)
        for event in reversed(events)
        if event.natural_key not in hidden and (not event.corrects_key or event.status)
    )


def _entry(order: Order, event: TrackingEvent) -> EntryView:
    if event.status:
        label: Text = Status(event.status).label
    else:
        label = Flag.DELAYED.label.capitalize() if Flag.DELAYED in event.flags else OrderEventKind.NOTE.label
    return EntryView(
        label=label,
        tone=tone(event.status),
        occurred_at=event.occurred_at,
        is_day_only=event.time_confidence == TimeConfidence.DATE_ONLY,
        is_reported_late=order.created_at < event.occurred_at < event.received_at - REPORTED_LATE_AFTER,
        reason=Reason(event.reason).label if event.reason else "",
        place=event.place,
        source=SourceRank(event.source_rank).label,
        raw_code=event.raw_code,
        raw_text=event.raw_text,
        received_by=event.received_by,
    )


def _order_history(order: Order) -> tuple[EntryView, ...]:
    """What happened to the order as a whole, latest first; the shop's words only for whoever may read notes."""
    events = {(event.source, event.natural_key): event for event in order.events.all()}
    standing = [
        events[report.source, report.key] for report in standing_order_events(map(order_report, events.values()))
    ]
    return tuple(
        EntryView(label=OrderEventKind(event.kind).label, occurred_at=event.occurred_at, note=event.text)
        for event in reversed(standing)
    )
