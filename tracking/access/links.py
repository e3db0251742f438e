"""The signed links of our letters: where they lead, and how long they are good."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from tracking.access.secrets import device_mark, link_token, token_digest
from tracking.managers import OPEN_HEADLINES
from tracking.models import AccessGrant, GrantKind, Order
from tracking.statuses import OrderHeadline

# An order that is closed is looked at again for its return period and the first claim; afterwards a link that lies in
# an old mailbox is only a risk. Whoever needs it later gets a fresh one, to the same mailbox.
DAYS_AFTER_CLOSING = 60
# Version numbers change with every update; the kind of browser and of machine stays.
_VERSIONS = re.compile(r"[\d._]+")
_LONGEST_USER_AGENT = 400


def path_of(grant: AccessGrant) -> str:
    """Return the path of the link in the active language."""
    return reverse("order_link", args=[link_token(grant.seed)])


def url_of(grant: AccessGrant) -> str:
    """Return the whole address for a letter, on SITE_URL whatever the request said."""
    return settings.SITE_URL + path_of(grant)


def find(token: str) -> AccessGrant | None:
    """Return the link of this token, revoked and expired ones too; one indexed query."""
    found = AccessGrant.objects.select_related("order").filter(kind=GrantKind.LINK)
    return found.filter(token_digest=token_digest(token)).first()


def is_revoked(grant: AccessGrant) -> bool:
    """Say whether the link opens nothing any more: taken back, or the order has another mailbox now."""
    return grant.revoked_at is not None or grant.recipient != grant.order.contact_email


def is_expired(grant: AccessGrant) -> bool:
    """Say whether the order has been closed for so long that the link must be renewed. Cost: see closed_at."""
    return is_past(grant, closed_at(grant.order))


def is_past(grant: AccessGrant, closed: datetime | None) -> bool:
    """Say the same for an order of which `closed_at` was asked already. No query."""
    if closed is None:
        return False
    return timezone.now() >= max(closed, grant.created_at) + timedelta(days=DAYS_AFTER_CLOSING)


def closed_at(order: Order) -> datetime | None:
    """Return when the last thing happened to a closed order; None while it is open. One query for a closed one."""
    if order.headline in OPEN_HEADLINES or order.headline == OrderHeadline.RETURN_IN_PROGRESS:
        return None
    last = Order.objects.filter(pk=order.pk).aggregate(
        parcel=Max("shipments__status_at"), event=Max("events__occurred_at")
    )
    moments = [moment for moment in last.values() if moment is not None]
    return max(moments, default=order.placed_at)


def mark_of_device(request: HttpRequest, grant: AccessGrant) -> str:
    """Return a hash of the kind of browser that asks; of no use for any other link."""
    kind = _VERSIONS.sub("", request.headers.get("User-Agent", "")[:_LONGEST_USER_AGENT])
    return device_mark(grant.seed, kind)
