"""What a visitor told us, as values: frozen, without a query, the same for an account and for a guest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from personalization.ranking import Dismissal
from portal.lib.languages import own_name

# What is stored, with the reader's words; the first of each is what a stranger gets.
THEME_LABELS = {"auto": _("Same as my device"), "light": _("Light"), "dark": _("Dark")}
TEXT_SIZE_LABELS = {"normal": _("Normal"), "large": _("Large"), "larger": _("Larger")}
DENSITY_LABELS = {"comfortable": _("Comfortable"), "compact": _("Compact")}
ORDER_LETTER_LABELS = {
    "": _("What the shop usually sends"),
    "on": _("Yes, write to me when there is news of an order"),
    "off": _("No letters about orders"),
}
CHANNEL_LABELS = {"": _("Any way you like"), "email": _("By e-mail"), "phone": _("By telephone"), "zalo": _("By Zalo")}
LANGUAGE_LABELS = {code: own_name(code) for code, _name in settings.LANGUAGES}
THEMES = tuple(THEME_LABELS)
TEXT_SIZES = tuple(TEXT_SIZE_LABELS)
DENSITIES = tuple(DENSITY_LABELS)
ORDER_LETTERS = tuple(ORDER_LETTER_LABELS)
CHANNELS = tuple(CHANNEL_LABELS)

# What a visitor may allow; the words they are asked in stand in `consents`.
# Use what is stored about me to build my pages.
PERSONALIZATION = "personalization"
# Keep what I read and search for while signed in, for the same end.
BEHAVIOUR = "behaviour"
# Write to me about what is due.
DIGEST = "digest"
# Show me offers on my pages.
OFFERS = "offers"

# What `hidden_modules` holds for an aimed block that was put away: this and the block's id.
HIDDEN_AIMED = re.compile(r"^aimed\.[0-9a-f-]{1,36}\Z")


@dataclass(frozen=True)
class OwnedItem:
    """One appliance that somebody owns; `product_code` is the catalogue's code ("NM-W85")."""

    product_code: str
    serial_number: str = ""
    purchased_on: date | None = None


@dataclass(frozen=True)
class Preferences:
    """The choices of one visitor; the default value is that of somebody who told us nothing.

    topics           codes of categories, in the order chosen
    owned            appliances with serial number and date; `owned_products` are their codes alone
    language         "vi", "en" or "" when not chosen
    order_letters    whether to write about orders: "on", "off" or "" for what the shop does by itself
    channel          how an answer is wished: "email", "phone", "zalo" or "" for any
    pinned_modules   keys of modules that stand above all others, the first pinned first
    module_order     keys of modules, first comes first; modules not named keep their default place
    hidden_modules   keys of modules that the visitor put away
    dismissals       modules to which the visitor said "not now", with the day: those that still count in the ranking
    consents         purposes allowed at present; without PERSONALIZATION `Visitor.preferences` is the default value
    """

    topics: tuple[str, ...] = ()
    owned: tuple[OwnedItem, ...] = ()
    language: str = ""
    theme: str = "auto"
    text_size: str = "normal"
    density: str = "comfortable"
    order_letters: str = ""
    channel: str = ""
    pinned_modules: tuple[str, ...] = ()
    module_order: tuple[str, ...] = ()
    hidden_modules: frozenset[str] = frozenset()
    dismissals: tuple[Dismissal, ...] = ()
    consents: frozenset[str] = field(default_factory=frozenset)

    @property
    def owned_products(self) -> tuple[str, ...]:
        """The codes of the owned products, each once, in the order entered."""
        return tuple(dict.fromkeys(item.product_code for item in self.owned))

    @property
    def hidden_aimed(self) -> frozenset[str]:
        """The keys of the aimed blocks that were put away."""
        return frozenset(key for key in self.hidden_modules if HIDDEN_AIMED.match(key))

    @property
    def allows_personalization(self) -> bool:
        return PERSONALIZATION in self.consents


NOTHING_STORED = Preferences()
