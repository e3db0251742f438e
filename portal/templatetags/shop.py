"""The shop's name on pages that Django renders without a context."""

from django import template

from portal.lib.shop import last_known_name

register = template.Library()


@register.simple_tag
def shop_name() -> str:
    """Return the name as it was last read; never a query, since the database may be what failed."""
    return last_known_name()
