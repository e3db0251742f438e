"""Keeps the demo's accounts, whose password is published, on this machine."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from portal.demo.people import is_demo_email
from portal.loopback import is_direct_from_loopback, is_loopback_host


def is_refused(email: str, request: HttpRequest) -> bool:
    """Say whether the account of `email` is a demo account and `request` may not use one.

    It may when DEMO is on, the site's own address is of this machine, and the request came over loopback under a
    loopback name. The name alone proves nothing: whoever sends a request chooses its Host header.
    """
    return is_demo_email(email) and not _is_on_this_machine(request)


def _is_on_this_machine(request: HttpRequest) -> bool:
    return (
        settings.DEMO
        and is_loopback_host(urlsplit(settings.SITE_URL).netloc)
        and is_loopback_host(request.get_host())
        and is_direct_from_loopback(request)
    )
