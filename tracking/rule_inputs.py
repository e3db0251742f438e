"""What the after-sales rules need to know of an order, read from its rows into plain values.

Between the rows (`tracking.models`) and the rules (`tracking.aftersales`); services decide by it, selectors show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from portal.lib.languages import active_language
from portal.lib.snapshots import Snapshot
from tracking.aftersales.cases import COUNTED_RETURNS
from tracking.aftersales.changing import ChangeInputs
from tracking.aftersales.returning import Delivery, PartTerm, SoldLine, Terms, paid_amounts
from tracking.folding import standing_order_events
from tracking.models import Direction, Order, OrderLine, ProductTerms, Shipment
from tracking.reports import order_report
from tracking.statuses import OrderEventKind, OrderHeadline, Status
from tracking.zones import SHOP_ZONE


def shop_today() -> date:
    """Return today in the shop."""
    return timezone.localdate(timezone=SHOP_ZONE)


def change_inputs(order: Order, *, redeemed_points: int = 0) -> ChangeInputs:
    """Return what decides about changes of `order`, which comes with its history prefetched; no query."""
    kinds = {report.kind for report in standing_order_events(order_report(event) for event in order.events.all())}
    return ChangeInputs(
        parcel_statuses=tuple(Status(shipment.status) for shipment in outbound(order)),
        is_cancelled=order.headline == OrderHeadline.CANCELLED,
        is_paid=OrderEventKind.PAID in kinds,
        changes_until=order.changes_until,
        currency=order.currency,
        total_amount=total_amount(order),
        cod_amount=order.cod_amount,
        redeemed_points=redeemed_points,
    )


def total_amount(order: Order) -> int:
    """Return what the order costs, in minor units; needs its lines prefetched."""
    return sum(map(line_amount, order.lines.all())) + order.shipping_amount - order.discount_amount


def line_amount(line: OrderLine) -> int:
    """Return the price of the pieces that were not cancelled."""
    return line.unit_price * wanted_quantity(line)


def wanted_quantity(line: OrderLine) -> int:
    """Return how many pieces were ordered and not cancelled."""
    return line.quantity - line.cancelled_quantity


def outbound(order: Order) -> list:
    """Return the parcels to the customer."""
    return [shipment for shipment in order.shipments.all() if shipment.direction == Direction.OUTBOUND]


def sold_lines(order: Order) -> list[SoldLine]:
    """Return the lines as the rules about returns see them; needs parcels and returns prefetched, no query."""
    lines = list(order.lines.all())
    paid = paid_amounts([line_amount(line) for line in lines], order.discount_amount)
    deliveries = deliveries_by_line(order)
    in_returns: dict[int, int] = {}
    for request in order.returns.all():
        if request.status in COUNTED_RETURNS:
            for content in request.lines.all():
                in_returns[content.order_line_id] = in_returns.get(content.order_line_id, 0) + content.quantity
    is_cancelled = order.headline == OrderHeadline.CANCELLED
    return [
        SoldLine(
            line.pk,
            line.title,
            0 if is_cancelled else wanted_quantity(line),
            amount,
            deliveries[line.pk],
            in_returns.get(line.pk, 0),
        )
        for line, amount in zip(lines, paid, strict=True)
    ]


def deliveries_by_line(order: Order) -> dict[int, tuple[Delivery, ...]]:
    """Return when the pieces of each line arrived, by line; a parcel that is only reported as delivered has not.

    A seller who does not say what is in which parcel has delivered all of it with the last one.
    """
    parcels = outbound(order)
    lines = list(order.lines.all())
    arrived = [(shipment, _day(shipment)) for shipment in parcels if shipment.status == Status.DELIVERED]
    if parcels and not any(shipment.lines.all() for shipment in parcels):
        is_whole = len(arrived) == len(parcels)
        last = max((day for _, day in arrived), default=None)
        return {line.pk: (Delivery(last, wanted_quantity(line)),) if is_whole and last else () for line in lines}
    found: dict[int, list[Delivery]] = {line.pk: [] for line in lines}
    for shipment, day in arrived:
        for content in shipment.lines.all():
            found[content.order_line_id].append(Delivery(day, content.quantity))
    return {pk: tuple(sorted(deliveries, key=lambda delivery: delivery.on)) for pk, deliveries in found.items()}


class TermsBook:
    """The after-sales rules of some articles, read once, for orders of any day."""

    def __init__(self, rows: Iterable[ProductTerms]):
        by_code: dict[str, list[ProductTerms]] = {}
        for row in rows:
            by_code.setdefault(row.article_code, []).append(row)
        self._rows: Mapping[str, list[ProductTerms]] = by_code

    @classmethod
    def for_lines(cls, lines: Iterable[OrderLine]) -> TermsBook:
        """Return the rules that any of `lines` may go by; two queries. For decisions: they go by what is stored now."""
        codes = {code for line in lines for code in (line.sku, line.product_code)}
        return cls(_newest_first().filter(article_code__in={*codes, ""}))

    def warranty_lengths(self) -> frozenset[int]:
        """Return every length of a warranty that these rules know, in months; parts with their own left aside."""
        return frozenset(row.warranty_months for rows in self._rows.values() for row in rows if row.warranty_months)

    def of_line(self, line: OrderLine, placed_on: date) -> Terms | None:
        """Return the rules of this article for an order of that day: the SKU's, the product's or the general ones."""
        return self.of_article((line.sku, line.product_code), placed_on)

    def of_article(self, codes: Iterable[str], on: date) -> Terms | None:
        """Return the rules of the first of `codes` that had any on that day; the general ones otherwise."""
        for code in (*(code for code in codes if code), ""):
            for row in self._rows.get(code, ()):
                if row.valid_from <= on:
                    return _terms(row)
        return None


def terms_at_hand() -> TermsBook:
    """Return the rules of all articles, for pages; no query when warm (see Snapshot), else two."""
    return terms_snapshot.get()


def _newest_first() -> QuerySet[ProductTerms]:
    return ProductTerms.objects.prefetch_related("parts").order_by("-valid_from")


terms_snapshot = Snapshot("after-sales-terms", lambda: TermsBook(_newest_first()))


def placed_on(order: Order) -> date:
    """Return the shop's day on which the order was placed."""
    return timezone.localdate(order.placed_at, SHOP_ZONE)


def _day(shipment: Shipment) -> date:
    return timezone.localdate(shipment.status_at, SHOP_ZONE)


def _terms(row: ProductTerms) -> Terms:
    is_vietnamese = active_language() == "vi"
    return Terms(
        return_days=row.return_days,
        warranty_months=row.warranty_months,
        accepts_opened=row.accepts_opened,
        opened_fee_percent=row.opened_fee_percent,
        removal_fee_amount=row.removal_fee_amount,
        parts=tuple(
            PartTerm(part.name_vi if is_vietnamese else part.name_en or part.name_vi, part.months)
            for part in row.parts.all()
        ),
    )
