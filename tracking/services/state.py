"""The cached state of orders and parcels, made from events and from nothing else."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import models, transaction

from tracking.aftersales.cases import RECEIVED_RETURNS, fold_return
from tracking.aftersales.states import ReturnStatus
from tracking.bulk import overwrite
from tracking.folding import (
    FOLD_VERSION,
    LineQuantities,
    OrderReport,
    ParcelState,
    Report,
    ShipmentState,
    fold_order,
    fold_shipment,
)
from tracking.models import (
    Direction,
    Order,
    OrderLine,
    ReturnLine,
    ReturnRequest,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)
from tracking.reports import order_report, order_reports_of, parcel_report, parcel_reports_of
from tracking.services.following import tell_of_change
from tracking.statuses import OrderHeadline, Status

_SHIPMENT_COLUMNS = (
    "status", "flags", "reason", "status_at", "last_event_at", "estimated_from", "estimated_until", "failed_attempts",
    "state_digest",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """An order whose cache does not say what its events add up to."""

    order_id: int
    reference: str


M = TypeVar("M", bound=models.Model)
# (order line, quantity) by the parcel or return that holds them.
Contents = Mapping[int, Sequence[tuple[int, int]]]

# Orders whose events are folded at a time: few enough for the memory, many enough that queries do not count.
CHUNK = 500


@transaction.atomic
def refresh_state(*, order_ids: Iterable[int]) -> int:
    """Fold the events of these orders again and store what changed; return how many orders changed.

    Cost: eight reads and at most four writes, whatever the number of orders; callers pass at most a few hundred.
    """
    changes = _Changes()
    changes.refold(list(order_ids))
    overwrite(Shipment, changes.shipments, _SHIPMENT_COLUMNS)
    overwrite(ReturnRequest, changes.returns, ("status",))
    overwrite(OrderLine, changes.lines, ("returned_quantity",))
    overwrite(Order, changes.headlines, ("headline", "state_digest"))
    tell_of_change(changed=changes.told)
    return len(changes.orders)


def stale_orders() -> Iterator[Difference]:
    """Yield the orders whose cache differs from their events; writes nothing, memory bounded."""
    ids = Order.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while chunk := list(islice(ids, CHUNK)):
        changes = _Changes()
        changes.refold(chunk)
        yield from (Difference(order.pk, order.reference) for order in changes.orders)


def fold_in_memory(order: Order) -> None:
    """Give the order and its parcels the state of the events prefetched with them, and store nothing."""
    shipments, returns = list(order.shipments.all()), list(order.returns.all())
    rows = _Rows(
        order,
        list(order.lines.all()),
        shipments,
        returns,
        {one.pk: [(row.order_line_id, row.quantity) for row in one.lines.all()] for one in shipments},
        {one.pk: [(row.order_line_id, row.quantity) for row in one.lines.all()] for one in returns},
    )
    news = {one.pk: [parcel_report(event) for event in one.events.all()] for one in shipments}
    _Changes().fold(rows, news, [order_report(event) for event in order.events.all()])


def shipment_state(events: Iterable[TrackingEvent]) -> ShipmentState:
    """Return the state of the parcel that has these events; needs no query."""
    return fold_shipment(map(parcel_report, events))


@dataclass
class _Changes:
    """The rows whose cached columns were found wrong and set right in memory."""

    orders: list[Order] = field(default_factory=list)
    headlines: list[Order] = field(default_factory=list)
    # Whose headline says something else than before, for the letters about it.
    told: list[tuple[Order, datetime | None]] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[ReturnRequest] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)

    def refold(self, order_ids: Sequence[int]) -> None:
        """Compare the caches of these orders with their events; eight queries.

        Rows are gathered flat: a prefetch makes a queryset for each order and relation, which took two thirds of the
        time of a rebuild.
        """
        orders = Order.objects.filter(pk__in=order_ids)
        lines = _grouped(OrderLine.objects.filter(order__in=order_ids), "order_id")
        shipments = _grouped(Shipment.objects.filter(order__in=order_ids), "order_id")
        returns = _grouped(ReturnRequest.objects.filter(order__in=order_ids), "order_id")
        contents, returned = _contents(order_ids), _returned(order_ids)
        parcel_reports, order_reports = parcel_reports_of(order_ids), order_reports_of(order_ids)
        for order in orders:
            rows = _Rows(order, lines[order.pk], shipments[order.pk], returns[order.pk], contents, returned)
            self.fold(rows, parcel_reports, order_reports.get(order.pk, []))

    def fold(self, rows: _Rows, news: Mapping[int, list[Report]], reports: list[OrderReport]) -> None:
        """Set the caches of one order right in memory; no query."""
        shipments = [one for one in rows.shipments if _refold_shipment(one, news.get(one.pk, []))]
        returns = [request for request in rows.returns if _refold_return(request, reports)]
        lines = [line for line in rows.lines if _refold_line(line, rows)]
        headline_before = rows.order.headline
        # The headline follows from the others, so it comes last.
        has_changed = _refold_headline(rows, reports)
        if rows.order.headline != headline_before:
            self.told.append((rows.order, _latest_news(rows, reports)))
        self.shipments += shipments
        self.returns += returns
        self.lines += lines
        if has_changed:
            self.headlines.append(rows.order)
        if has_changed or shipments or returns or lines:
            self.orders.append(rows.order)


@dataclass(frozen=True)
class _Rows:
    """An order and what belongs to it; `contents` by parcel and `returned` by return are those of the whole chunk."""

    order: Order
    lines: list[OrderLine]
    shipments: list[Shipment]
    returns: list[ReturnRequest]
    contents: Contents
    returned: Contents


def _refold_shipment(shipment: Shipment, reports: list[Report]) -> bool:
    state = fold_shipment(reports)
    # The columns are compared too: a digest alone would not notice a cache that was edited by hand.
    if shipment.state_digest == state.digest and _cached(shipment) == _columns(state):
        return False
    for name, value in _columns(state).items():
        setattr(shipment, name, value)
    shipment.state_digest = state.digest
    return True


def _refold_return(request: ReturnRequest, reports: Iterable[OrderReport]) -> bool:
    status = fold_return(report for report in reports if report.subject_key == request.subject_key).status
    is_stale = request.status != status
    request.status = status
    return is_stale


def _refold_line(line: OrderLine, rows: _Rows) -> bool:
    returned = sum(
        quantity
        for request in rows.returns
        if request.status in RECEIVED_RETURNS
        for line_id, quantity in rows.returned.get(request.pk, ())
        if line_id == line.pk
    )
    is_stale = line.returned_quantity != returned
    line.returned_quantity = returned
    return is_stale


def _refold_headline(rows: _Rows, reports: Iterable[OrderReport]) -> bool:
    order = rows.order
    parcels = [
        ParcelState(str(shipment.pk), Status(shipment.status), shipment.direction == Direction.RETURN)
        for shipment in rows.shipments
    ]
    returns = [ReturnStatus(request.status) for request in rows.returns]
    headline = fold_order(_quantities(rows.lines, rows.shipments, rows.contents), parcels, reports, returns)
    digest = _order_digest(headline, rows.shipments, returns)
    if (order.headline, order.state_digest) == (headline, digest):
        return False
    order.headline, order.state_digest = headline, digest
    return True


def line_quantities(order: Order) -> list[LineQuantities]:
    """Return how the order's pieces are spread over its outbound parcels; needs a prefetched order."""
    shipments = list(order.shipments.all())
    contents = {one.pk: [(row.order_line_id, row.quantity) for row in one.lines.all()] for one in shipments}
    return _quantities(order.lines.all(), shipments, contents)


