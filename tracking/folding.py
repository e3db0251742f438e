"""State as a pure function of events: whatever the order in which they arrived, the answer is the same.

Arrival is deliberately no input. Events are sorted by (time, rank of the source, the source's own sequence, key)
and applied one after the other; a move that `statuses.LEGAL_MOVES` does not allow is set aside, visible to staff,
without touching the headline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from tracking.aftersales.states import ReturnStatus
from tracking.statuses import CLOSED, Flag, OrderEventKind, OrderHeadline, Status, may_move

# Part of every digest: raise it when the rules below change, and `rebuild_tracking_state` renews the caches.
FOLD_VERSION = 2


class Report(NamedTuple):
    """What the fold reads from one tracking event; a tuple, because a rebuild makes millions."""

    key: str
    source: str
    source_rank: int
    sequence: int
    occurred_at: datetime
    status: str = ""
    flags: tuple[str, ...] = ()
    reason: str = ""
    estimated_from: date | None = None
    estimated_until: date | None = None
    corrects_key: str = ""
    is_ahead_of_clock: bool = False


@dataclass(frozen=True)
class ShipmentState:
    """What a parcel is doing; `set_aside` and `cancelled` are keys of events that do not count, and why."""

    status: Status = Status.PRE_TRANSIT
    flags: frozenset[str] = frozenset()
    reason: str = ""
    status_at: datetime | None = None
    last_event_at: datetime | None = None
    estimated_from: date | None = None
    estimated_until: date | None = None
    failed_attempts: int = 0
    set_aside: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """A fingerprint: equal digests mean equal states under equal rules."""
        values = (
            FOLD_VERSION, self.status.value, sorted(self.flags), self.reason, _iso(self.status_at), _iso(self.last_event_at),
            _iso(self.estimated_from), _iso(self.estimated_until), self.failed_attempts,
            sorted(self.set_aside), sorted(self.cancelled),
        )  # fmt: skip
        return hashlib.sha256(repr(values).encode()).hexdigest()


def fold_shipment(reports: Iterable[Report]) -> ShipmentState:
    """Return the state that `reports` add up to; pure, and the same for every order and repetition of them."""
    unique = {(report.source, report.key): report for report in reports}
    ordered = sorted(unique.values(), key=_sort_key)
    cancelled = _cancelled_keys(ordered)
    walk = _Walk()
    for report in ordered:
        if (report.source, report.key) not in cancelled:
            walk.apply(report)
    return ShipmentState(
        status=walk.status,
        flags=frozenset(walk.flags),
        reason=walk.reason,
        status_at=walk.status_at,
        last_event_at=walk.last_event_at,
        estimated_from=walk.estimated[0],
        estimated_until=walk.estimated[1],
        failed_attempts=walk.failed_attempts,
        set_aside=frozenset(walk.set_aside),
        cancelled=frozenset(key for _, key in cancelled),
    )


def _sort_key(report: Report) -> tuple[datetime, int, int, str, str]:
    return (report.occurred_at, report.source_rank, report.sequence, report.key, report.source)


def _cancelled_keys(reports: Sequence[Report]) -> set[tuple[str, str]]:
    """Return the events that corrections of their own source name; a correction itself is never cancelled."""
    corrections = {(report.source, report.key) for report in reports if report.corrects_key}
    return {(report.source, report.corrects_key) for report in reports if report.corrects_key} - corrections


@dataclass
class _Walk:
    """The fold half-way through."""

    status: Status = Status.PRE_TRANSIT
    flags: set[str] = field(default_factory=set)
    reason: str = ""
    status_at: datetime | None = None
    last_event_at: datetime | None = None
    estimated: tuple[date | None, date | None] = (None, None)
    failed_attempts: int = 0
    set_aside: list[str] = field(default_factory=list)

    def apply(self, report: Report) -> None:
        self.last_event_at = report.occurred_at
        self.flags.update(report.flags)
        if report.estimated_until or report.estimated_from:
            self.estimated = (report.estimated_from, report.estimated_until)
        if not report.status:
            self.reason = report.reason or self.reason
            return
        self._move(report, Status(report.status))

    def _move(self, report: Report, new: Status) -> None:
        if new == Status.UNKNOWN:
            # An unmapped code is shown, and never guessed: it only counts while nothing better is known.
            if self.status_at is None:
                self.status = new
            return
        closes_too_early = report.is_ahead_of_clock and new in CLOSED
        if closes_too_early or not may_move(self.status, new):
            self.set_aside.append(report.key)
            return
        self.failed_attempts += new == Status.ATTEMPT_FAILED
        if new != self.status or self.status_at is None:
            self.status, self.status_at = new, report.occurred_at
        self.reason = report.reason
        if new == Status.DELIVERED:
            self.flags.discard(Flag.DELAYED)


# --- The order as a whole ------------------------------------------------------------------------


@dataclass(frozen=True)
class LineQuantities:
    """One order line: how many were ordered and not cancelled, and how many travel in each parcel (by its key).

    `returned` counts the pieces that the shop has received back.
    """

    wanted: int
    by_shipment: dict[str, int]
    returned: int = 0


@dataclass(frozen=True)
class ParcelState:
    """One parcel as the order sees it."""

    key: str
    status: Status
    is_return: bool = False


class OrderReport(NamedTuple):
    """What the fold reads from one order event."""

    key: str
    source: str
    kind: str
    occurred_at: datetime
    corrects_key: str = ""
    subject_key: str = ""


_NOT_LEFT = frozenset({Status.PRE_TRANSIT, Status.PICKUP_FAILED, Status.CANCELLED})
_NEEDS_ACTION = frozenset(
    {Status.ATTEMPT_FAILED, Status.READY_FOR_PICKUP, Status.EXCEPTION, Status.LOST, Status.DAMAGED}
)
_GOING_BACK = frozenset({Status.AWAITING_RETURN, Status.RETURNING})
_ARRIVED = frozenset({Status.DELIVERED, Status.DELIVERED_REPORTED})
# Agreed and not settled; what was only asked for changes nothing yet.
_RETURNING_CASES = frozenset({ReturnStatus.APPROVED, ReturnStatus.RECEIVED})


def standing_order_events(reports: Iterable[OrderReport]) -> list[OrderReport]:
    """Return the events that no correction cancels, oldest first."""
    ordered = sorted(reports, key=lambda report: (report.occurred_at, report.key, report.source))
    corrections = {(report.source, report.key) for report in ordered if report.corrects_key}
    cancelled = {(report.source, report.corrects_key) for report in ordered if report.corrects_key} - corrections
    return [report for report in ordered if not report.corrects_key and (report.source, report.key) not in cancelled]


def fold_order(
    lines: Sequence[LineQuantities],
    parcels: Sequence[ParcelState],
    reports: Iterable[OrderReport],
    returns: Iterable[ReturnStatus] = (),
) -> OrderHeadline:
    """Return the order's headline; what needs the customer wins over everything that is moving."""
    kinds = {report.kind for report in standing_order_events(reports)}
    outbound = [parcel for parcel in parcels if not parcel.is_return]
    left = [parcel for parcel in outbound if parcel.status not in _NOT_LEFT]
    if OrderEventKind.CANCELLED in kinds and not left:
        return OrderHeadline.CANCELLED
    is_settled = bool(kinds & {OrderEventKind.REFUNDED, OrderEventKind.RESOLVED})
    if any(parcel.status in _NEEDS_ACTION for parcel in outbound) and not is_settled:
        return OrderHeadline.ACTION_NEEDED
    is_return_open = any(parcel.is_return and parcel.status not in CLOSED for parcel in parcels)
    is_return_open |= any(status in _RETURNING_CASES for status in returns)
    if is_return_open or any(parcel.status in _GOING_BACK for parcel in outbound):
        return OrderHeadline.RETURN_IN_PROGRESS
    if outbound and not left and all(parcel.status == Status.CANCELLED for parcel in outbound):
        return OrderHeadline.CANCELLED
    delivered = [parcel for parcel in outbound if parcel.status == Status.DELIVERED]
    is_over = bool(outbound) and all(parcel.status in CLOSED for parcel in outbound)
    if is_over and (not delivered or (is_settled and len(delivered) < len(outbound)) or _is_all_back(lines)):
        return OrderHeadline.CLOSED
    return _headline_by_quantity(
        lines, outbound, is_confirmed=bool(kinds & {OrderEventKind.CONFIRMED, OrderEventKind.PAID})
    )


