"""Short permissions to look at one order, kept in the session of whoever proved number and contact."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

SESSION_KEY = "tracking_grants"
# Idle and absolute limit of a look-up: long enough to read the page and ring the carrier (ASVS 5.0, 7.3).
IDLE_SECONDS = 15 * 60
ABSOLUTE_SECONDS = 12 * 60 * 60
# A sliding grant is written back at most this often, so that reading a page rarely writes to the database.
RENEW_AFTER_SECONDS = 60
MAX_GRANTS = 10


def give(request: HttpRequest, reference: str) -> None:
    """Let this browser see the order; the session gets a new key, so that a planted one is worth nothing."""
    now = _now()
    grants = _valid(request)
    grants[reference] = [now, now]
    newest = sorted(grants.items(), key=lambda item: item[1][1])[-MAX_GRANTS:]
    request.session.cycle_key()
    request.session[SESSION_KEY] = dict(newest)


def holds(request: HttpRequest, reference: str) -> bool:
    """Say whether this browser may see the order, and if so let the time run anew. No query without a session."""
    grants = _valid(request)
    if reference not in grants:
        return False
    given_at, used_at = grants[reference]
    if _now() - used_at >= RENEW_AFTER_SECONDS:
        grants[reference] = [given_at, _now()]
        request.session[SESSION_KEY] = grants
    return True


def _valid(request: HttpRequest) -> dict[str, list[int]]:
    now = _now()
    stored: dict[str, list[int]] = request.session.get(SESSION_KEY, {})
    return {
        reference: [given_at, used_at]
        for reference, (given_at, used_at) in stored.items()
        if 0 <= now - used_at < IDLE_SECONDS and 0 <= now - given_at < ABSOLUTE_SECONDS
    }


def _now() -> int:
    return int(timezone.now().timestamp())
