"""Which searches are counted without keeping their words."""

import re

from kb.models.search_log import LOGGED_QUERY_MAX_LENGTH
from personalization.registry import is_personal_search
from portal.lib.confidential import without_personal_data

# Digits of one number, however they are grouped. A model (NM-W85), an error code or a year has fewer.
_SIX_DIGITS = re.compile(r"\d(?:[ .\-–/()]?\d){5,}")


def is_withheld(query: str) -> bool:
    """Return whether `query` may say who asks: addresses, phones, numbers of orders and cards, or pasted letters.

    Names cannot be told from other words. Who searches for a person's name leaves that word in the counts of a day.
    """
    return (
        len(query) > LOGGED_QUERY_MAX_LENGTH
        or "@" in query
        or _SIX_DIGITS.search(query) is not None
        or without_personal_data(query) != query
        or is_personal_search(query)
    )
