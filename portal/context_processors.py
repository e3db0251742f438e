"""What the frame of every page needs, without a query."""

import re
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from personalization.selectors import appearance_of
from portal.lib import shop
from portal.notices import notices_for
from support import selectors as support_selectors

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}  # each in its own language, so no translation
LANGUAGE_PREFIX = re.compile(rf"^/(?:{'|'.join(LANGUAGE_NAMES)})(?=/|$)")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the names that base.html shows on every page; a view's own context wins over them."""
    return {
        # A function: a page that shows none of it asks nothing.
        "shop": shop.facts,
        "notices": partial(notices_for, request),
        "contact_channels": support_selectors.contact_channels,
        "site_url": settings.SITE_URL,
        "language_links": language_links(request),
        "appearance": partial(appearance_of, getattr(request, "visitor", None)),
    }


def language_links(request: HttpRequest) -> list[dict[str, str]]:
    """Return `code`, `name` and `url` of the same address in each language.

    Good for every address that differs in the language prefix only. A page whose slug is translated
    gives its own `language_links` in its context.
    """
    address = request.get_full_path()
    rest = LANGUAGE_PREFIX.sub("", address, count=1)
    has_prefix = rest != address
    return [
        {"code": code, "name": name, "url": f"/{code}{rest}" if has_prefix else f"/{code}/"}
        for code, name in LANGUAGE_NAMES.items()
    ]
