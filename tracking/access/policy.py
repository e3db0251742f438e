"""Who may see how much of an order: the one place that answers, for pages, files and actions.

    access = access_to(request, typed_reference)    # None: a stranger, or no such order
    if access is None or access.tier < Tier.OWNER: …

LOOKUP is proved by number and contact, LINK by opening a link of a letter, OWNER by a one-time code or by signing in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest

from tracking import selectors
from tracking.access import sessions
from tracking.disclosure import Tier
from tracking.references import normalise_reference


class Via(StrEnum):
    """How a reader proved it."""

    LOOKUP = "lookup"
    LINK = "link"
    CODE = "code"
    ACCOUNT = "account"


_VIA = {Tier.LOOKUP: Via.LOOKUP, Tier.LINK: Via.LINK, Tier.OWNER: Via.CODE}


@dataclass(frozen=True)
class Access:
    """What this request may see of one order; `reference` in the form that is stored."""

    reference: str
    tier: Tier
    via: Via


def access_to(request: HttpRequest, typed_reference: str) -> Access | None:
    """Return what this request may see of the order; None alike for a stranger's order and for one that is none.

    A link or code that was revoked meanwhile counts at once. Cost: no query for a guest without session, at most one
    for each proof, one for a signed-in reader.
    """
    reference = normalise_reference(typed_reference)
    if reference is None:
        return None
    if selectors.owns_order(request.user, reference):
        return Access(reference, Tier.OWNER, Via.ACCOUNT)
    for proof in sessions.proofs_of(request, reference):
        if proof.grant_id is None or selectors.grant_stands(proof.grant_id, reference):
            sessions.note_use(request, reference, proof)
            return Access(reference, proof.tier, _VIA[proof.tier])
    return None