def _quantities(lines: Iterable[OrderLine], shipments: Iterable[Shipment], contents: Contents) -> list[LineQuantities]:
    """A seller who does not say what is in which of several parcels still has parcels: each then counts as one piece."""
    outbound = [shipment for shipment in shipments if shipment.direction == Direction.OUTBOUND]
    if outbound and not any(contents.get(shipment.pk) for shipment in outbound):
        return [LineQuantities(1, {str(shipment.pk): 1}) for shipment in outbound]
    by_line: dict[int, dict[str, int]] = {}
    for shipment in outbound:
        for line_id, quantity in contents.get(shipment.pk, ()):
            by_line.setdefault(line_id, {})[str(shipment.pk)] = quantity
    return [
        LineQuantities(line.quantity - line.cancelled_quantity, by_line.get(line.pk, {}), line.returned_quantity)
        for line in lines
    ]


def _contents(order_ids: Sequence[int]) -> Contents:
    """Return what is in the parcels of these orders; one query."""
    rows = ShipmentLine.objects.filter(shipment__order__in=order_ids)
    return _pairs(rows.values_list("shipment_id", "order_line_id", "quantity"))


def _returned(order_ids: Sequence[int]) -> Contents:
    """Return what is in the returns of these orders; one query."""
    rows = ReturnLine.objects.filter(request__order__in=order_ids).order_by()
    return _pairs(rows.values_list("request_id", "order_line_id", "quantity"))


def _pairs(rows: Iterable[tuple[int, int, int]]) -> Contents:
    found: dict[int, list[tuple[int, int]]] = {}
    for owner, line_id, quantity in rows:
        found.setdefault(owner, []).append((line_id, quantity))
    return found


def _grouped(rows: Iterable[M], key: str) -> defaultdict[int, list[M]]:
    found: defaultdict[int, list[M]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _latest_news(rows: _Rows, reports: Iterable[OrderReport]) -> datetime | None:
    """Return when the latest thing happened that the order's history tells of."""
    moments = [shipment.status_at for shipment in rows.shipments if shipment.status_at]
    return max([*moments, *(report.occurred_at for report in reports)], default=None)


def _columns(state: ShipmentState) -> dict[str, object]:
    return {
        "status": state.status.value,
        "flags": sorted(state.flags),
        "reason": state.reason,
        "status_at": state.status_at,
        "last_event_at": state.last_event_at,
        "estimated_from": state.estimated_from,
        "estimated_until": state.estimated_until,
        "failed_attempts": state.failed_attempts,
    }


def _cached(shipment: Shipment) -> dict[str, object]:
    return {name: getattr(shipment, name) for name in _SHIPMENT_COLUMNS if name != "state_digest"}


def _order_digest(headline: OrderHeadline, shipments: list[Shipment], returns: list[ReturnStatus]) -> str:
    digests = sorted(shipment.state_digest for shipment in shipments)
    parts = (FOLD_VERSION, headline.value, digests, sorted(status.value for status in returns))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
