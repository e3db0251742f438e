"""What tracking offers to whoever searches: the look-up of an order, for a text that looks like one.

Looks at the text alone. An order that exists and one that does not get the same offer, so that it tells nothing.
"""

import re
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from personalization.registry import SearchHint, register_search_hint
from portal.lib.text import clean_line, fold
from tracking.references import normalise_reference

# A number stands at the beginning of what people paste from a letter; further down it is a text about something else.
_READ_CHARACTERS = 200
_WORD = re.compile(r"#?[a-z0-9](?:[a-z0-9]|[-–](?=[a-z0-9]))*")
# NM-10001, DH000123. Fewer digits are models of appliances: LBP2900.
_NUMBER_OF_A_SHOP = re.compile(r"#?[a-z]{1,4}[-–]?[0-9]{5,12}")
# Digits alone mean an order only where nothing else is said: "12000 btu" is none. Ten of them with a 0 are a phone.
_ONLY_DIGITS = re.compile(r"#[0-9]{3,12}|(?!0[0-9]{9,10}$)[0-9]{5,12}")
_ABOUT_ORDERS = re.compile(r"\b(?:don hang|ma don|so don|don so|van don|kien hang|orders?|parcels?)\b")
_LEAST_DIGITS_AFTER_ORDER = 3


def order_hint(text: str) -> SearchHint | None:
    """Return the way to the order that `text` names, or to the look-up when it is about orders; else None."""
    line = clean_line(text[:_READ_CHARACTERS])
    number = named_number(line)
    if number:
        return SearchHint(
            group="orders",
            text=_("Look up order %(number)s") % {"number": number},
            url=reverse("orders") + "?" + urlencode({"number": number}),
            is_personal=True,
        )
    if _ABOUT_ORDERS.search(fold(line)):
        return SearchHint(group="orders", text=_("Look up an order"), url=reverse("orders"))
    return None


def named_number(line: str) -> str:
    """Return the order number or reference within `line` as it was typed, in capitals; "" if there is none."""
    whole = fold(line)
    if _ONLY_DIGITS.fullmatch(whole) or _NUMBER_OF_A_SHOP.fullmatch(whole.replace(" ", "", 1)) or _is_reference(line):
        return line.upper().removeprefix("#")
    is_about_orders = bool(_ABOUT_ORDERS.search(whole))
    for match in _WORD.finditer(whole):
        word = match.group()
        if _NUMBER_OF_A_SHOP.fullmatch(word) or _is_reference(word) or (is_about_orders and _has_number(word)):
            return word.upper().removeprefix("#")
    return ""


def _is_reference(word: str) -> bool:
    # Every 32nd word of ten letters has the right check character by chance; a word without any digit is a word.
    return any(character.isdigit() for character in word) and normalise_reference(word) is not None


def _has_number(word: str) -> bool:
    return sum(character.isdigit() for character in word) >= _LEAST_DIGITS_AFTER_ORDER


register_search_hint("tracking.order", order_hint, order=10)
