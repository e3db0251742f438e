"""What an address tells in words."""

import re

from django import template

register = template.Library()

# Addresses of orders and cases hold references, which are nothing to search for.
_SLUG_OF_HELP = re.compile(r"^/\w\w/(?:help|products)/(?:[\w-]+/)*?([\w-]{1,120})/?$", re.ASCII)


@register.filter
def words_of_address(path: str) -> str:
    """Return the words of the last slug of a help or product address, "" for any other: "thoi-han" is "thoi han".

    Search finds them without their marks, so whoever follows an old link gets an answer with one more step.
    """
    match = _SLUG_OF_HELP.match(path)
    return re.sub(r"[-_]+", " ", match[1]).strip() if match else ""
