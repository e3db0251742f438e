"""The choices of a guest, kept in the guest's own browser as a signed cookie; nothing of them is on the server.

The signature keeps a stranger from handing us values that no form of ours let through; what is unsigned, cut,
expired or of another format is treated as absent. The cookie exists only after consent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from personalization.consents import PURPOSES
from personalization.models import CODE_LENGTH, SERIAL_LENGTH
from personalization.preferences import CHANNELS, DENSITIES, LANGUAGE_LABELS, TEXT_SIZES, THEMES, OwnedItem, Preferences
from personalization.ranking import Dismissal

COOKIE_NAME = "portal_preferences"
COOKIE_AGE_SECONDS = 365 * 24 * 3600
# Browsers keep 4,096 bytes for name, value and attributes together (RFC 6265, 6.1); the attributes need about 120.
MAX_VALUE_BYTES = 3900
# What is added to the format is read as absent from older cookies; the number changes with the meaning of a letter.
FORMAT_VERSION = 1
SALT = "personalization.guest"
# No code of a topic and no key of a box is longer.
LONGEST_TEXT = 80


class TooMuchForBrowser(Exception):
    """The choices do not fit into a cookie; an account holds more."""


@dataclass(frozen=True)
class GivenConsent:
    """The proof that travels with a guest: when, in which wording and language consent was given."""

    wording_version: str
    language: str
    given_at: datetime


@dataclass(frozen=True)
class GuestChoices:
    """What one browser holds: the preferences and, for each purpose allowed, the proof."""

    preferences: Preferences
    consents: dict[str, GivenConsent] = field(default_factory=dict)


def pack(choices: GuestChoices) -> str:
    """Return the cookie's value; raises TooMuchForBrowser when it would not be kept."""
    preferences = choices.preferences
    value = signing.dumps(
        {
            "v": FORMAT_VERSION,
            "t": preferences.topics,
            "o": [
                (item.product_code, item.serial_number, item.purchased_on and item.purchased_on.isoformat())
                for item in preferences.owned
            ],
            "d": [preferences.language, preferences.theme, preferences.text_size, preferences.density],
            "r": preferences.channel,
            "p": preferences.pinned_modules,
            "m": preferences.module_order,
            "h": sorted(preferences.hidden_modules),
            "n": [dismissal.as_row() for dismissal in preferences.dismissals],
            "c": {
                purpose: (consent.wording_version, consent.language, consent.given_at.isoformat())
                for purpose, consent in choices.consents.items()
            },
        },
        salt=SALT,
        compress=True,
    )
    if len(value) > MAX_VALUE_BYTES:
        raise TooMuchForBrowser(len(value))
    return value


def unpack(value: str) -> GuestChoices | None:
    """Return the choices in a cookie's value, or None for one that we did not write, or wrote too long ago."""
    try:
        data = signing.loads(value, salt=SALT, max_age=COOKIE_AGE_SECONDS)
        if data["v"] != FORMAT_VERSION:
            return None
        return _choices_from(data)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        # Not ours, or ours from a format that had the same number: an old release, a restored key.
        return None


def _choices_from(data: dict[str, Any]) -> GuestChoices:
    language, theme, text_size, density = data["d"]
    channel = data.get("r", "")
    # A consent to older words does not cover the present ones: it is asked for again.
    consents = {
        purpose: GivenConsent(version, _language(consent_language), datetime.fromisoformat(given_at))
        for purpose, (version, consent_language, given_at) in dict(data["c"]).items()
        if purpose in PURPOSES and PURPOSES[purpose].for_guests and version == PURPOSES[purpose].version
    }
    preferences = Preferences(
        topics=_texts(data["t"]),
        owned=tuple(_owned_item(*row) for row in data["o"]),
        language=language if language in LANGUAGE_LABELS else "",
        theme=theme if theme in THEMES else THEMES[0],
        text_size=text_size if text_size in TEXT_SIZES else TEXT_SIZES[0],
        density=density if density in DENSITIES else DENSITIES[0],
        channel=channel if channel in CHANNELS else CHANNELS[0],
        pinned_modules=_texts(data.get("p", ())),
        module_order=_texts(data["m"]),
        hidden_modules=frozenset(_texts(data["h"])),
        dismissals=tuple(map(Dismissal.from_row, data.get("n", ()))),
        consents=frozenset(consents),
    )
    return GuestChoices(preferences=preferences, consents=consents)


def _texts(values: Any) -> tuple[str, ...]:
    """Return a list of short texts; raises TypeError or ValueError for anything else, which would break pages that use it."""
    if not isinstance(values, list | tuple):
        raise TypeError("no list")
    return tuple(_text(value, LONGEST_TEXT) for value in values)


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("no short text")
    return value


def _owned_item(code: Any, serial: Any, purchased_on: Any) -> OwnedItem:
    # What an account could not keep is not offered to it.
    code, serial = _text(code, CODE_LENGTH), _text(serial, SERIAL_LENGTH)
    return OwnedItem(code, serial, date.fromisoformat(purchased_on) if purchased_on else None)


def _language(code: Any) -> str:
    if code not in LANGUAGE_LABELS:
        raise ValueError("no language of ours")
    return str(code)


def read(request: HttpRequest) -> GuestChoices | None:
    """Return what the browser behind `request` holds; None without a usable cookie."""
    value = request.COOKIES.get(COOKIE_NAME)
    return unpack(value) if value else None


def write(response: HttpResponse, value: str) -> None:
    """Let the browser keep `value`; an empty one takes the cookie away."""
    if not value:
        response.delete_cookie(COOKIE_NAME, samesite="Lax")
        return
    response.set_cookie(
        COOKIE_NAME,
        value,
        max_age=COOKIE_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
