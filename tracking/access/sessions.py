"""What this browser has proved about orders: kept in its session, each proof for a short time."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from tracking.disclosure import Tier

SESSION_KEY = "tracking_proofs"
# A sliding proof is written back at most this often, so that reading a page rarely writes to the database.
RENEW_AFTER_SECONDS = 60
MAX_ORDERS = 10
_MINUTE, _HOUR = 60, 60 * 60


@dataclass(frozen=True)
class Lifetime:
    """How long a proof lasts: without use, and in all."""

    idle_seconds: int
    absolute_seconds: int


# Long enough to read the page and ring the carrier; the full view of an order no longer than a bank's (ASVS 5.0, 7.3).
# A link can be opened again from its letter, so its two hours are for whoever walks to the door in between.
LIFETIMES = {
    Tier.LOOKUP: Lifetime(15 * _MINUTE, 12 * _HOUR),
    Tier.LINK: Lifetime(2 * _HOUR, 12 * _HOUR),
    Tier.OWNER: Lifetime(15 * _MINUTE, 12 * _HOUR),
}


@dataclass(frozen=True)
class Proof:
    """One thing that was proved about one order; `grant_id` is the link or code that proved it."""

    tier: Tier
    given_at: int
    used_at: int
    grant_id: int | None = None

    def is_valid(self, now: int) -> bool:
        lifetime = LIFETIMES[self.tier]
        return 0 <= now - self.used_at < lifetime.idle_seconds and 0 <= now - self.given_at < lifetime.absolute_seconds


def give(request: HttpRequest, reference: str, tier: Tier, *, grant_id: int | None = None) -> None:
    """Let this browser see the order at `tier`; the session gets a new key, so that a planted one is worth nothing."""
    now = _now()
    proofs = _valid(request)
    others = [proof for proof in proofs.pop(reference, []) if proof.tier != tier]
    proofs[reference] = [*others, Proof(tier, now, now, grant_id)]
    request.session.cycle_key()
    _store(request, dict(list(proofs.items())[-MAX_ORDERS:]))


def proofs_of(request: HttpRequest, reference: str) -> list[Proof]:
    """Return what this browser has proved about the order, the highest first. No query without a session."""
    return sorted(_valid(request).get(reference, []), key=lambda proof: -proof.tier)


def note_use(request: HttpRequest, reference: str, used: Proof) -> None:
    """Let the time of `used` run anew."""
    now = _now()
    if now - used.used_at < RENEW_AFTER_SECONDS:
        return
    proofs = _valid(request)
    proofs[reference] = [
        Proof(proof.tier, proof.given_at, now, proof.grant_id) if proof == used else proof
        for proof in proofs.get(reference, [])
    ]
    _store(request, proofs)


def forget(request: HttpRequest, reference: str) -> None:
    """End what this browser may see of the order."""
    proofs = _valid(request)
    if proofs.pop(reference, None) is not None:
        request.session.cycle_key()
        _store(request, proofs)


def _valid(request: HttpRequest) -> dict[str, list[Proof]]:
    now = _now()
    stored: dict[str, list[list[int | None]]] = request.session.get(SESSION_KEY, {})
    proofs = {
        reference: [
            Proof(Tier(tier or 0), given_at or 0, used_at or 0, grant) for tier, given_at, used_at, grant in rows
        ]
        for reference, rows in stored.items()
    }
    standing = {reference: [proof for proof in rows if proof.is_valid(now)] for reference, rows in proofs.items()}
    return {reference: rows for reference, rows in standing.items() if rows}


def _store(request: HttpRequest, proofs: dict[str, list[Proof]]) -> None:
    request.session[SESSION_KEY] = {
        reference: [[proof.tier.value, proof.given_at, proof.used_at, proof.grant_id] for proof in rows]
        for reference, rows in proofs.items()
    }


def _now() -> int:
    return int(timezone.now().timestamp())
