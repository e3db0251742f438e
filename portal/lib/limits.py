"""One way to limit how often something may be done, on any cache, the embedded one included."""

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest


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
