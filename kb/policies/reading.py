"""What one visitor sees of a policy: which text, what to know about it, what changed, and what held for their orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kb.policies.changes import Change, changes_between
from kb.policies.days import parse_day, today
from kb.policies.timeline import Version, timeline_of, version_on
from personalization.facts import PurchaseDates
from personalization.visitor import visitor_of

if TYPE_CHECKING:
    from kb.models import PolicyPage

# A page, not the list of orders: the latest few, whose rules somebody may still need.
ORDERS_SHOWN = 5
ORDERS_FACT = "tracking.order_dates"


@dataclass(frozen=True)
class ChangesSince:
    """What changed between two versions: the sentences of the versions on the way, and the paragraphs."""

    older: Version
    newer: Version
    steps: tuple[Version, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class OrderRule:
    """An order of the reader and the version in force on its day; `has_changed`: another one is in force now."""

    order: PurchaseDates
    version: Version
    has_changed: bool


@dataclass(frozen=True)
class Reading:
    """Everything beside the text. `shown` is the version on the page, `current` the one in force today.

    `problem` is a sentence about an address that could not be answered as asked. `planned` is the next version.
    """

    timeline: tuple[Version, ...]
    current: Version
    shown: Version
    problem: str = ""
    planned: Version | None = None
    changes: ChangesSince | None = None
    orders: tuple[OrderRule, ...] = ()

    @property
    def is_current(self) -> bool:
        return self.shown == self.current

    @property
    def earlier(self) -> tuple[Version, ...]:
        """Return the versions before the current one, the latest first."""
        return tuple(
            version for version in reversed(self.timeline) if version.in_force_from < self.current.in_force_from
        )

    @property
    def before_shown(self) -> Version | None:
        """Return the version that the shown one replaced."""
        return next(
            (version for version in reversed(self.timeline) if version.in_force_from < self.shown.in_force_from), None
        )


def open_policy(page: PolicyPage, request: HttpRequest) -> PolicyPage:
    """Return `page` with the text that the request asks for, and its `reading`.

    `?on=YYYY-MM-DD` asks for the text in force on that day, `?since=YYYY-MM-DD` for what changed from the one of
    that day to the text shown. A day that is none gets the present text and a sentence.
    Cost: two queries, two more for a text that is not the page's row, and what the reader's orders cost.
    """
    timeline = timeline_of(page)
    current = version_on(timeline, today())
    if current is None:
        # Published by a path that keeps no versions, or not in force yet: the row is all there is.
        return page
    on, problem = _asked_day(request, "on")
    shown = version_on(timeline, on) if on else current
    if shown is None:
        problem = _("No text was in force yet on that day. This is the present one.")
    shown = shown or current
    text = page_of(page, shown)
    since, since_problem = _asked_day(request, "since")
    text.reading = Reading(
        timeline=timeline,
        current=current,
        shown=shown,
        problem=problem or since_problem,
        planned=next((version for version in timeline if version.in_force_from > today()), None),
        changes=_changes_since(page, text, timeline, shown, since) if since else None,
        orders=_orders_of(request, timeline, current),
    )
    return text


def page_of(page: PolicyPage, version: Version) -> PolicyPage:
    """Return the policy with the text of `version`; costs two queries unless that is the row itself."""
    if page.live_revision_id == version.revision_id:
        return page
    revision = page.revisions.get(pk=version.revision_id)
    return cast("PolicyPage", revision.as_object())


def _asked_day(request: HttpRequest, name: str) -> tuple[date | None, str]:
    """Return the day that the address names, or a sentence when it names something else."""
    typed = request.GET.get(name, "")
    day = parse_day(typed)
    if typed and day is None:
        return None, _("The address names a day that does not exist. A day is written like 2026-11-22.")
    return day, ""


def _changes_since(
    page: PolicyPage, text: PolicyPage, timeline: Sequence[Version], shown: Version, since: date
) -> ChangesSince | None:
    older = version_on(timeline, since) or timeline[0]
    if older.in_force_from > shown.in_force_from:
        return None
    steps = tuple(version for version in timeline if older.in_force_from < version.in_force_from <= shown.in_force_from)
    changes = changes_between(page_of(page, older), text) if steps else ()
    return ChangesSince(older, shown, steps, changes)


def _orders_of(request: HttpRequest, timeline: Sequence[Version], current: Version) -> tuple[OrderRule, ...]:
    """Return a few of the reader's latest orders with the version of each; none for a guest or without their consent."""
    visitor = visitor_of(request)
    if not visitor.is_signed_in:
        return ()
    orders = visitor.facts.ask_items(ORDERS_FACT, PurchaseDates)
    found = ((order, version_on(timeline, order.placed_on)) for order in orders)
    rules = [OrderRule(order, version, version != current) for order, version in found if version is not None]
    # First those for which another text holds: for the others the page itself is the answer.
    return tuple(sorted(rules, key=lambda rule: not rule.has_changed)[:ORDERS_SHOWN])
