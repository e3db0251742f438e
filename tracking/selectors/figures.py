"""How well the shop and its carriers keep their word: figures for the staff, of parcels that have arrived or should."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from tracking.carriers import carrier_name
from tracking.models import Direction, Shipment
from tracking.rule_inputs import shop_today
from tracking.statuses import CLOSED, Status
from tracking.zones import SHOP_ZONE


@dataclass(frozen=True)
class SlaRow:
    """The parcels of one carrier, province or week.

    on_time, late, open_late   how many arrived by the promised day, after it, or are overdue and still open
    mean_delay_days            over the late ones that have arrived; 0 without any
    worst_delay_days           of any late parcel, still open ones up to today
    """

    key: str
    label: str
    on_time: int
    late: int
    open_late: int
    mean_delay_days: float
    worst_delay_days: int

    @property
    def total(self) -> int:
        return self.on_time + self.late + self.open_late

    @property
    def on_time_percent(self) -> float:
        return round(100 * self.on_time / self.total, 1) if self.total else 0.0


@dataclass(frozen=True)
class SlaReport:
    """The figures of a span of days, together and in three cuts; rows with the most parcels first, weeks in order."""

    since: date
    until: date
    whole: SlaRow
    by_carrier: tuple[SlaRow, ...]
    by_province: tuple[SlaRow, ...]
    by_week: tuple[SlaRow, ...]


@dataclass(frozen=True)
class _Parcel:
    carrier: str
    province: str
    promised: date
    delivered: date | None

    def delay_days(self, today: date) -> int:
        return ((self.delivered or today) - self.promised).days


def sla_report(since: date, until: date) -> SlaReport:
    """Return how many parcels promised for these days (both included) were on time; one query.

    A parcel counts by its promised day: one that was lost or sent back is no delivery and is left out, as is one
    without a promise. Memory: one small row for each parcel of the span.
    """
    today = shop_today()
    parcels = [parcel for parcel in _parcels(since, until) if parcel.delivered or parcel.promised < today]
    weeks = _rows(parcels, today, lambda parcel: _monday(parcel.promised).isoformat(), str)
    return SlaReport(
        since=since,
        until=until,
        whole=_row("", "", parcels, today),
        by_carrier=_by_size(_rows(parcels, today, lambda parcel: parcel.carrier, carrier_name)),
        by_province=_by_size(_rows(parcels, today, lambda parcel: parcel.province, str)),
        by_week=tuple(sorted(weeks, key=lambda row: row.key)),
    )


def _parcels(since: date, until: date) -> Iterable[_Parcel]:
    failed = [status for status in CLOSED if status != Status.DELIVERED]
    rows = (
        Shipment.objects.filter(direction=Direction.OUTBOUND, order__promised_until__range=(since, until))
        .exclude(Q(status__in=failed) | Q(status__in=(Status.AWAITING_RETURN, Status.RETURNING)))
        .values_list("carrier", "order__recipient_province", "order__promised_until", "status", "status_at")
        .order_by()
    )
    for carrier, province, promised, status, status_at in rows.iterator(chunk_size=5000):
        is_delivered = status == Status.DELIVERED and status_at is not None
        if promised is not None:
            yield _Parcel(carrier, province, promised, _day(status_at) if is_delivered else None)


def _rows(
    parcels: Iterable[_Parcel], today: date, key_of: Callable[[_Parcel], str], label_of: Callable[[str], str]
) -> list[SlaRow]:
    groups: dict[str, list[_Parcel]] = {}
    for parcel in parcels:
        groups.setdefault(key_of(parcel), []).append(parcel)
    return [_row(key, label_of(key), group, today) for key, group in groups.items()]


def _row(key: str, label: str, parcels: list[_Parcel], today: date) -> SlaRow:
    delays = [(parcel.delivered is None, parcel.delay_days(today)) for parcel in parcels]
    late = [days for is_open, days in delays if days > 0 and not is_open]
    overdue = [days for is_open, days in delays if is_open]
    return SlaRow(
        key=key,
        label=label,
        on_time=len(parcels) - len(late) - len(overdue),
        late=len(late),
        open_late=len(overdue),
        mean_delay_days=round(sum(late) / len(late), 1) if late else 0.0,
        worst_delay_days=max([*late, *overdue], default=0),
    )


def _by_size(rows: list[SlaRow]) -> tuple[SlaRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.total, row.label)))


def _day(moment: datetime | None) -> date:
    return timezone.localdate(moment, SHOP_ZONE)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
