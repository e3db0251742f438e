"""The words of the letters about orders; made when a letter leaves, in the recipient's language."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib import shop
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter
from tracking.access import links, secrets
from tracking.disclosure import Tier
from tracking.models import AccessGrant, Order, OrderClaim, OrderSubscription
from tracking.presentation import order_view
from tracking.services.access import CODE_MINUTES, LETTER_CODE, LETTER_LINK, LETTER_NEW_DEVICE, grant_link
from tracking.services.changes import CHANGED_LETTER
from tracking.services.claiming import CLAIMED_LETTER, UNDO_DAYS, undo_token
from tracking.services.following import CONFIRM_DAYS, LETTER_CONFIRM, LETTER_UPDATE

# Long enough to answer "did it go out?".
KEPT_FOR = timedelta(days=30)


def register() -> None:
    """Make the letters of tracking known to the outbox; called once at start-up."""
    for code, label, compose in (
        (LETTER_CODE, gettext_lazy("To a customer: one-time code for an order"), compose_code),
        (LETTER_LINK, gettext_lazy("To a customer: link to an order"), compose_link),
        (LETTER_NEW_DEVICE, gettext_lazy("To a customer: link opened on another device"), compose_new_device),
        (LETTER_CONFIRM, gettext_lazy("To anybody: confirm that you want to hear of an order"), compose_confirmation),
        (LETTER_UPDATE, gettext_lazy("To whoever follows an order: what has changed"), compose_update),
        (CHANGED_LETTER, gettext_lazy("To a customer: order cancelled or sent elsewhere"), compose_changed),
        (CLAIMED_LETTER, gettext_lazy("To a customer: order added to an account"), compose_claimed),
    ):
        kinds.register(kinds.Kind(code, label, compose, kept_for=KEPT_FOR))


def compose_code(letter: Letter) -> kinds.Content:
    """Return the words with the code and the link; pointless once the code is dead."""
    grant = _grant_of(letter)
    if not AccessGrant.objects.open_codes(timezone.now()).filter(pk=grant.pk).exists():
        raise kinds.LetterIsPointless("the code is not good any more")
    link = AccessGrant.objects.links().standing().filter(order=grant.order).first()
    code = secrets.code(grant.seed)
    return _content(
        "code",
        # The code stands first, so that a telephone shows it without the letter being opened.
        _("%(code)s is your code for the order %(number)s") % {"code": code, "number": grant.order.external_number},
        letter,
        grant,
        code=code,
        minutes=CODE_MINUTES,
        link_url=links.url_of(link) if link else "",
    )


def compose_link(letter: Letter) -> kinds.Content:
    """Return the words with the link; pointless once it is revoked."""
    grant = _grant_of(letter)
    subject = _("Follow your order %(number)s") % {"number": grant.order.external_number}
    return _content("link", subject, letter, grant, link_url=links.url_of(grant))


def compose_new_device(letter: Letter) -> kinds.Content:
    """Return the notice that the link was opened elsewhere, and what to do if it was not the reader."""
    grant = _grant_of(letter)
    subject = _("The link to your order %(number)s was opened on another device") % {
        "number": grant.order.external_number
    }
    opened_at = timezone.localtime(letter.created_at)
    return _content("new_device", subject, letter, grant, opened_at=opened_at)


def compose_claimed(letter: Letter) -> kinds.Content:
    """Return the words for the old contact of an order that an account took over; they do not name the account."""
    claim = OrderClaim.objects.select_related("order").filter(pk=letter.details["claim"], undone_at=None).first()
    if claim is None:
        raise kinds.LetterIsPointless("the claim was undone")
    context = {
        "reference": claim.order.reference,
        "undo_url": settings.SITE_URL + reverse("order_claim_undo", args=[undo_token(claim)]),
        "undo_days": UNDO_DAYS,
        "site_name": shop.facts().name,
        "language": letter.language,
    }
    return kinds.Content(
        subject=_("Order %(reference)s was added to an account") % {"reference": claim.order.reference},
        text=render_to_string("tracking/letters/order_claimed.txt", context),
        html=render_to_string("tracking/letters/order_claimed.html", context),
        headers=kinds.ROBOT_HEADERS,
    )


def compose_changed(letter: Letter) -> kinds.Content:
    """Return the notice that the order was cancelled or sent elsewhere, without the new address: it may be a thief's."""
    order = Order.objects.filter(pk=letter.details["order"], contact_email=letter.recipient).first()
    if order is None:
        raise kinds.LetterIsPointless("the order has gone, or has another mailbox")
    context = {
        "number": order.external_number,
        "is_cancelled": letter.details["change"] == "cancelled",
        "contact_url": f"{settings.SITE_URL}{reverse('contact')}?order={order.reference}",
        "site_name": shop.facts().name,
        "language": letter.language,
    }
    return kinds.Content(
        subject=_("Your order %(number)s was changed") % {"number": order.external_number},
        text=render_to_string("tracking/letters/order_changed.txt", context),
        html=render_to_string("tracking/letters/order_changed.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers=kinds.ROBOT_HEADERS,
    )


def compose_confirmation(letter: Letter) -> kinds.Content:
    """Return the letter that asks a typed address whether it wants to hear of an order; it tells nothing of it."""
    subscription = _subscription_of(letter)
    if subscription.confirmed_at:
        raise kinds.LetterIsPointless("it was confirmed meanwhile")
    return _about_subscription(
        "subscription", _("Confirm that you want to hear of an order"), letter, subscription, days=CONFIRM_DAYS
    )


def compose_update(letter: Letter) -> kinds.Content:
    """Return what has changed; pointless once the order says something else, for a later letter tells that.

    A typed address reads what number and contact would show (T0); the order's own mailbox gets the link as well.
    """
    subscription = _subscription_of(letter)
    if subscription.confirmed_at is None:
        raise kinds.LetterIsPointless("it was never confirmed")
    order = Order.objects.with_history().get(pk=subscription.order_id)
    if order.headline != letter.details["headline"]:
        raise kinds.LetterIsPointless("the order has moved on")
    view = order_view(order, Tier.LOOKUP)
    is_own_mailbox = subscription.email == order.contact_email
    link = links.url_of(grant_link(order=order, language=letter.language)) if is_own_mailbox else ""
    return _about_subscription(
        "update",
        _("Your order: %(state)s") % {"state": view.headline.text},
        letter,
        subscription,
        order=view,
        link_url=link or settings.SITE_URL + reverse("orders"),
    )


def _subscription_of(letter: Letter) -> OrderSubscription:
    subscription = OrderSubscription.objects.filter(letters=letter, stopped_at=None).first()
    if subscription is None:
        raise kinds.LetterIsPointless("it was stopped")
    return subscription


def _about_subscription(
    name: str, subject: str, letter: Letter, subscription: OrderSubscription, **context: object
) -> kinds.Content:
    token = secrets.subscription_token(subscription.seed)
    url = settings.SITE_URL + reverse("order_subscription", args=[token])
    context |= {"language": letter.language, "site_name": shop.facts().name, "follow_url": url}
    return kinds.Content(
        subject=subject,
        text=render_to_string(f"tracking/letters/{name}.txt", context),
        html=render_to_string(f"tracking/letters/{name}.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers={
            **kinds.ROBOT_HEADERS,
            "List-Unsubscribe": f"<{url}>",
        },
    )


def _grant_of(letter: Letter) -> AccessGrant:
    grant = AccessGrant.objects.standing().select_related("order").filter(letters=letter).first()
    if grant is None:
        raise kinds.LetterIsPointless("the access was taken back")
    return grant


def _content(name: str, subject: str, letter: Letter, grant: AccessGrant, **context: object) -> kinds.Content:
    context |= {
        "language": letter.language,
        "site_name": shop.facts().name,
        "number": grant.order.external_number,
        "order_url": settings.SITE_URL + reverse("order_access", args=[grant.order.reference]),
    }
    return kinds.Content(
        subject=subject,
        text=render_to_string(f"tracking/letters/{name}.txt", context),
        html=render_to_string(f"tracking/letters/{name}.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers=kinds.ROBOT_HEADERS,
    )
