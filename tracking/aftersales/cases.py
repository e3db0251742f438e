"""Where a return or a warranty claim stands: a pure fold over what was reported about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import TextChoices

from tracking.aftersales.states import ClaimStatus, ReturnStatus
from tracking.folding import OrderReport, standing_order_events

S = TypeVar("S", bound=TextChoices)

# The shop may still refuse after it has looked at the article; what was paid out stays paid out.
RETURN_MOVES: Mapping[ReturnStatus, frozenset[ReturnStatus]] = {
    ReturnStatus.REQUESTED: frozenset({ReturnStatus.APPROVED, ReturnStatus.REJECTED, ReturnStatus.WITHDRAWN}),
    ReturnStatus.APPROVED: frozenset({ReturnStatus.RECEIVED, ReturnStatus.REJECTED, ReturnStatus.WITHDRAWN}),
    ReturnStatus.RECEIVED: frozenset({ReturnStatus.REFUNDED, ReturnStatus.EXCHANGED, ReturnStatus.REJECTED}),
    ReturnStatus.REJECTED: frozenset(),
    ReturnStatus.WITHDRAWN: frozenset(),
    ReturnStatus.REFUNDED: frozenset(),
    ReturnStatus.EXCHANGED: frozenset(),
}
CLAIM_MOVES: Mapping[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.OPENED: frozenset({ClaimStatus.ACCEPTED, ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN}),
    ClaimStatus.ACCEPTED: frozenset(ClaimStatus) - {ClaimStatus.OPENED, ClaimStatus.ACCEPTED},
    ClaimStatus.IN_REPAIR: frozenset(
        {ClaimStatus.REPAIRED, ClaimStatus.REPLACED, ClaimStatus.REFUNDED, ClaimStatus.REFUSED}
    ),
    ClaimStatus.REFUSED: frozenset(),
    ClaimStatus.WITHDRAWN: frozenset(),
    ClaimStatus.REPAIRED: frozenset(),
    ClaimStatus.REPLACED: frozenset(),
    ClaimStatus.REFUNDED: frozenset(),
}

# Pieces in these returns cannot be sent back a second time.
COUNTED_RETURNS = frozenset(ReturnStatus) - {ReturnStatus.REJECTED, ReturnStatus.WITHDRAWN}
# The shop has the pieces, or had them.
RECEIVED_RETURNS = frozenset({ReturnStatus.RECEIVED, ReturnStatus.REFUNDED, ReturnStatus.EXCHANGED})
# The customer or the shop still has to do something about it.
OPEN_RETURNS = frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED})
OPEN_CLAIMS = frozenset({ClaimStatus.OPENED, ClaimStatus.ACCEPTED, ClaimStatus.IN_REPAIR})


@dataclass(frozen=True)
class CaseState(Generic[S]):
    """The state of a case; `set_aside` are keys of reports that its moves do not allow."""

    status: S
    since: datetime | None = None
    set_aside: frozenset[str] = frozenset()


def fold_return(reports: Iterable[OrderReport]) -> CaseState[ReturnStatus]:
    """Return where a return stands, from the order events that name it; pure, and the same in any order."""
    named = [report for report in reports if report.kind.startswith("return_") or report.corrects_key]
    steps = [
        (report.key, ReturnStatus(report.kind.removeprefix("return_")), report.occurred_at)
        for report in standing_order_events(named)
    ]
    return _fold(ReturnStatus.REQUESTED, RETURN_MOVES, steps)


def fold_claim(reports: Iterable[OrderReport]) -> CaseState[ClaimStatus]:
    """Return where a claim stands, from reports whose kind is a claim's status; pure, and the same in any order."""
    steps = [(report.key, ClaimStatus(report.kind), report.occurred_at) for report in standing_order_events(reports)]
    return _fold(ClaimStatus.OPENED, CLAIM_MOVES, steps)


def _fold(start: S, moves: Mapping[S, frozenset[S]], steps: Iterable[tuple[str, S, datetime]]) -> CaseState[S]:
    status, since, set_aside = start, None, set()
    for key, new, occurred_at in steps:
        if new in moves[status]:
            status, since = new, occurred_at
        elif new == status:
            since = since or occurred_at
        else:
            set_aside.add(key)
    return CaseState(status, since, frozenset(set_aside))
