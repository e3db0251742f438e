"""Taking a guest's choices over into the account that they signed in to."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from personalization import guest
from personalization.models import ConsentRecord
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, Preferences
from personalization.selectors import current_consents_of, stored_preferences_of
from personalization.services import MAX_OWNED_PRODUCTS, save_account_preferences


def take_over_guest_choices(user: AbstractBaseUser, choices: guest.GuestChoices) -> bool:
    """Add what a guest allowed and chose to the account just signed in to; return whether anything was taken.

    What the account decided stands: a consent it withdrew is not revived, and each choice it made wins. Topics and
    owned products are added to its own. Without a valid consent in `choices` nothing is taken.
    """
    given = choices.consents.get(PERSONALIZATION)
    if given is None:
        return False
    with transaction.atomic():
        stored = stored_preferences_of(user)
        if current_consents_of(user) and not stored.allows_personalization:
            return False
        merged = merge(stored, choices.preferences)
        if merged == stored:
            return False
        save_account_preferences(user, merged, source=ConsentRecord.Source.GUEST_COOKIE, given=given)
    return True


def merge(account: Preferences, guest_preferences: Preferences) -> Preferences:
    """Return the account's preferences with the guest's where the account has none. Pure."""
    owned_codes = set(account.owned_products)
    new_owned = [item for item in guest_preferences.owned if item.product_code not in owned_codes]
    chosen = {
        name: getattr(account, name)
        if getattr(account, name) != getattr(NOTHING_STORED, name)
        else getattr(guest_preferences, name)
        for name in (
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
    }
    return Preferences(
        topics=tuple(dict.fromkeys((*account.topics, *guest_preferences.topics))),
        owned=(*account.owned, *new_owned)[:MAX_OWNED_PRODUCTS],
        consents=account.consents | guest_preferences.consents,
        **chosen,
    )
