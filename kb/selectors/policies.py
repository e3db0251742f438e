"""What other apps may read of policies: which texts held on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from kb.models import PolicyKind, PolicyPage
from kb.policies.days import today
from kb.policies.timeline import timelines_of, version_on

if TYPE_CHECKING:
    from kb.managers import Reader


@dataclass(frozen=True)
class Rule:
    """A policy as it stood on a day: where to read that text, and what changed since (empty: it still holds)."""

    title: str
    url: str
    in_force_from: date
    changes_url: str = ""


@dataclass(frozen=True)
class PolicyChange:
    """A new text of a policy: from which day, what changes for the customer in one sentence, where to read it."""

    title: str
    url: str
    in_force_from: date
    summary: str

    def url_since(self, day: date) -> str:
        """Return where to read what changed since `day`."""
        return f"{self.url}?since={day.isoformat()}"


def rules_on(day: date, *, language: str, user: Reader) -> list[Rule]:
    """Return the policies about buying with the text in force on `day`, in the order of the help centre.

    Policies that did not exist yet are left out, and the one on personal data, which is about no order.
    Cost: four queries.
    """
    pages = list(_about_buying(language, user))
    timelines = timelines_of(pages) if pages else {}
    rules = []
    for page in pages:
        version = version_on(timelines[page.pk], day)
        if version is None:
            continue
        url = page.get_url() or ""
        is_current = version == version_on(timelines[page.pk], today())
        rules.append(
            Rule(
                title=page.title,
                url=f"{url}?on={day.isoformat()}",
                in_force_from=version.in_force_from,
                changes_url="" if is_current else f"{url}?since={day.isoformat()}",
            )
        )
    return rules


def changes_of_policies(*, language: str, user: Reader) -> list[PolicyChange]:
    """Return every text of a policy about buying but the first of each, planned ones too, the latest first.

    Corrections change nothing for customers and are left out. Cost: three queries.
    """
    pages = list(_about_buying(language, user))
    timelines = timelines_of(pages) if pages else {}
    changes = [
        PolicyChange(page.title, page.get_url() or "", version.in_force_from, version.change_summary)
        for page in pages
        for version in timelines[page.pk][1:]
    ]
    return sorted(changes, key=lambda change: change.in_force_from, reverse=True)


def _about_buying(language: str, user: Reader) -> QuerySet[PolicyPage]:
    policies = PolicyPage.objects.visible_to(user).in_language(language).filter(alias_of__isnull=True).as_cards()
    return policies.exclude(policy_kind=PolicyKind.PRIVACY).order_by("path")
