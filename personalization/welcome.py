"""What somebody has typed on the welcome pages so far: in a cookie of this session, signed, until they finish or leave.

Nothing of it is on the server, and nothing is stored before the last page asked for consent. A cookie rather than hidden
fields, so that each page has an address of its own that the browser's back and reload know (docs/adr/0032).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict

from portal.lib.cookies import WELCOME_DISMISSED

COOKIE_NAME = "portal_welcome"
SALT = "personalization.welcome"
# Long enough for a look at the type plates of everything in the house.
DRAFT_SECONDS = 24 * 3600
# As in `guest`: what browsers keep, less the attributes.
MAX_VALUE_BYTES = 3900
# Signs of all steps: fifty products take 8,000. Packed, far more would fit, and each page that shows it would be as long.
MAX_TYPED = 20_000
DISMISSED_SECONDS = 365 * 24 * 3600

STEPS = ("topics", "products", "reach")


class TooMuchTyped(Exception):
    """More than a browser keeps in a cookie; the preferences page takes it."""


@dataclass(frozen=True)
class Draft:
    """What was sent from each step, raw: a step that was only looked at or skipped is missing.

    `account` is the number of who typed it, None for a guest: the next one at this computer does not see it.
    """

    sent: dict[str, str] = field(default_factory=dict)
    account: int | None = None

    def data_of(self, step: str) -> QueryDict | None:
        """Return what was sent from `step` as a form reads it; None if nothing was."""
        return QueryDict(self.sent[step]) if step in self.sent else None

    def with_step(self, step: str, data: QueryDict) -> Draft:
        """Return the draft with what `data` says; the token and the buttons of the form stay out."""
        kept = data.copy()
        for name in ("csrfmiddlewaretoken", "to"):
            kept.pop(name, None)
        return replace(self, sent={**self.sent, step: kept.urlencode()})

    def without_step(self, step: str) -> Draft:
        """Return the draft as if `step` had never been answered."""
        return replace(self, sent={name: sent for name, sent in self.sent.items() if name != step})


def read(request: HttpRequest) -> Draft:
    """Return what this browser's cookie holds for who is before it, what they typed before signing in included.

    An empty draft for one that is cut, forged, old, of another format or of another account.
    """
    account = request.user.pk
    try:
        sent = signing.loads(request.COOKIES.get(COOKIE_NAME, ""), salt=SALT, max_age=DRAFT_SECONDS)
    except signing.BadSignature:
        return Draft(account=account)
    if not isinstance(sent, dict) or sent.get("account") not in (None, account):
        return Draft(account=account)
    return Draft({step: sent[step] for step in STEPS if isinstance(sent.get(step), str)}, account)


def write(response: HttpResponse, draft: Draft) -> None:
    """Let the browser keep `draft` until it is closed. Raises TooMuchTyped, and then nothing changes."""
    value = signing.dumps({"account": draft.account, **draft.sent}, salt=SALT, compress=True)
    if len(value) > MAX_VALUE_BYTES or sum(map(len, draft.sent.values())) > MAX_TYPED:
        raise TooMuchTyped(len(value))
    response.set_cookie(COOKIE_NAME, value, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def forget(response: HttpResponse) -> None:
    """Take the draft out of the browser."""
    response.delete_cookie(COOKIE_NAME, samesite="Lax")


def dismiss(response: HttpResponse) -> None:
    """Let the browser remember that its owner does not want to be asked; says nothing else about them."""
    response.set_cookie(
        WELCOME_DISMISSED,
        "1",
        max_age=DISMISSED_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
