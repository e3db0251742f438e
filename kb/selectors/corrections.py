"""Articles that were rewritten lately, for letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from kb.models import PolicyPage
from kb.selectors import articles_by_id

if TYPE_CHECKING:
    from kb.managers import Reader

# Older than that it is no news.
NEWS_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Correction:
    """An article whose text was rewritten: `note` is the editor's sentence about it, or empty; `key` names this text."""

    page_id: int
    key: str
    title: str
    url: str
    note: str
    corrected_at: datetime

    def __str__(self) -> str:
        return f"{self.title}: {self.note}" if self.note else self.title


def corrections_among(page_ids: Sequence[int], *, user: Reader) -> list[Correction]:
    """Return those of the articles that `user` may read and that were rewritten in the last two weeks, in their order.

    What the editor called a small change is none, and a rule that changes is told as that. Cost: two queries, none without numbers.
    """
    since = timezone.now() - NEWS_FOR
    return [
        Correction(
            page_id=page.pk,
            key=f"{page.pk}:{page.live_revision_id}",
            title=page.title,
            url=page.get_url() or "",
            note=page.change_note,
            corrected_at=page.last_published_at,
        )
        for page in articles_by_id(page_ids, user=user)
        if page.last_published_at
        and page.last_published_at > since
        and page.first_published_at < page.last_published_at
        and not page.is_small_change
        and page.specific_class is not PolicyPage
    ]
