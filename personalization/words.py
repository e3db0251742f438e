"""What is stored about a visitor in the reader's words: for the preferences page, the welcome and the merging."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import registry
from personalization.preferences import (
    CHANNEL_LABELS,
    DENSITY_LABELS,
    HIDDEN_AIMED,
    LANGUAGE_LABELS,
    ORDER_LETTER_LABELS,
    TEXT_SIZE_LABELS,
    THEME_LABELS,
    OwnedItem,
    Preferences,
)
from personalization.ranking import Dismissal

# In the order in which they are shown.
TITLES: dict[str, str | Promise] = {
    "topics": gettext_lazy("Topics"),
    "owned": gettext_lazy("Products you own"),
    "language": gettext_lazy("Language of the pages"),
    "theme": gettext_lazy("Colours"),
    "text_size": gettext_lazy("Text size"),
    "density": gettext_lazy("Spacing"),
    "order_letters": gettext_lazy("Letters about your orders"),
    "channel": gettext_lazy("How we should answer you"),
    "pinned_modules": gettext_lazy("Pinned boxes"),
    "module_order": gettext_lazy("Order of the boxes"),
    "hidden_modules": gettext_lazy("Hidden boxes"),
    "dismissals": gettext_lazy("Boxes put off"),
}
_LABELS: dict[str, dict[str, str | Promise]] = {
    "theme": {**THEME_LABELS},
    "text_size": {**TEXT_SIZE_LABELS},
    "density": {**DENSITY_LABELS},
    "order_letters": {**ORDER_LETTER_LABELS},
    "channel": {**CHANNEL_LABELS},
}


class Words:
    """Says values of `Preferences` in one language. Costs at most one query for topics and one for products."""

    def __init__(self, language: str):
        self._language = language

    def value_of(self, preferences: Preferences, name: str) -> str:
        """Return what `preferences` hold under `name` (a key of TITLES); "none" for an empty list."""
        value = getattr(preferences, name)
        if name in _LABELS:
            return str(_LABELS[name][value])
        if name == "language":
            return LANGUAGE_LABELS.get(value, _("Same as my browser"))
        if name == "topics":
            return joined(self._topics.get(code, code) for code in value)
        if name == "owned":
            return joined(self.product(item) for item in value)
        if name == "dismissals":
            return joined(map(_dismissal, value))
        return joined(map(module_title, sorted(value) if isinstance(value, frozenset) else value))

    def product(self, item: OwnedItem) -> str:
        """Return one appliance with what is known of it."""
        parts = [self._products.get(item.product_code, item.product_code)]
        if item.serial_number:
            parts.append(_("serial number %(number)s") % {"number": item.serial_number})
        if item.purchased_on:
            parts.append(_("bought on %(day)s") % {"day": date_format(item.purchased_on, "SHORT_DATE_FORMAT")})
        return ", ".join(parts)

    @cached_property
    def _topics(self) -> dict[str, str]:
        return {choice.code: str(choice.label) for choice in registry.choices("topics", self._language)}

    @cached_property
    def _products(self) -> dict[str, str]:
        return {choice.code: str(choice.label) for choice in registry.choices("products", self._language)}


def _dismissal(dismissal: Dismissal) -> str:
    return _("%(title)s, last on %(day)s") % {
        "title": module_title(dismissal.key),
        "day": date_format(dismissal.on, "SHORT_DATE_FORMAT"),
    }


def module_title(key: str) -> str:
    """Return the title of a module; its key for one that no app offers any more. Aimed blocks are called so."""
    if HIDDEN_AIMED.match(key):
        return _("content written for some customers")
    module = registry.find(key)
    return str(module.title) if module else key


def joined(parts: Iterable[str]) -> str:
    """Return the parts as one line; "none" if there are none."""
    return "; ".join(parts) or _("none")