def _is_all_back(lines: Sequence[LineQuantities]) -> bool:
    wanted = sum(line.wanted for line in lines)
    return 0 < wanted <= sum(min(line.returned, line.wanted) for line in lines)


def _headline_by_quantity(
    lines: Sequence[LineQuantities], outbound: Sequence[ParcelState], *, is_confirmed: bool
) -> OrderHeadline:
    wanted = sum(line.wanted for line in lines)
    arrived = delivered_quantity(lines, {parcel.key for parcel in outbound if parcel.status in _ARRIVED})
    left = delivered_quantity(lines, {parcel.key for parcel in outbound if parcel.status not in _NOT_LEFT})
    if arrived:
        return OrderHeadline.DELIVERED if arrived >= wanted else OrderHeadline.PARTLY_DELIVERED
    if left:
        return OrderHeadline.SHIPPED if left >= wanted else OrderHeadline.PARTLY_SHIPPED
    return OrderHeadline.PROCESSING if outbound or is_confirmed else OrderHeadline.PLACED


def delivered_quantity(lines: Iterable[LineQuantities], shipment_keys: set[str]) -> int:
    """Return how many pieces of `lines` travel in the parcels `shipment_keys`."""
    return sum(
        min(line.wanted, sum(quantity for key, quantity in line.by_shipment.items() if key in shipment_keys))
        for line in lines
    )


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""
