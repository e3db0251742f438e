"""What a help centre brings along that was counted or promoted elsewhere before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from kb.models import ArticlePage, SearchLogClick, SearchLogEntry, SearchPromotion
from portal.lib.text import clean_line, fold


@dataclass(frozen=True)
class FormerSearches:
    """How often something was searched for on a day, and which article (by external id) was opened at which place."""

    day: date
    language: str
    query: str
    searches: int
    result_count: int
    clicks: int = 0
    article: str = ""
    position: int = 1


@dataclass(frozen=True)
class FormerPromotion:
    """An article, by external id, or an address that stands above the results of some searches."""

    language: str
    phrases: tuple[str, ...]
    article: str = ""
    address: str = ""
    title: str = ""
    text: str = ""
    note: str = ""


@transaction.atomic
def record_former_searches(former: Collection[FormerSearches], *, moves_old: bool = False) -> int:
    """Store the counts of days; returns how many rows are new.

    A log that has counted anything is left as it is; with `moves_old` its missing days are filled in. Cost: four
    queries.
    """
    if not moves_old and SearchLogEntry.objects.exists():
        return 0
    known = set(SearchLogEntry.objects.values_list("day", "language", "query"))
    new = [one for one in former if (one.day, one.language, fold(clean_line(one.query))) not in known]
    entries = SearchLogEntry.objects.bulk_create(
        [
            SearchLogEntry(
                day=one.day,
                language=one.language,
                query=fold(clean_line(one.query)),
                shown_query=one.query,
                searches=one.searches,
                zero_searches=0 if one.result_count else one.searches,
                clicked_searches=one.clicks,
                result_count=one.result_count,
            )
            for one in new
        ]
    )
    pages = dict(
        ArticlePage.objects.filter(external_id__in={one.article for one in new}).values_list("external_id", "pk")
    )
    SearchLogClick.objects.bulk_create(
        SearchLogClick(entry=entry, page_id=pages.get(one.article, 0), position=one.position, count=one.clicks)
        for entry, one in zip(entries, new, strict=True)
        if one.clicks
    )
    return len(entries)


@transaction.atomic
def record_former_promotions(former: Collection[FormerPromotion]) -> int:
    """Store the promotions that are missing, told apart by language and phrases; returns how many are new.

    One whose article does not exist is left out.
    """
    made = 0
    for one in former:
        phrases = "\n".join(one.phrases)
        page = ArticlePage.objects.filter(external_id=one.article).first() if one.article else None
        is_known = SearchPromotion.objects.filter(language=one.language, phrases=phrases).exists()
        if is_known or (one.article and page is None):
            continue
        promotion = SearchPromotion(
            language=one.language,
            phrases=phrases,
            page_id=page.pk if page else None,
            address=one.address,
            title=one.title,
            text=one.text,
            note=one.note,
        )
        promotion.full_clean()
        promotion.save()
        made += 1
    return made
