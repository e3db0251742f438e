"""One way to limit how often something may be done, on any cache, the embedded one included."""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest

_IPV4, _IPV4_PREFIX, _IPV6_PREFIX = 4, 24, 64


def limited(request: HttpRequest, *, action: str, rates: str, key: str | None = None) -> bool:
    """Count one use of `action` and return whether it is one too many.

    `rates` is allauth's notation: "10/m/ip,60/h/ip", or "20/d/key" together with `key` (kept only as a hash).
    IPv6 visitors are counted by network. Counting is done under a lock built on `cache.add`: the database
    cache loses increments under threads (django-ratelimit's failure).
    Cost: two cache writes for each rate. RATE_LIMITS=off switches it off, for load tests on loopback only.
    """
    if not settings.RATE_LIMITS_ON:
        return False
    usage = consume(request, app="portal", action=action, config={action: rates}, key=key, limit_get=True)
    return usage is None


def network_of(request: HttpRequest) -> str:
    """Return the network of the visitor: /24 of IPv4, /64 of IPv6, what one household or one office has.

    The address is the connection's, or what TRUSTED_PROXY_COUNT proxies of ours wrote; a header that the visitor
    sends is never believed.
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except ValueError:
        # A Unix socket has no address: everybody shares one bucket.
        return ""
    prefix = _IPV4_PREFIX if address.version == _IPV4 else _IPV6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))
