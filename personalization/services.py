"""Writes: choices, consent and its withdrawal, forgetting somebody. Small changes in place are in `changes`.

An account's choices go to the database, a guest's into the guest's browser; callers need not know which.
Nothing is written for a visitor who never consented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone, translation

from personalization import guest, registry
from personalization.consents import PURPOSES, ended_by
from personalization.merging import merged
from personalization.models import ConsentRecord, DigestSubscription, OwnedProduct, VisitorProfile
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, OwnedItem, Preferences
from personalization.selectors import current_consents_of
from personalization.visitor import Visitor
from portal.lib.languages import active_language

# More than any household of our customers; a bound against nonsense, stated on the preferences page.
MAX_OWNED_PRODUCTS = 50


class ConsentMissing(Exception):
    """The visitor has not allowed anything to be stored; ask first."""


class UnknownPurpose(Exception):
    """There is no such purpose to allow."""


class AccountNeeded(Exception):
    """This purpose keeps something on the server, where a guest has no place; ask them to sign in."""


class TooManyOwnedProducts(Exception):
    """More owned products than MAX_OWNED_PRODUCTS."""


@contextmanager
def alone(visitor: Visitor) -> Iterator[None]:
    """Let nobody else write about this account meanwhile: two tabs change it, and one may be withdrawing the consent.

    What is stored is written whole, so it is read anew inside. A guest has only the browser, in which the last answer wins.
    """
    if not visitor.is_signed_in:
        yield
        return
    with transaction.atomic():
        lock_account(visitor.account)
        visitor.forget_what_was_read()
        yield


def lock_account(user: AbstractBaseUser) -> None:
    """Let other writes about `user` wait for the end of this transaction. No query on SQLite, where all of them do anyway."""
    if connection.features.has_select_for_update:
        get_user_model().objects.select_for_update().filter(pk=user.pk).first()


def save_preferences(visitor: Visitor, preferences: Preferences, *, source: str) -> None:
    """Store `preferences` whole, in place of what was stored; its `consents` are recorded as decisions.

    A consent that `visitor.stored` had, and that was withdrawn since that was read, is not given again. Repeating a call
    changes nothing and adds no decision.
    Errors: ConsentMissing, TooManyOwnedProducts, guest.TooMuchForBrowser; nothing is stored then.
    """
    _check(preferences)
    if not visitor.is_signed_in:
        _save_to_browser(visitor, preferences)
        return
    held = visitor.stored.consents
    with alone(visitor):
        withdrawn = held - visitor.stored.consents
        wanted = replace(preferences, consents=preferences.consents - withdrawn)
        save_account_preferences(visitor.account, wanted, source=source)
    visitor.forget_what_was_read()


@transaction.atomic
def save_account_preferences(user: AbstractBaseUser, preferences: Preferences, *, source: str) -> None:
    """Store `preferences` whole for `user`; a consent already on record is not recorded again.

    Errors: as `save_preferences`.
    """
    _check(preferences)
    VisitorProfile.objects.update_or_create(
        user_id=user.pk,
        defaults={
            "topics": list(preferences.topics),
            "language": preferences.language,
            "theme": preferences.theme,
            "text_size": preferences.text_size,
            "density": preferences.density,
            "order_letters": preferences.order_letters,
            "channel": preferences.channel,
            "pinned_modules": list(preferences.pinned_modules),
            "module_order": list(preferences.module_order),
            "hidden_modules": sorted(preferences.hidden_modules),
            "dismissals": [dismissal.as_row() for dismissal in preferences.dismissals],
        },
    )
    _replace_owned_products(user, preferences.owned)
    granted = {record.purpose for record in current_consents_of(user) if record.counts}
    for purpose in sorted(preferences.consents - granted):
        _record(user, purpose, is_granted=True, source=source)


def take_from_browser(visitor: Visitor, answers: Mapping[str, str], *, source: str) -> None:
    """Take into the account what `answers` (by `Difference.key`) take from the browser, and empty the browser.

    Whoever does it allows personal pages; the caller has asked. Errors: TooManyOwnedProducts, and ConsentMissing if that
    consent was withdrawn since it was read; then nothing changes.
    """
    choices = visitor.guest_choices
    if choices is None:
        return
    held = visitor.stored.consents
    with alone(visitor):
        now = visitor.stored
        agreed = {PERSONALIZATION} - (held - now.consents)
        result = merged(now, choices.preferences, answers)
        save_account_preferences(visitor.account, replace(result, consents=now.consents | agreed), source=source)
    visitor.keep_in_browser(None)


def withdraw_consent(visitor: Visitor, *, keep_choices: bool, source: str) -> None:
    """Stop personalization from the next request on; the choices stay or go, as the visitor wishes."""
    if keep_choices:
        withdraw_purpose(visitor, PERSONALIZATION, source=source)
        return
    if not visitor.is_signed_in:
        visitor.keep_in_browser(None)
        return
    with transaction.atomic():
        # Whoever deletes everything wants nothing to go on, whatever it needs.
        for purpose in PURPOSES:
            withdraw_account_purpose(visitor.account, purpose, source=source)
        _delete_choices(visitor.account)
    visitor.forget_what_was_read()


def grant_purpose(visitor: Visitor, purpose: str, *, source: str) -> None:
    """Allow one purpose from the next request on; repeating it records nothing.

    Errors: UnknownPurpose; AccountNeeded; ConsentMissing when the purpose that it needs is not allowed;
    guest.TooMuchForBrowser. Nothing is stored then.
    """
    asked = PURPOSES.get(purpose)
    if asked is None:
        raise UnknownPurpose(purpose)
    if not asked.for_guests and not visitor.is_signed_in:
        raise AccountNeeded(purpose)
    with alone(visitor):
        stored = visitor.stored
        if asked.needs and asked.needs not in stored.consents:
            raise ConsentMissing
        if purpose in stored.consents:
            return
        if visitor.is_signed_in:
            _record(visitor.account, purpose, is_granted=True, source=source)
            visitor.forget_what_was_read()
        else:
            _save_to_browser(visitor, replace(stored, consents=stored.consents | {purpose}))


def withdraw_purpose(visitor: Visitor, purpose: str, *, source: str) -> None:
    """End one purpose, and those that need it, from the next request on; what was kept for them alone is erased.

    The choices stay: `withdraw_consent` deletes them too. Errors: UnknownPurpose.
    """
    if purpose not in PURPOSES:
        raise UnknownPurpose(purpose)
    if visitor.is_signed_in:
        withdraw_account_purpose(visitor.account, purpose, source=source)
        visitor.forget_what_was_read()
        return
    choices, ended = visitor.guest_choices, ended_by(purpose)
    if choices is not None:
        kept = {key: given for key, given in choices.consents.items() if key not in ended}
        preferences = replace(choices.preferences, consents=frozenset(kept))
        visitor.keep_in_browser(guest.GuestChoices(preferences, kept) if preferences != NOTHING_STORED else None)


@transaction.atomic
def withdraw_account_purpose(user: AbstractBaseUser, purpose: str, *, source: str) -> None:
    """As `withdraw_purpose`, for work without a request, such as a link in a letter.

    What was kept for the purpose is erased even if the consent has lapsed: a consent to older words counts no longer, but
    it can still be withdrawn. Errors: UnknownPurpose.
    """
    if purpose not in PURPOSES:
        raise UnknownPurpose(purpose)
    lock_account(user)
    granted = {record.purpose for record in current_consents_of(user) if record.is_granted}
    for ended in ended_by(purpose):
        if ended in granted:
            _record(user, ended, is_granted=False, source=source)
        for part in registry.stored_parts():
            if part.purpose == ended:
                part.erase(user)


@transaction.atomic
def forget_visitor(user: AbstractBaseUser) -> None:
    """Erase what is stored about `user`: profile, owned products, the parts of other apps, the name on decisions.

    The decisions themselves stay without a person, as the law asks for a proof that consent was handled.
    """
    lock_account(user)
    _delete_choices(user)
    DigestSubscription.objects.filter(user_id=user.pk).delete()
    for part in registry.stored_parts():
        part.erase(user)
    ConsentRecord.objects.detach_from(user)


@transaction.atomic
def erase_part(user: AbstractBaseUser, key: str) -> int:
    """Delete what one app stores about `user` besides their preferences; returns how much it was, 0 for none."""
    parts = (part for part in registry.stored_parts() if part.key == key and not part.goes_with_account)
    return sum(part.erase(user) for part in parts)


def _check(preferences: Preferences) -> None:
    if PERSONALIZATION not in preferences.consents:
        raise ConsentMissing
    if len(preferences.owned) > MAX_OWNED_PRODUCTS:
        raise TooManyOwnedProducts(len(preferences.owned))


def _replace_owned_products(user: AbstractBaseUser, items: tuple[OwnedItem, ...]) -> None:
    wanted = {(item.product_code, item.serial_number): item.purchased_on for item in items}
    kept = set()
    for owned in OwnedProduct.objects.filter(user_id=user.pk):
        key = (owned.product_code, owned.serial_number)
        if key in wanted and wanted[key] == owned.purchased_on:
            kept.add(key)
        else:
            owned.delete()
    OwnedProduct.objects.bulk_create(
        OwnedProduct(user_id=user.pk, product_code=code, serial_number=serial, purchased_on=purchased_on)
        for (code, serial), purchased_on in wanted.items()
        if (code, serial) not in kept
    )


def _record(user: AbstractBaseUser, purpose: str, *, is_granted: bool, source: str) -> None:
    language = active_language()
    with translation.override(language):
        wording = str(PURPOSES[purpose].wording)
    ConsentRecord.objects.create(
        user_id=user.pk,
        purpose=purpose,
        is_granted=is_granted,
        wording_version=PURPOSES[purpose].version,
        wording=wording,
        language=language,
        source=source,
    )


def _save_to_browser(visitor: Visitor, preferences: Preferences) -> None:
    already = visitor.guest_choices.consents if visitor.guest_choices else {}
    language = active_language()
    consents = {
        purpose: already.get(purpose) or guest.GivenConsent(PURPOSES[purpose].version, language, timezone.now())
        for purpose in preferences.consents
        if PURPOSES[purpose].for_guests
    }
    visitor.keep_in_browser(guest.GuestChoices(preferences=preferences, consents=consents))


def _delete_choices(user: AbstractBaseUser) -> None:
    VisitorProfile.objects.filter(user_id=user.pk).delete()
    OwnedProduct.objects.filter(user_id=user.pk).delete()
