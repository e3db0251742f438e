"""The language a text is wanted in."""

from django.conf import settings
from django.utils.translation import get_language


def active_language() -> str:
    """Return the language that is active now, as our catalogues, addresses and rows name it: "vi" or "en"."""
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
