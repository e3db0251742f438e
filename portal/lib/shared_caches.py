"""What proxies before the site may keep for everybody: nothing, unless the operator says that theirs honours Vary: Cookie.

Decision: docs/adr/0036-shared-caches.md. What an answer may be shared is for its owner to say (kb/page_cache.py, documents).
"""

from __future__ import annotations

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

# Honest to browsers: the next page may be unpublished, or its reader signed in; asking again costs them a 304.
FOR_ONE_BROWSER = "private, no-cache"


def share(response: HttpResponseBase, *, at_most: int) -> None:
    """Let proxies keep `response` for SHARED_CACHE_SECONDS, `at_most` so many seconds; a browser asks again each time.

    Only for what every reader without a cookie of a person gets alike, and that sets none. No stale-while-revalidate: what
    was unpublished would stand longer than the operator allowed.
    """
    patch_vary_headers(response, ["Cookie"])
    seconds = min(settings.SHARED_CACHE_SECONDS, at_most)
    response.headers["Cache-Control"] = (
        f"public, s-maxage={seconds}, max-age=0, must-revalidate" if seconds > 0 else FOR_ONE_BROWSER
    )


def is_shared(response: HttpResponseBase) -> bool:
    """Say whether `share` let proxies keep `response`."""
    return "s-maxage" in response.headers.get("Cache-Control", "")


def keep_from_proxies(response: HttpResponseBase) -> None:
    """Take back what `share` allowed; any other answer is left as it is."""
    if is_shared(response):
        response.headers["Cache-Control"] = FOR_ONE_BROWSER
