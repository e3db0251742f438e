"""Forms of pages that are the same for everybody: no token in them, so the browser's word says where they were sent."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_own_page(request: HttpRequest) -> bool:
    """Return whether the browser says that one of our pages sent this form.

    Asked in this order, the first that is there decides: Origin, Referer, Sec-Fetch-Site. No script of another
    site can write any of them. Nothing at all counts as foreign: every browser of the last years sends one. For
    views that are exempt from Django's own check because their form lies in a page kept whole by a cache; what they
    do must be worth no more than a vote, for a visitor's account is never looked at.
    """
    sender = request.headers.get("Origin") or request.headers.get("Referer")
    if sender:
        return _origin(sender) in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
