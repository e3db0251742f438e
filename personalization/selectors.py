"""Reads for others: the modules of a page, and everything stored about a visitor."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.template.loader import get_template
from django.utils.functional import Promise

from personalization import facts, registry
from personalization.consents import PURPOSES
from personalization.models import ConsentRecord, OwnedProduct, VisitorProfile
from personalization.preferences import NOTHING_STORED, OwnedItem, Preferences

if TYPE_CHECKING:
    from personalization.visitor import Visitor

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownModule:
    """A module as the page shows it: rendered (safe HTML), with its reason and its neighbours."""

    key: str
    title: str | Promise
    html: str
    is_personal: bool
    is_wide: bool
    reason: registry.Reason
    # The stored fact behind it in the reader's words; empty for what everyone sees.
    fact: str | Promise
    # Keys of the modules shown before and after, "" at the ends: "up" means "before that one".
    previous: str = ""
    next: str = ""


def modules_for(visitor: Visitor, slot: str = "home", *, subject: object = None) -> list[ShownModule]:
    """Return the modules of `slot` that have something to say to `visitor`, in their order.

    Slots   "home" is the home page; "order" is the page of one order, whose days are the `subject`.

    Sees    personal modules only for a visitor who allows personalization, so that withdrawing gives the page
            of a stranger at the next request.
    Cost    what the modules ask: one or two queries each.
    Errors  a module that fails is logged and left out; with RAISE_MODULE_ERRORS (tests) its error comes through.
    """
    rendered = []
    for module in _offered(visitor, slot):
        try:
            shown = _render(module, visitor, subject)
        except Exception:  # one broken box must not take the page with it
            if settings.RAISE_MODULE_ERRORS:
                raise
            logger.exception("module %s failed and was left out", module.key)
            continue
        if shown:
            rendered.append(shown)
    return _with_neighbours(rendered)


def arranged(modules: list[registry.Module], order: tuple[str, ...]) -> list[registry.Module]:
    """Return `modules` (in default order) in the visitor's `order`.

    A module the visitor never placed, say of a new release, comes right after the one it follows by default.
    """
    by_key = {module.key: module for module in modules}
    keys = [key for key in dict.fromkeys(order) if key in by_key]
    previous = None
    for module in modules:
        if module.key not in keys:
            keys.insert(keys.index(previous) + 1 if previous else 0, module.key)
        previous = module.key
    return [by_key[key] for key in keys]


def _offered(visitor: Visitor, slot: str) -> list[registry.Module]:
    preferences = visitor.preferences
    return [
        module
        for module in arranged(registry.modules(slot), preferences.module_order)
        if module.key not in preferences.hidden_modules and (visitor.is_personalized or not module.is_personal)
    ]


def _render(module: registry.Module, visitor: Visitor, subject: object) -> ShownModule | None:
    content = module.content(visitor) if subject is None else module.content_about(visitor, subject)
    if content is None:
        return None
    reason = module.reason(visitor, content)
    html = get_template(module.template_name).render({**content, "visitor": visitor, "module": module}, visitor.request)
    return ShownModule(
        key=module.key,
        title=module.title,
        html=html,
        is_personal=module.is_personal,
        is_wide=module.is_wide,
        reason=reason,
        fact=facts.describe(reason.fact),
    )


def _with_neighbours(modules: list[ShownModule]) -> list[ShownModule]:
    keys = ["", *(module.key for module in modules), ""]
    return [replace(module, previous=keys[place], next=keys[place + 2]) for place, module in enumerate(modules)]


def stored_preferences_of(user: AbstractBaseUser) -> Preferences:
    """Return everything an account stores, whether or not pages may use it at present.

    Cost: one query for an account that stores nothing, three for one that does.
    """
    consents = current_consents_of(user)
    if not consents:
        return NOTHING_STORED
    profile = VisitorProfile.objects.filter(user_id=user.pk).first() or VisitorProfile()
    return Preferences(
        topics=tuple(profile.topics),
        owned=tuple(
            OwnedItem(owned.product_code, owned.serial_number, owned.purchased_on)
            for owned in OwnedProduct.objects.filter(user_id=user.pk)
        ),
        language=profile.language,
        theme=profile.theme,
        text_size=profile.text_size,
        density=profile.density,
        module_order=tuple(profile.module_order),
        hidden_modules=frozenset(profile.hidden_modules),
        consents=frozenset(record.purpose for record in consents if record.counts),
    )


def current_consents_of(user: AbstractBaseUser) -> list[ConsentRecord]:
    """Return the last decision of an account for each purpose; empty if it was never asked."""
    return list(ConsentRecord.objects.latest_for(user))


def allows_now(user: AbstractBaseUser, purpose: str) -> bool:
    """Say whether `user` allows `purpose`, and what it needs, at this moment; one query, for writes that must be sure."""
    allowed = {record.purpose for record in current_consents_of(user) if record.counts}
    needs = PURPOSES[purpose].needs
    return purpose in allowed and (not needs or needs in allowed)


def accounts_allowing(purpose: str) -> set[int]:
    """Return the numbers of all accounts that allow `purpose`, and what it needs, at present. For jobs: one or two queries."""
    needs = PURPOSES[purpose].needs
    allowed = ConsentRecord.objects.accounts_allowing(PURPOSES[purpose])
    return allowed & ConsentRecord.objects.accounts_allowing(PURPOSES[needs]) if needs else allowed


def consent_history_of(user: AbstractBaseUser) -> list[ConsentRecord]:
    """Return every decision of an account, oldest first."""
    return list(ConsentRecord.objects.filter(user_id=user.pk))
