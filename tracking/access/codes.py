"""Which code this browser waits for. The number of the code lies in its session: no other browser can type it in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

SESSION_KEY = "tracking_codes"
# Two clicks on one button; whoever misses the letter asks again after this.
PAUSE_SECONDS = 30
MAX_CODES = 5


def remember(request: HttpRequest, reference: str, grant_id: int) -> None:
    """Wait for this code; an earlier one for the same order is worth nothing from now on."""
    waiting = _waiting(request)
    waiting.pop(reference, None)
    waiting[reference] = [grant_id, _now()]
    request.session[SESSION_KEY] = dict(list(waiting.items())[-MAX_CODES:])


def pending(request: HttpRequest, reference: str) -> int | None:
    """Return the code that this browser waits for."""
    entry = _waiting(request).get(reference)
    return entry[0] if entry else None


def was_just_sent(request: HttpRequest, reference: str) -> bool:
    """Say whether this browser asked a moment ago."""
    entry = _waiting(request).get(reference)
    return entry is not None and 0 <= _now() - entry[1] < PAUSE_SECONDS


def forget(request: HttpRequest, reference: str) -> None:
    """Wait no longer."""
    waiting = _waiting(request)
    if waiting.pop(reference, None) is not None:
        request.session[SESSION_KEY] = waiting


def _waiting(request: HttpRequest) -> dict[str, list[int]]:
    return dict(request.session.get(SESSION_KEY, {}))


def _now() -> int:
    return int(timezone.now().timestamp())
