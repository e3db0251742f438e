"""Writes about what follows an order: calendars, subscriptions, and the letters that tell of a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from personalization.selectors import OrderLetterWish, order_letter_wishes
from portal.lib.letters import services as letters
from tracking.access import secrets
from tracking.models import CalendarFeed, Order, OrderSubscription
from tracking.statuses import OrderHeadline

LETTER_CONFIRM = "tracking.subscription_confirm"
LETTER_UPDATE = "tracking.order_update"
# What was asked for and never confirmed is forgotten by its link after this.
CONFIRM_DAYS = 7
# Typed by anybody who has looked the order up: a family, not a mailing list.
MOST_SUBSCRIPTIONS = 5
# News that reach us later are history, and so is what an import brings: nobody is written to about last month.
NEWS_ARE_FRESH_FOR = timedelta(hours=24)
TOLD_HEADLINES = frozenset(
    {
        OrderHeadline.PARTLY_SHIPPED,
        OrderHeadline.SHIPPED,
        OrderHeadline.PARTLY_DELIVERED,
        OrderHeadline.DELIVERED,
        OrderHeadline.ACTION_NEEDED,
        OrderHeadline.RETURN_IN_PROGRESS,
        OrderHeadline.CANCELLED,
    }
)


@transaction.atomic
def make_calendar_feed(*, order: Order, language: str) -> CalendarFeed:
    """Return the calendar of the order, making one if none stands; one address at a time."""
    Order.objects.select_for_update().get(pk=order.pk)
    standing = order.calendar_feeds.filter(revoked_at=None).first()
    if standing is not None:
        return standing
    seed = secrets.make_seed()
    digest = secrets.token_digest(secrets.feed_token(seed))
    return CalendarFeed.objects.create(order=order, seed=seed, token_digest=digest, language=language)


@transaction.atomic
def revoke_calendar_feed(*, order: Order) -> bool:
    """Close the address of the order's calendar; False if none is open."""
    return bool(order.calendar_feeds.filter(revoked_at=None).update(revoked_at=timezone.now()))


@transaction.atomic
def subscribe(*, order: Order, email: str, language: str, may_write: bool) -> None:
    """Note that `email` wants to hear of the order and ask it to confirm by letter; one answer whatever is known.

    A mailbox that has confirmed already, or an order with enough of them, gets no letter. `may_write`: the mailbox's
    budget of letters allows one.
    """
    Order.objects.select_for_update().get(pk=order.pk)
    known = order.subscriptions.filter(email=email).first()
    # The order's own mailbox always fits: others must not be able to take its place.
    if known is None and email != order.contact_email and _count_places_taken(order) >= MOST_SUBSCRIPTIONS:
        return
    if (known is not None and known.confirmed_at and not known.stopped_at) or not may_write:
        return
    subscription = _begun(order, email, language, known)
    moment = f"{int(timezone.now().timestamp()) // 60}"
    _post(LETTER_CONFIRM, moment, subscription)


def confirm_subscription(*, token: str) -> OrderSubscription | None:
    """Let the subscription of this link count; None if it is unknown, too old or stopped. Repeating changes nothing."""
    subscription = find_subscription(token)
    if subscription is None or subscription.stopped_at:
        return None
    if subscription.confirmed_at is None:
        if timezone.now() - subscription.created_at > timedelta(days=CONFIRM_DAYS):
            return None
        subscription.confirmed_at = timezone.now()
        subscription.save(update_fields=["confirmed_at"])
    return subscription


def stop_subscription(*, token: str) -> bool:
    """End the subscription of this link; True too when it had ended. False: there is none."""
    subscription = find_subscription(token)
    if subscription is None:
        return False
    if subscription.stopped_at is None:
        OrderSubscription.objects.filter(pk=subscription.pk).update(stopped_at=timezone.now())
    return True


def find_subscription(token: str) -> OrderSubscription | None:
    """Return the subscription of this token, stopped ones too; one indexed query."""
    found = OrderSubscription.objects.select_related("order").filter(token_digest=secrets.token_digest(token))
    return found.first()


@transaction.atomic
def tell_of_change(*, changed: Iterable[tuple[Order, datetime | None]]) -> None:
    """Post a letter to every mailbox that follows one of these orders, whose headline has just changed.

    `changed` pairs each order with the time of its latest news. Fresh news about a headline worth a letter only; a
    letter that is not sent before the next change is dropped then (`letters.compose_update`). The order's own mailbox
    hears too with ORDER_LETTERS=on, unless it stopped that, or its account wishes otherwise (preference order_letters).
    Cost: three queries, two more for each letter.
    """
    now = timezone.now()
    fresh = {
        order.pk: order
        for order, latest in changed
        if order.headline in TOLD_HEADLINES and latest and abs(now - latest) <= NEWS_ARE_FRESH_FOR
    }
    if not fresh:
        return
    refused = _follow_own_orders(fresh.values())
    for subscription in OrderSubscription.objects.standing().filter(order__in=fresh):
        order = fresh[subscription.order_id]
        if order.pk in refused and subscription.email == order.contact_email:
            continue
        _post(LETTER_UPDATE, f"{order.headline}:{order.state_digest[:16]}", subscription, headline=order.headline)


def _follow_own_orders(orders: Collection[Order]) -> set[int]:
    """Let the own mailboxes follow that shall; return the keys of the orders whose account wants no letters."""
    wishes = order_letter_wishes([order.customer_id for order in orders if order.customer_id])
    refused = set()
    for order in orders:
        wish = wishes.get(order.customer_id or 0, OrderLetterWish())
        shall_hear = wish.letters == "on" or settings.ORDER_LETTERS_ON
        if wish.letters == "off":
            refused.add(order.pk)
        elif shall_hear and order.contact_email and not order.subscriptions.filter(email=order.contact_email).exists():
            language = wish.language or settings.LANGUAGE_CODE
            _begun(order, order.contact_email, language, None, confirmed_at=timezone.now())
    return refused


def _count_places_taken(order: Order) -> int:
    """Count those that stand or can still be confirmed; one query."""
    too_late = timezone.now() - timedelta(days=CONFIRM_DAYS)
    return order.subscriptions.filter(stopped_at=None).exclude(confirmed_at=None, created_at__lt=too_late).count()


def _begun(
    order: Order,
    email: str,
    language: str,
    known: OrderSubscription | None,
    *,
    confirmed_at: datetime | None = None,
) -> OrderSubscription:
    subscription = known or OrderSubscription(order=order, email=email)
    subscription.language = language
    subscription.seed = secrets.make_seed()
    subscription.token_digest = secrets.token_digest(secrets.subscription_token(subscription.seed))
    subscription.created_at, subscription.confirmed_at, subscription.stopped_at = timezone.now(), confirmed_at, None
    subscription.save()
    return subscription


def _post(kind: str, reason: str, subscription: OrderSubscription, **details: str) -> None:
    letters.post(
        letters.NewLetter(
            kind=kind,
            key=f"{kind}:{subscription.pk}:{reason}",
            about=subscription,
            recipient=subscription.email,
            language=subscription.language,
            details=details,
        )
    )
