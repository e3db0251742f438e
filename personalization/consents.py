"""The purposes a visitor may allow, with the words they are asked in."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.preferences import PERSONALIZATION


@dataclass(frozen=True)
class Purpose:
    """One use of personal data that needs consent.

    `wording` is the whole promise as the reader meets it, and is stored with each decision. Whoever changes its
    meaning changes `version`: an older consent then no longer counts and the visitor is asked again.
    """

    key: str
    version: str
    title: str | Promise
    wording: str | Promise


PURPOSES = {
    purpose.key: purpose
    for purpose in [
        Purpose(
            key=PERSONALIZATION,
            version="2026-11",
            title=_("Personal pages"),
            wording=_(
                "I agree that the shop stores the choices on this page and uses them, together with my orders and "
                "requests when I am signed in, to arrange my pages for me. Nothing is inferred from what I read or "
                "search for, and nothing is passed on. I can withdraw at any time, with effect from the next page."
            ),
        )
    ]
}
