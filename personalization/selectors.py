"""Reads for others: the modules of a page, and everything stored about a visitor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, F, Func, IntegerField, QuerySet, Subquery, When

from personalization import facts, ranking, registry
from personalization.appearance import appearance_of as appearance_of
from personalization.consents import PURPOSES, allows, is_allowed
from personalization.models import ConsentRecord, OwnedProduct, VisitorProfile
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, OwnedItem, Preferences
from personalization.segments import selectors as segments
from personalization.showing import ShownModule as ShownModule
from personalization.showing import modules_for as modules_for
from portal.lib.prepared import Prepared

ACCOUNTS_OF_A_QUERY = 1_000


def arranged(
    modules: list[registry.Module], order: tuple[str, ...], pinned: tuple[str, ...] = ()
) -> list[registry.Module]:
    """Return `modules` (in default order) in the visitor's `order`, the `pinned` ones above: for the preferences page."""
    by_key = {module.key: module for module in modules}
    above = [key for key in pinned if key in by_key]
    return [by_key[key] for key in dict.fromkeys((*above, *ranking.arranged(list(by_key), order)))]


@dataclass(frozen=True)
class Kept:
    """Everything that is kept of the choices of an account, used by pages or not, and the tallies that it allows, by key."""

    preferences: Preferences = NOTHING_STORED
    tallies: Mapping[str, int] = field(default_factory=dict)


def stored_preferences_of(user: AbstractBaseUser) -> Preferences:
    """Return everything an account stores, whether or not pages may use it at present. Cost: as `kept_of`."""
    return kept_of(user).preferences


def kept_of(user: AbstractBaseUser) -> Kept:
    """Return what is kept of `user`. Cost: one query; one row for each purpose and product."""
    tallies = tuple(facts.tallies())
    rows = _read_of(tallies).rows(user.pk)
    if not rows:
        return Kept()
    profiles, products = len(_DECISION), len(_DECISION) + len(_PROFILE)
    counts = products + len(_OWNED)
    stored = dict(zip(_PROFILE, rows[0][profiles:products], strict=True))
    profile = VisitorProfile(**stored if stored["topics"] is not None else {})
    owned = {row[products]: OwnedItem(*row[products + 1 : counts]) for row in rows if row[products] is not None}
    preferences = Preferences(
        topics=tuple(profile.topics),
        owned=tuple(owned.values()),
        language=profile.language,
        theme=profile.theme,
        text_size=profile.text_size,
        density=profile.density,
        order_letters=profile.order_letters,
        channel=profile.channel,
        pinned_modules=tuple(profile.pinned_modules),
        module_order=tuple(profile.module_order),
        hidden_modules=frozenset(profile.hidden_modules),
        dismissals=tuple(map(ranking.Dismissal.from_row, profile.dismissals)),
        consents=frozenset(row[0] for row in rows if allows(*row[:profiles])),
    )
    found = {tally.key: max(row[counts + at] or 0 for row in rows) for at, tally in enumerate(tallies)}
    return Kept(preferences, found)


# The columns of that read, in this order; tallies follow.
_DECISION = ("purpose", "is_granted", "wording_version")
_PROFILE = (
    "topics",
    "language",
    "theme",
    "text_size",
    "density",
    "order_letters",
    "channel",
    "pinned_modules",
    "module_order",
    "hidden_modules",
    "dismissals",
)
_OWNED = ("pk", "product_code", "serial_number", "purchased_on")


@lru_cache(maxsize=4)
def _read_of(tallies: tuple[facts.Tally, ...]) -> Prepared:
    columns = (
        *_DECISION,
        *(f"user__visitor_profile__{name}" for name in _PROFILE),
        *(f"user__owned_products__{name}" for name in _OWNED),
    )

    def read(number: int) -> QuerySet[ConsentRecord, tuple[Any, ...]]:
        account = get_user_model()(pk=number)
        consents = ConsentRecord.objects.latest_for(account).order_by("pk", "user__owned_products__pk")
        return consents.values_list(*columns, *(_allowed_count(tally, account) for tally in tallies))

    return Prepared(read)


