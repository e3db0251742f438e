"""What a carrier's file says."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from tracking.statuses import Flag, Reason, Status


@dataclass(frozen=True)
class Meaning:
    """A carrier's code in our words; no status = news that changes none ("delayed")."""

    status: Status | None
    flags: tuple[Flag, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True)
class Carrier:
    """One carrier. Codes are compared in lower case; `tracking_url` has one place, `{number}`."""

    code: str
    name: str | Promise
    meanings: Mapping[str, Meaning]
    tracking_url: str = ""
