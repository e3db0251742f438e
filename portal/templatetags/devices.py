"""Says in words which device a session belongs to."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first that fits wins: every browser also claims to be its ancestors.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def device_name(user_agent: str) -> str:
    """Return "Chrome on Android" for a User-Agent header, or a general word for one that names nothing we know."""
    browser = _first_in(user_agent, BROWSERS) or _("A browser")
    system = _first_in(user_agent, SYSTEMS) or _("an unknown device")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def _first_in(user_agent: str, marks: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in marks if mark in user_agent), "")
