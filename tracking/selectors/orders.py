"""Reads of orders for pages and for other apps; every one asks who is looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from personalization.situations import Situation
from tracking.access.links import closed_at, is_past
from tracking.contacts import normalise_contact
from tracking.managers import OPEN_HEADLINES, WAITING_HEADLINES
from tracking.models import AccessGrant, FulfillmentLine, Order
from tracking.presentation import Label, expected_days, headline_label, is_late, order_sentence
from tracking.references import make_reference, normalise_number, normalise_reference
from tracking.situations import situations_of
from tracking.statuses import OrderHeadline
from tracking.zones import SHOP_ZONE

ORDERS_PER_PAGE = 10
# Nobody waits for more at once; beyond it the list page says the rest.
MAX_OPEN_ORDERS = 50
# One mailbox has one link at a time; more come from renewals over the years.
MAX_LINKS = 20
_NO_REFERENCE = ""


@dataclass(frozen=True)
class OrderSummary:
    """One order in a list of its owner's; `url` is in the language of the page.

    expected_on   the day by which it should be there, None when nobody can say
    news_on       the day of the last news about it: of a parcel, or that it was placed
    """

    reference: str
    external_number: str
    title: str
    headline: Label
    sentence: str
    is_late: bool
    placed_at: datetime
    url: str
    situations: tuple[Situation, ...] = ()
    expected_on: date | None = None
    news_on: date | None = None


@dataclass(frozen=True)
class AccountSummary:
    """What the account page says about orders: how many, and the latest."""

    total: int
    open: int
    needs_attention: int
    latest: tuple[OrderSummary, ...]


@dataclass(frozen=True)
class LinkSummary:
    """One link that was sent to the order's mailbox; `devices` is how many kinds of browser opened it."""

    grant_id: int
    sent_at: datetime
    used_at: datetime | None
    devices: int


def access_order_by_reference(*, number: str, contact: str) -> Order | None:
    """Return the order that a guest knows by number and contact, or None: never which of the two was wrong.

    `number` is a reference or the seller's own number, `contact` the e-mail address or phone number of the order,
    both as typed. Cost: one indexed query, whether it finds anything or not.
    """
    return (
        Order.objects.matching(
            reference=normalise_reference(number) or _NO_REFERENCE,
            number_key=normalise_number(number),
            contact=normalise_contact(contact) or "",
        )
        .order_by("-placed_at", "-pk")
        .first()
    )


def order_with_history(reference: str) -> Order | None:
    """Return the order with everything its page shows, for a caller that has checked the reader.

    Six queries; one more while pieces wait and the shop has said for what.
    """
    order = Order.objects.with_history().filter(reference=reference).first()
    if order is not None and order.has_holds and order.headline in WAITING_HEADLINES:
        held = FulfillmentLine.objects.select_related("fulfillment")
        prefetch_related_objects([order], Prefetch("lines__fulfillment_lines", held))
    return order


def order_by_reference(reference: str) -> Order | None:
    """Return the bare order, for a caller that has checked the reader. One query."""
    return Order.objects.filter(reference=reference).first()


def owns_order(user: AbstractBaseUser | AnonymousUser, reference: str) -> bool:
    """Say whether the signed-in `user` is the customer of this order; no query for a guest."""
    return Order.objects.owned_by(user).filter(reference=reference).exists()


def grant_stands(grant_id: int, reference: str) -> bool:
    """Say whether this link or code of the order has not been revoked; one query."""
    return AccessGrant.objects.standing().filter(pk=grant_id, order__reference=reference).exists()


def code_is_open(grant_id: int) -> bool:
    """Say whether this code can still be typed in; one query."""
    return AccessGrant.objects.open_codes(timezone.now()).filter(pk=grant_id).exists()


def links_of(reference: str) -> tuple[LinkSummary, ...]:
    """Return the links to this order that open it today, the newest first; one query, one more for a closed order."""
    standing = AccessGrant.objects.links().standing().filter(order__reference=reference).select_related("order")
    grants = list(standing[:MAX_LINKS])
    closed = closed_at(grants[0].order) if grants else None
    return tuple(
        LinkSummary(grant.pk, grant.created_at, grant.used_at, len(grant.device_marks))
        for grant in grants
        if not is_past(grant, closed)
    )


def delivered_order_of(user: AbstractBaseUser | AnonymousUser, product_code: str) -> str | None:
    """Return the reference of the customer's latest delivered order with this product; one query."""
    orders = Order.objects.owned_by(user).filter(headline=OrderHeadline.DELIVERED, lines__product_code=product_code)
    return orders.values_list("reference", flat=True).first()


def orders_page(user: AbstractBaseUser | AnonymousUser, page: str | int) -> Page:
    """Return one page of the customer's orders, latest first, as OrderSummary; five queries at most.

    A page number out of range or not a number gives the nearest page that exists.
    """
    orders = Order.objects.owned_by(user).with_parcels()
    result = Paginator(orders, ORDERS_PER_PAGE).get_page(page)
    result.object_list = [summarise(order) for order in result.object_list]
    return result


def reference_from_bits(random_bits: int) -> str:
    """Return the reference that these 45 bits make, for data that has to be the same everywhere."""
    return make_reference(random_bits)


def count_orders_from(source: str) -> int:
    """Return how many orders came from `source`; one query."""
    return Order.objects.filter(source=source).count()


def needs_attention(order: OrderSummary) -> bool:
    """Say whether the customer should look at this order now."""
    return order.is_late or order.headline.value == OrderHeadline.ACTION_NEEDED


def account_summary(user: AbstractBaseUser | AnonymousUser, latest: int = 3) -> AccountSummary:
    """Return what the account page says about the customer's orders; five queries."""
    headlines = list(Order.objects.owned_by(user).order_by().values_list("headline", flat=True))
    orders = Order.objects.owned_by(user).with_parcels()[:latest]
    return AccountSummary(
        total=len(headlines),
        open=sum(headline in OPEN_HEADLINES for headline in headlines),
        needs_attention=headlines.count(OrderHeadline.ACTION_NEEDED),
        latest=tuple(summarise(order) for order in orders),
    )


def summarise(order: Order) -> OrderSummary:
    """Return the order as a list shows it; needs lines and parcels prefetched."""
    lines = list(order.lines.all())
    title = lines[0].title if lines else order.external_number
    if len(lines) > 1:
        others = len(lines) - 1
        title = ngettext("%(title)s and %(others)d other item", "%(title)s and %(others)d other items", others) % {
            "title": title,
            "others": others,
        }
    return OrderSummary(
        reference=order.reference,
        external_number=order.external_number,
        title=title,
        headline=headline_label(order),
        sentence=order_sentence(order),
        is_late=is_late(order),
        placed_at=order.placed_at,
        url=reverse("order_detail", args=[order.reference]),
        situations=tuple(situations_of(order)),
        expected_on=expected[1] if (expected := expected_days(order)) else None,
        news_on=timezone.localdate(_last_news_at(order), SHOP_ZONE),
    )


def _last_news_at(order: Order) -> datetime:
    return max([order.placed_at, *(parcel.status_at for parcel in order.shipments.all() if parcel.status_at)])
