"""What the weekly letter remembers about an account, for its download and for erasure."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.digest.models import DigestSubscription
from personalization.preferences import DIGEST
from personalization.registry import StoredEntry, StoredPart, find, register_stored_part
from portal.lib.letters.models import LetterStatus


def told_to(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return what the letters told this account, the latest first. One query."""
    told = DigestSubscription.objects.filter(user_id=user.pk).values_list("told", flat=True).first() or {}
    latest_first = sorted(told.items(), key=lambda item: item[1], reverse=True)
    return [StoredEntry(_in_words(key, day), {"item": key, "told_on": day}) for key, day in latest_first]


@transaction.atomic
def forget(user: AbstractBaseUser) -> int:
    """Empty the memory and delete its letters; what is due may then be told anew. The address to stop stays good."""
    subscription = DigestSubscription.objects.filter(user_id=user.pk).first()
    if subscription is None:
        return 0
    forgotten = len(subscription.told)
    subscription.letters.exclude(status=LetterStatus.SENDING).delete()
    DigestSubscription.objects.filter(pk=subscription.pk).update(told={})
    return forgotten


def register() -> None:
    """Offer the part; called once at start-up."""
    register_stored_part(
        StoredPart(
            "personalization.digest",
            title=gettext_lazy("Weekly letter"),
            entries=told_to,
            erase=forget,
            purpose=DIGEST,
        )
    )


def _in_words(key: str, day: str) -> str:
    module = find(key.partition(":")[0])
    # Two boxes may tell the same thing, under a key of neither.
    title = str(module.title) if module else _("A piece of news")
    return _("%(title)s, told on %(day)s") % {
        "title": title,
        "day": date_format(date.fromisoformat(day), "SHORT_DATE_FORMAT"),
    }
