"""What support offers to whoever searches: a person, with the question filled in."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from personalization.registry import SearchHint, register_search_hint
from portal.lib.text import clean_line

# A question, not an essay: an address of more is cut by browsers and mail programs.
_MAX_QUESTION_CHARACTERS = 1000


def contact_hint(text: str) -> SearchHint | None:
    """Return the way to a person for any text that is not empty."""
    question = clean_line(text[:_MAX_QUESTION_CHARACTERS])
    if not question:
        return None
    return SearchHint(group="contact", text=_("Ask a person"), url=f"{reverse('contact')}?{urlencode({'q': question})}")


register_search_hint("support.contact", contact_hint, order=90)
