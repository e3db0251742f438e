"""The purposes a visitor may allow, with the words they are asked in."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.preferences import BEHAVIOUR, DIGEST, OFFERS, PERSONALIZATION


@dataclass(frozen=True)
class Purpose:
    """One use of personal data that needs consent.

    `wording` is the whole promise as the reader meets it, and is stored with each decision. Whoever changes its
    meaning changes `version`: an older consent then no longer counts and the visitor is asked again.

    `needs` is a purpose without which this one serves nothing: it cannot be allowed without it, and ends with it.
    `for_guests` is False for what is kept on the server, where a guest has no place.
    """

    key: str
    version: str
    title: str | Promise
    wording: str | Promise
    needs: str = ""
    for_guests: bool = True


PURPOSES = {
    purpose.key: purpose
    for purpose in [
        Purpose(
            key=PERSONALIZATION,
            version="2026-11",
            title=_("Personal pages"),
            wording=_(
                "I agree that the shop stores what I choose for my pages and uses it, together with my orders and "
                "requests when I am signed in, to arrange my pages for me. Nothing is inferred from what I read or "
                "search for, unless I allow that separately, and nothing is passed on. I can withdraw at any time, "
                "with effect from the next page."
            ),
        ),
        Purpose(
            key=BEHAVIOUR,
            version="2026-11",
            title=_("What I read and search for"),
            wording=_(
                "I agree that the shop keeps the last 50 articles that I open and the last 20 searches that I make "
                "while I am signed in, each for 90 days at most, to recommend articles to me and to let me go on where I "
                "stopped. Which articles are read together is counted from 20 readers up, without names. Nothing is "
                "passed on. I can withdraw at any time; the lists are deleted at once."
            ),
            needs=PERSONALIZATION,
            for_guests=False,
        ),
        Purpose(
            key=DIGEST,
            version="2026-11",
            title=_("Weekly letter"),
            wording=_(
                "I agree that the shop writes to the e-mail address of my account, at most once a week and only when "
                "there is something: maintenance that is due, a warranty that ends, rules that change for my orders, "
                "articles that were corrected. It uses what my personal pages use, and remembers what it told me. Every "
                "letter has a link that stops them at once."
            ),
            needs=PERSONALIZATION,
            for_guests=False,
        ),
        Purpose(
            key=OFFERS,
            version="2026-11",
            title=_("Offers"),
            wording=_(
                "I agree that my pages show offers that fit the products I own. No letters are sent for this, and "
                "nothing is passed on. I can withdraw at any time, with effect from the next page."
            ),
            needs=PERSONALIZATION,
        ),
    ]
}


def allows(purpose: str, is_granted: bool, wording_version: str) -> bool:
    """Say whether a decision allows its purpose at present: granted, and in the words of today."""
    asked = PURPOSES.get(purpose)
    return is_granted and asked is not None and wording_version == asked.version


def is_allowed(purpose: str, granted: Collection[str]) -> bool:
    """Say whether `purpose` may be used when these purposes are granted: it, and what it needs."""
    needs = PURPOSES[purpose].needs
    return purpose in granted and (not needs or needs in granted)


def ended_by(purpose: str) -> list[str]:
    """Return the purposes that end when `purpose` is withdrawn: it and those that need it."""
    return [purpose, *(other.key for other in PURPOSES.values() if other.needs == purpose)]
