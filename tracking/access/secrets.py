"""Tokens and codes: made from a random seed and the site's secret key, never stored.

Whoever has a copy of the database has seeds and digests, from which neither can be computed.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

_SEED_BYTES = 24
# 160 bits: beyond any search, and the address still fits one line of a letter.
_TOKEN_BYTES = 20
CODE_DIGITS = 6
_MARK_LENGTH = 12


def make_seed() -> str:
    """Return 192 random bits, as text."""
    return secrets.token_hex(_SEED_BYTES)


def link_token(seed: str) -> str:
    """Return the token of a link: 27 characters that may stand in an address."""
    return _token("link", seed)


def feed_token(seed: str) -> str:
    """Return the token of a calendar, as long as a link's."""
    return _token("feed", seed)


def subscription_token(seed: str) -> str:
    """Return the token of a subscription, as long as a link's."""
    return _token("subscription", seed)


def token_digest(token: str) -> str:
    """Return what a link is found by; 160 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def code(seed: str) -> str:
    """Return the one-time code: CODE_DIGITS digits, each as likely as any other."""
    return f"{int.from_bytes(_keyed('code', seed)) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(seed: str, typed: str) -> bool:
    """Say whether `typed` is the code, in the same time for every wrong one."""
    return constant_time_compare(code(seed), typed)


def device_mark(seed: str, kind_of_browser: str) -> str:
    """Return a hash that tells two kinds of browser apart for this one link, and for nothing else."""
    return _keyed("device", f"{seed}:{kind_of_browser}").hex()[:_MARK_LENGTH]


def _token(purpose: str, seed: str) -> str:
    return base64.urlsafe_b64encode(_keyed(purpose, seed)[:_TOKEN_BYTES]).decode().rstrip("=")


def _keyed(purpose: str, value: str) -> bytes:
    return salted_hmac(f"tracking.access.{purpose}", value, algorithm="sha256").digest()
