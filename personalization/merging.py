"""What a browser's choices and an account's differ in, and the two made one as their owner says. Pure: no query.

Somebody who signs in may share the browser, so nothing of it moves into the account by itself, and nothing of it is lost
until they have said what holds.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from personalization.preferences import NOTHING_STORED, OwnedItem, Preferences

ACCOUNT, BROWSER, BOTH = "account", "browser", "both"
_ONE_VALUE = (
    "language",
    "theme",
    "text_size",
    "density",
    "channel",
    "pinned_modules",
    "module_order",
    "dismissals",
)
_LISTS = ("topics", "hidden_modules")


@dataclass(frozen=True)
class Difference:
    """One thing in which the browser says something else than the account.

    key         name of the field of `Preferences`, or `key_of` a product that only the browser knows
    item        that product
    answers     what may be said about it: ACCOUNT, BROWSER, and BOTH for lists
    proposal    the answer that loses nothing
    """

    key: str
    answers: tuple[str, ...]
    proposal: str
    item: OwnedItem | None = None


def differences(account: Preferences, browser: Preferences) -> list[Difference]:
    """Return what the browser says otherwise; empty if taking it over would change nothing.

    A default in the browser is no choice: nobody made it.
    """
    return [*_of_lists(account, browser), *_of_products(account, browser), *_of_values(account, browser)]


def key_of(item: OwnedItem) -> str:
    """Return the key of the question about `item`: by what it is, so that an old tab never answers for another product."""
    said = f"{item.product_code}\n{item.serial_number}\n{item.purchased_on or ''}"
    return f"owned-{zlib.crc32(said.encode()):08x}"


def merged(account: Preferences, browser: Preferences, answers: Mapping[str, str]) -> Preferences:
    """Return the account's preferences with what `answers` (by `Difference.key`) takes from the browser.

    What is not answered stays as the account has it, and so do its consents.
    """
    result = account
    for difference in differences(account, browser):
        answer = answers.get(difference.key, ACCOUNT)
        if answer == ACCOUNT or answer not in difference.answers:
            continue
        if difference.item is not None:
            result = replace(result, owned=_with_product(result.owned, difference.item))
            continue
        value = getattr(browser, difference.key)
        if answer == BOTH:
            value = _both(getattr(account, difference.key), value, type(value))
        result = replace(result, **{difference.key: value})
    return result


def _of_lists(account: Preferences, browser: Preferences) -> list[Difference]:
    found = []
    for name in _LISTS:
        ours, theirs = set(getattr(account, name)), set(getattr(browser, name))
        if theirs and theirs != ours:
            answers = (ACCOUNT, BROWSER, BOTH) if ours else (ACCOUNT, BROWSER)
            found.append(Difference(name, answers, BOTH if ours else BROWSER))
    return found


def _of_products(account: Preferences, browser: Preferences) -> list[Difference]:
    return [
        Difference(key_of(item), (ACCOUNT, BROWSER), BROWSER, item)
        for item in browser.owned
        if not any(_says_as_much(known, item) for known in account.owned)
    ]


def _of_values(account: Preferences, browser: Preferences) -> list[Difference]:
    return [
        Difference(
            name,
            (ACCOUNT, BROWSER),
            BROWSER if getattr(account, name) == getattr(NOTHING_STORED, name) else ACCOUNT,
        )
        for name in _ONE_VALUE
        if getattr(browser, name) not in (getattr(NOTHING_STORED, name), getattr(account, name))
    ]


def _says_as_much(known: OwnedItem, item: OwnedItem) -> bool:
    return (
        known.product_code == item.product_code
        and item.serial_number in ("", known.serial_number)
        and item.purchased_on in (None, known.purchased_on)
    )


def _with_product(owned: tuple[OwnedItem, ...], item: OwnedItem) -> tuple[OwnedItem, ...]:
    """Return `owned` with `item`: in place of the same appliance (code and serial number), else behind it."""
    key = (item.product_code, item.serial_number)
    if any((one.product_code, one.serial_number) == key for one in owned):
        return tuple(item if (one.product_code, one.serial_number) == key else one for one in owned)
    return (*owned, item)


def _both(ours: Iterable[str], theirs: Iterable[str], kind: type) -> object:
    return kind(dict.fromkeys((*ours, *theirs)))
