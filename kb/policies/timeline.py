"""The texts of a policy in time: which one is in force on a day, which was before, which is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils import timezone
from wagtail.models import Revision

from kb.policies.days import ONE_DAY, parse_day, shop_zone

if TYPE_CHECKING:
    from kb.models import PolicyPage, PolicyVersion


@dataclass(frozen=True)
class Version:
    """One text of a policy. `until` is its last day, None for the last version known.

    `corrected_on` is the day of the last correction; `is_planned` while it waits for its publication.
    """

    in_force_from: date
    revision_id: int
    change_summary: str = ""
    until: date | None = None
    corrected_on: date | None = None
    is_planned: bool = False

    def covers(self, day: date) -> bool:
        """Say whether this text is the one in force on `day`."""
        return self.in_force_from <= day and (self.until is None or day <= self.until)


def timeline_of(page: PolicyPage) -> tuple[Version, ...]:
    """Return every version of the policy, the oldest first, the planned one last. Cost: two queries."""
    return timelines_of([page])[page.pk]


def timelines_of(pages: Sequence[PolicyPage]) -> dict[int, tuple[Version, ...]]:
    """Return the versions of each policy by its number. Cost: two queries, however many policies."""
    ids = [page.pk for page in pages]
    rows: dict[int, list[PolicyVersion]] = {number: [] for number in ids}
    for row in apps.get_model("kb", "PolicyVersion").objects.filter(page_id__in=ids):
        rows[row.page_id].append(row)
    planned = {
        int(revision.object_id): revision
        for revision in Revision.page_revisions.filter(object_id__in=map(str, ids), approved_go_live_at__isnull=False)
    }
    return {number: _timeline(rows[number], planned.get(number)) for number in ids}


def _timeline(rows: Sequence[PolicyVersion], planned_revision: Revision | None) -> tuple[Version, ...]:
    by_day: dict[date, Version] = {}
    for row in rows:
        earlier = by_day.get(row.in_force_from)
        by_day[row.in_force_from] = Version(
            in_force_from=row.in_force_from,
            revision_id=row.revision_id,
            # A correction has no words of its own: the version still changes what it changed.
            change_summary=earlier.change_summary if earlier else row.change_summary,
            corrected_on=timezone.localdate(row.published_at, shop_zone()) if earlier else None,
        )
    planned = _planned(planned_revision)
    if planned is not None:
        by_day[planned.in_force_from] = planned
    return _with_last_days([by_day[day] for day in sorted(by_day)])


def version_on(timeline: Sequence[Version], day: date) -> Version | None:
    """Return the version in force on `day`; None before the first one."""
    return next((version for version in reversed(timeline) if version.in_force_from <= day), None)


def _planned(revision: Revision | None) -> Version | None:
    """Return the version that waits for its midnight, or that the clock has not published yet."""
    day = parse_day(str(revision.content.get("in_force_from", ""))) if revision else None
    if revision is None or day is None:
        return None
    return Version(day, revision.pk, str(revision.content.get("change_summary", "")), is_planned=True)


def _with_last_days(versions: list[Version]) -> tuple[Version, ...]:
    followers = [*versions[1:], None]
    return tuple(
        replace(version, until=follower.in_force_from - ONE_DAY if follower else None)
        for version, follower in zip(versions, followers, strict=True)
    )
