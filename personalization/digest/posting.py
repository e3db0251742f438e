"""Who gets a weekly letter today, and the link that stops them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from personalization.digest.models import DigestSubscription
from personalization.digest.reading import digest_of
from personalization.models import ConsentRecord
from personalization.preferences import DIGEST
from personalization.selectors import accounts_allowing
from personalization.services import lock_account, withdraw_account_purpose
from personalization.visitor import Visitor
from portal.lib.letters import services as letters

logger = logging.getLogger(__name__)

DIGEST_LETTER = "personalization.digest"
LOOK_EVERY = timedelta(days=7)
# Longer than anything stays due: after that the same words are news again.
TOLD_KEPT = timedelta(days=180)
ACCOUNTS_OF_A_QUERY = 500


def post_due_digests(*, today: date | None = None) -> int:
    """Look at every account that allows the letter and was not looked at for a week; return how many got one.

    Run daily: a run that was missed or broken off goes on where it stopped, and no account is looked at twice. An account
    whose letter fails is logged by its number and looked at again the next day; the others get theirs.
    Cost: two queries, one for 500 accounts, and for each account those of its modules and eight more.
    """
    today = today or timezone.localdate()
    posted = 0
    for user in _due_accounts(today):
        try:
            posted += _look_at(user, today)
        except Exception:  # one account's fault must not keep the letters of all that come after it
            logger.exception("the weekly letter of account %s failed", user.pk)
    return posted


def address_of(user: AbstractBaseUser) -> str:
    """Return the address that the account has proven and prefers; empty if there is none. One query."""
    proven = EmailAddress.objects.filter(user_id=user.pk, verified=True, primary=True)
    return proven.values_list("email", flat=True).first() or ""


def find_subscription(token: str) -> DigestSubscription | None:
    """Return whose letters carry this token; one indexed query."""
    return DigestSubscription.objects.select_related("user").filter(stop_token=token).first()


def stop(subscription: DigestSubscription) -> None:
    """End the letters from now on, those that wait to leave included; what was told is forgotten. Repeating is harmless."""
    withdraw_account_purpose(subscription.user, DIGEST, source=ConsentRecord.Source.LETTER)


def _due_accounts(today: date) -> Iterator[AbstractBaseUser]:
    is_due = Q(digest_subscription=None) | Q(digest_subscription__looked_on=None)
    is_due |= Q(digest_subscription__looked_on__lte=today - LOOK_EVERY)
    allowing = sorted(accounts_allowing(DIGEST))
    for start in range(0, len(allowing), ACCOUNTS_OF_A_QUERY):
        part = allowing[start : start + ACCOUNTS_OF_A_QUERY]
        yield from get_user_model().objects.filter(is_due, pk__in=part, is_active=True).order_by("pk")


@transaction.atomic
def _look_at(user: AbstractBaseUser, today: date) -> bool:
    lock_account(user)
    subscription, _is_new = DigestSubscription.objects.get_or_create(user_id=user.pk)
    claimed = DigestSubscription.objects.filter(pk=subscription.pk, looked_on=subscription.looked_on)
    if not claimed.update(looked_on=today):
        return False  # another run was faster
    visitor, recipient = Visitor.of_account(user), address_of(user)
    if not recipient:
        return False
    told = {key: day for key, day in subscription.told.items() if date.fromisoformat(day) > today - TOLD_KEPT}
    language = visitor.preferences.language or settings.LANGUAGE_CODE
    with translation.override(language):
        sections = digest_of(visitor, wanted=lambda key: key not in told)
    items = [item.key for section in sections for item in section.items]
    if not items:
        return False
    DigestSubscription.objects.filter(pk=subscription.pk).update(
        told={**told, **dict.fromkeys(items, today.isoformat())}
    )
    letters.post(
        letters.NewLetter(
            kind=DIGEST_LETTER,
            key=f"{DIGEST_LETTER}:{subscription.pk}:{today.isoformat()}",
            recipient=recipient,
            language=language,
            about=subscription,
            details={"items": items},
        )
    )
    return True
