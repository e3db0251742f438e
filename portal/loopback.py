"""Whether a request was made on this very machine."""

import ipaddress

from django.http import HttpRequest
from django.http.request import split_domain_port

# A proxy on the same machine makes everybody come from loopback; one of these gives it away.
PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")


def is_direct_from_loopback(request: HttpRequest) -> bool:
    """Say whether the connection comes from this machine and no proxy stands between."""
    if any(header in request.META for header in PROXY_HEADERS):
        return False
    return is_loopback_host(request.META.get("REMOTE_ADDR", ""))


def is_loopback_host(host: str) -> bool:
    """Say whether `host`, a name or an address with or without a port, means this machine."""
    name = split_domain_port(host)[0].strip("[]") or host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
