"""When a text may come into force, and what becomes of a published one: it is kept as a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Revision

from kb.page_changes import forget_pages
from kb.policies.days import midnight_of, today

if TYPE_CHECKING:
    from kb.models import PolicyPage, PolicyVersion


def versions_of(page: PolicyPage) -> list[PolicyVersion]:
    """Return the published versions, corrections included, the oldest first; none for a new page. One query."""
    return list(page.versions.all()) if page.pk else []


def is_new_version(day: date, versions: Sequence[PolicyVersion]) -> bool:
    """Say whether publishing with `day` makes a version; otherwise it corrects the one of that day."""
    return all(version.in_force_from != day for version in versions)


def check_day(day: date, versions: Sequence[PolicyVersion], *, is_backdating_meant: bool) -> None:
    """Raise ValidationError, with a sentence, for a day that would change what customers were promised.

    The first version may begin on any day; afterwards a day in the past has to be meant, and none lies before the
    version that is in force.
    """
    if not versions:
        return
    latest = versions[-1].in_force_from
    if day < latest:
        raise ValidationError(
            _("The text in force began on %(day)s. What held before is history and is not changed any more.")
            % {"day": date_format(latest, "SHORT_DATE_FORMAT")}
        )
    if is_new_version(day, versions) and day < today() and not is_backdating_meant:
        raise ValidationError(
            _(
                "This day has passed: customers bought under the text of that time. Choose today or a day to come, or say below that the past day is meant."
            )
        )


def settle_day(page: PolicyPage, revision: Revision) -> None:
    """Make the day of a text that is about to be published true, on `page` and in `revision`.

    A day that passed while the text was reviewed becomes today: no text was in force before anybody could read it.
    A planned text keeps its day however late the clock publishes it, because readers saw it from then on.
    """
    was_planned = revision.approved_go_live_at is not None
    versions = versions_of(page)
    is_late = bool(versions) and page.in_force_from < today() and is_new_version(page.in_force_from, versions)
    if is_late and not was_planned and not page.is_backdating_meant:
        page.in_force_from = today()
        revision.content["in_force_from"] = page.in_force_from.isoformat()
        revision.save(update_fields=["content"])
    page.go_live_at = midnight_of(page.in_force_from) if page.is_planned else None
    # A plan is announced on the page at once, although nothing is published yet.
    transaction.on_commit(forget_pages)


def keep_version(page: PolicyPage, revision: Revision) -> PolicyVersion:
    """Keep the text that was just published; again is no error. Called when a policy is published."""
    model = apps.get_model("kb", "PolicyVersion")
    version, _made = model.objects.get_or_create(
        revision=revision,
        defaults={
            "page_id": page.pk,
            "in_force_from": page.in_force_from,
            "change_summary": page.change_summary,
            "published_at": timezone.now(),
        },
    )
    return version
