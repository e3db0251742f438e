"""What other apps may read of policies: which texts held on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

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


def rules_on(day: date, *, language: str, user: Reader) -> list[Rule]:
    """Return the policies about buying with the text in force on `day`, in the order of the help centre.

    Policies that did not exist yet are left out, and the one on personal data, which is about no order.
    Cost: four queries.
    """
    policies = PolicyPage.objects.visible_to(user).in_language(language).filter(alias_of__isnull=True).as_cards()
    pages = list(policies.exclude(policy_kind=PolicyKind.PRIVACY).order_by("path"))
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
