"""What `manage.py check`, and with it every start, refuses about the settings."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from portal.loopback import is_loopback_host


def check_rate_limits(**options: object) -> list[CheckMessage]:
    """Refuse a site that others can reach without rate limits."""
    if settings.RATE_LIMITS_ON or is_loopback_host(urlsplit(settings.SITE_URL).netloc):
        return []
    return [
        Error(
            f"RATE_LIMITS=off is for load tests on this machine, but the site's address is {settings.SITE_URL}.",
            hint="Take RATE_LIMITS out of the environment.",
            id="portal.E001",
        )
    ]
