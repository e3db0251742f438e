"""Who votes: a random number in the visitor's own browser, from which each article makes another key.

The number says nothing about anybody, it is set by the first vote and used for nothing else. Because the key is
different for each article, the table of votes does not show what else the same visitor read.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE_NAME = "portal_votes"
COOKIE_AGE_SECONDS = 365 * 24 * 3600
SALT = "kb.voters"


def voter_of(request: HttpRequest) -> str:
    """Return the number this browser brought, or a new one; `remember` lets the browser keep it."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE_NAME, ""), salt=SALT, max_age=COOKIE_AGE_SECONDS)
    except signing.BadSignature:
        return secrets.token_urlsafe(16)


def remember(response: HttpResponse, voter: str) -> None:
    """Let the browser keep its number for a year."""
    response.set_cookie(
        COOKIE_NAME,
        signing.dumps(voter, salt=SALT),
        max_age=COOKIE_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def key_for(voter: str, page_id: int) -> str:
    """Return the voter's key for one article: a keyed hash of 64 hexadecimal digits."""
    return salted_hmac(SALT, f"{page_id}:{voter}", algorithm="sha256").hexdigest()
