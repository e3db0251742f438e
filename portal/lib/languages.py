"""The language a text is wanted in."""

import unicodedata

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language


def active_language() -> str:
    """Return the language that is active now, as our catalogues, addresses and rows name it: "vi" or "en"."""
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]


def own_name(code: str) -> str:
    """Return what a language calls itself: Tiếng Việt, English.

    Composed letters, as everywhere here: Django 5.2 has the Vietnamese marks apart.
    """
    return unicodedata.normalize("NFC", str(LANG_INFO[code]["name_local"]))