def _allowed_count(tally: facts.Tally, account: AbstractBaseUser) -> Case:
    """Count for a decision that allows the tally's purpose; of whoever does not allow it nothing is looked at."""
    rows = tally.rows(account).order_by().annotate(tally=Func(F("pk"), function="COUNT")).values("tally")
    purpose = PURPOSES[tally.purpose]
    allowed = When(purpose=purpose.key, is_granted=True, wording_version=purpose.version, then=Subquery(rows))
    return Case(allowed, default=None, output_field=IntegerField())


@dataclass(frozen=True)
class OrderLetterWish:
    """Whether an account wants letters about its orders ("on", "off", "" for as the shop does), and in which language."""

    letters: str = ""
    language: str = ""


def order_letter_wishes(user_ids: Collection[int]) -> dict[int, OrderLetterWish]:
    """Return the wishes of those accounts that told us one and allow us to use it. One or two queries for all of them."""
    profiles = VisitorProfile.objects.filter(user_id__in=user_ids).exclude(order_letters="", language="")
    wishes = {profile.user_id: OrderLetterWish(profile.order_letters, profile.language) for profile in profiles}
    decisions = ConsentRecord.objects.filter(user_id__in=wishes, purpose=PERSONALIZATION) if wishes else ()
    last = {record.user_id: record for record in decisions}  # oldest first: the last one stays
    return {key: wish for key, wish in wishes.items() if key in last and last[key].counts}


def channel_wish_of(user: AbstractBaseUser) -> str:
    """Return how an account wishes to be answered: "email", "phone", "zalo", or "" for no wish that we may use."""
    if not allows_now(user, PERSONALIZATION):
        return ""
    return VisitorProfile.objects.filter(user_id=user.pk).values_list("channel", flat=True).first() or ""


def current_consents_of(user: AbstractBaseUser) -> list[ConsentRecord]:
    """Return the last decision of an account for each purpose; empty if it was never asked."""
    return list(ConsentRecord.objects.latest_for(user))


def allows_now(user: AbstractBaseUser, purpose: str) -> bool:
    """Say whether `user` allows `purpose`, and what it needs, at this moment; one query, for writes that must be sure."""
    return is_allowed(purpose, {record.purpose for record in current_consents_of(user) if record.counts})


def accounts_allowing(purpose: str) -> set[int]:
    """Return the numbers of all accounts that allow `purpose`, and what it needs, at present. For jobs: one or two queries."""
    needs = PURPOSES[purpose].needs
    allowed = ConsentRecord.objects.accounts_allowing(PURPOSES[purpose])
    return allowed & ConsentRecord.objects.accounts_allowing(PURPOSES[needs]) if needs else allowed


def chosen_by(user_ids: Collection[int]) -> dict[int, Preferences]:
    """Return topics and owned products, nothing else, of those of these accounts that chose any, allowed to be used or not.

    For jobs over many accounts, which have asked `accounts_allowing`. Cost: two queries for each 1,000 accounts.
    """
    topics: dict[int, list[str]] = {}
    owned: defaultdict[int, list[OwnedItem]] = defaultdict(list)
    ids = sorted(user_ids)
    for start in range(0, len(ids), ACCOUNTS_OF_A_QUERY):
        batch = ids[start : start + ACCOUNTS_OF_A_QUERY]
        topics |= VisitorProfile.objects.filter(user_id__in=batch).values_list("user_id", "topics")
        rows = OwnedProduct.objects.filter(user_id__in=batch).order_by("pk")
        for user_id, code, serial_number, purchased_on in rows.values_list(
            "user_id", "product_code", "serial_number", "purchased_on"
        ):
            owned[user_id].append(OwnedItem(code, serial_number, purchased_on))
    return {
        user_id: Preferences(topics=tuple(topics.get(user_id, ())), owned=tuple(owned.get(user_id, ())))
        for user_id in topics.keys() | owned.keys()
    }


def consent_history_of(user: AbstractBaseUser) -> list[ConsentRecord]:
    """Return every decision of an account, oldest first."""
    return list(ConsentRecord.objects.filter(user_id=user.pk))


def rule_of(segment_id: int) -> str:
    """Return the rule of a segment in the reader's words, "" for one that is gone. Cost: none when warm."""
    found = segments.compiled(segment_id)
    return segments.sentence(found.segment) if found else ""
