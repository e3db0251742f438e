"""Writes about access: sending links and codes, taking codes in, opening and revoking links.

Letters go to the order's own mailbox only, never to an address that somebody typed: to know number and phone of an
order proves too little to say where its letters should go.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.lib.letters import services as letters
from tracking.access import links, secrets
from tracking.models import AccessGrant, GrantKind, Order

CODE_MINUTES = 10
# How many kinds of browser are remembered for a link; beyond it every further one is told of.
MAX_DEVICES = 8

LETTER_CODE = "tracking.code"
LETTER_LINK = "tracking.link"
LETTER_NEW_DEVICE = "tracking.new_device"


class OrderHasNoMailbox(ValueError):
    """The order was placed with a phone number only; nothing can be sent."""


class CodeOutcome(StrEnum):
    """What became of a code that was typed in."""

    RIGHT = "right"
    WRONG = "wrong"
    # Used, too old, guessed at too often or revoked: only a new one helps.
    DEAD = "dead"


@transaction.atomic
def grant_link(*, order: Order, language: str) -> AccessGrant:
    """Return the link of the order's mailbox: the one that stands, or a new one when it is expired or revoked.

    One mailbox has one link at a time, so that revoking it closes every letter at once. For the letters of any
    feature: `links.url_of(grant)` where the words are made. Raises OrderHasNoMailbox.
    """
    if not order.contact_email:
        raise OrderHasNoMailbox(order.reference)
    standing = order.access_grants.links().standing().select_related("order").first()
    if standing is not None and not links.is_expired(standing) and _opens_by_its_token(standing):
        return standing
    seed = secrets.make_seed()
    return AccessGrant.objects.create(
        kind=GrantKind.LINK,
        order=order,
        recipient=order.contact_email,
        language=language,
        seed=seed,
        token_digest=secrets.token_digest(secrets.link_token(seed)),
    )


@transaction.atomic
def send_link(*, order: Order, language: str) -> AccessGrant:
    """Send the order's mailbox a letter with its link; the letter leaves on commit. Raises OrderHasNoMailbox."""
    grant = grant_link(order=order, language=language)
    _post(LETTER_LINK, f"{grant.pk}:{_minute()}", grant, language)
    return grant


@transaction.atomic
def send_code(*, order: Order, language: str) -> AccessGrant:
    """Send the order's mailbox a one-time code together with its link; the letter leaves on commit.

    The caller keeps the grant's number in the session of the browser that asked: nowhere else can the code be typed
    in. Raises OrderHasNoMailbox.
    """
    grant_link(order=order, language=language)
    now = timezone.now()
    grant = AccessGrant.objects.create(
        kind=GrantKind.CODE,
        order=order,
        recipient=order.contact_email,
        language=language,
        seed=secrets.make_seed(),
        created_at=now,
        expires_at=now + timedelta(minutes=CODE_MINUTES),
    )
    _post(LETTER_CODE, str(grant.pk), grant, language)
    return grant


def redeem_code(*, grant_id: int, typed: str) -> CodeOutcome:
    """Take a code in. Of any number of submissions at once at most one is RIGHT, and at most CODE_TRIES are looked at.

    Both are conditional updates, which no two transactions win. The caller has checked that this browser asked for
    the code and counts the submission against the usual limits.
    """
    now = timezone.now()
    counted = AccessGrant.objects.open_codes(now).filter(pk=grant_id).update(tries=F("tries") + 1)
    grant = AccessGrant.objects.filter(pk=grant_id, kind=GrantKind.CODE).first()
    if not counted or grant is None:
        return CodeOutcome.DEAD
    if not secrets.is_code(grant.seed, typed):
        is_last = not AccessGrant.objects.open_codes(now).filter(pk=grant_id).exists()
        return CodeOutcome.DEAD if is_last else CodeOutcome.WRONG
    won = AccessGrant.objects.filter(pk=grant_id, used_at=None, revoked_at=None).update(used_at=now)
    return CodeOutcome.RIGHT if won else CodeOutcome.DEAD


@transaction.atomic
def note_opening(*, grant: AccessGrant, device_mark: str, may_write: bool) -> None:
    """Record that the link was opened; a kind of browser that is new to it is told to the mailbox.

    Without `may_write` (the mailbox had enough letters) only the record is made.
    """
    locked = AccessGrant.objects.select_for_update().get(pk=grant.pk)
    is_first = locked.used_at is None
    is_known = device_mark in locked.device_marks
    locked.used_at = timezone.now()
    locked.device_marks = [*(mark for mark in locked.device_marks if mark != device_mark), device_mark][-MAX_DEVICES:]
    locked.save(update_fields=["used_at", "device_marks"])
    if not is_first and not is_known and may_write:
        _post(LETTER_NEW_DEVICE, f"{grant.pk}:{device_mark}:{_minute()}", grant, grant.language)


@transaction.atomic
def revoke_link(*, order: Order, grant_id: int) -> bool:
    """Take one link of the order back, with what was opened by it; False if it stands no more."""
    return bool(order.access_grants.links().filter(pk=grant_id, revoked_at=None).update(revoked_at=timezone.now()))


@transaction.atomic
def revoke_all(*, order: Order) -> int:
    """Take back every link and code of the order, with what was opened by them; returns how many.

    What somebody made with one of them goes too: the calendar, and letters to mailboxes that are not the order's own.
    """
    now = timezone.now()
    order.calendar_feeds.filter(revoked_at=None).update(revoked_at=now)
    order.subscriptions.filter(stopped_at=None).exclude(email=order.contact_email).update(stopped_at=now)
    return order.access_grants.filter(revoked_at=None).update(revoked_at=now)


def _opens_by_its_token(grant: AccessGrant) -> bool:
    """After a change of the secret key an old seed makes another token than the letters of before have."""
    return grant.token_digest == secrets.token_digest(secrets.link_token(grant.seed))


def _post(kind: str, key: str, grant: AccessGrant, language: str) -> None:
    letters.post(
        letters.NewLetter(kind=kind, key=f"{kind}:{key}", about=grant, recipient=grant.recipient, language=language)
    )


def _minute() -> int:
    """A second click within the same minute is the same wish."""
    return int(timezone.now().timestamp()) // 60
