"""The editors' promoted results as the pages of results need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page

from kb.managers import HelpPageQuerySet
from kb.models import ArticlePage, PhraseMatching, SearchPromotion
from kb.models.search import PROMOTION_MAX_WORDS
from kb.search.analyzers import normalize, tokens
from kb.search.pages import urls_of
from kb.search.query import MAX_CHARACTERS, MAX_WORDS
from portal.lib.snapshots import Snapshot

# More would push the answers that search itself is sure of out of sight.
MAX_SHOWN = 3
# A phrase may hold model numbers, whose parts are terms of their own.
_MAX_TERMS = 2 * PROMOTION_MAX_WORDS


@dataclass(frozen=True)
class PromotedResult:
    """What editors put above the results. `page_id` is None for an address, `is_external` says that it leaves the site."""

    promotion_id: int
    title: str
    url: str
    text: str
    page_id: int | None

    @property
    def is_external(self) -> bool:
        return not self.url.startswith("/")


@dataclass(frozen=True)
class _Promotion:
    """A row as it is kept in memory, whether its time has come or not."""

    promotion_id: int
    position: int
    is_whole: bool
    starts_at: datetime | None
    ends_at: datetime | None
    page_id: int | None
    address: str
    title: str
    text: str

    def holds_at(self, moment: datetime) -> bool:
        has_begun = self.starts_at is None or self.starts_at <= moment
        return has_begun and (self.ends_at is None or moment < self.ends_at)


# (language, phrase without marks and blanks) → promotions for it
_ByPhrase = dict[tuple[str, str], tuple[_Promotion, ...]]


def promoted(text: str, *, language: str, corrected_query: str | None = None) -> tuple[PromotedResult, ...]:
    """Return what editors promote for a search, by their order; at most three, each page once.

    `corrected_query` is what was searched in place of `text`: both count. Marks, capitals and blanks make no difference.
    Sees    what anybody may see: a promotion of an unpublished, expired or closed page shows nothing.
    Cost    none for most searches; one or two queries where a phrase fits.
    """
    by_phrase = _kept.get()
    if not by_phrase:
        return ()
    now = timezone.now()
    fitting = {
        promotion.promotion_id: promotion
        for typed in filter(None, (text, corrected_query))
        for phrase, is_all in _phrases_in(typed, language)
        for promotion in by_phrase.get((language, phrase), ())
        if promotion.holds_at(now) and (is_all or not promotion.is_whole)
    }
    ordered = sorted(fitting.values(), key=lambda one: (one.position, one.promotion_id))
    return tuple(_shown(ordered))[:MAX_SHOWN] if ordered else ()


def forget_kept(**signal: object) -> None:
    """Read the promotions again at the next search, in every process of this machine."""
    _kept.forget()


def phrase_key(phrase: str, language: str) -> str:
    """Return a phrase as searches are compared with it: folded terms without blanks, so that maygiat is máy giặt."""
    return "".join(token.term for token in tokens(normalize(phrase), language))


def _phrases_in(typed: str, language: str) -> Iterator[tuple[str, bool]]:
    """Yield every run of words of a search, joined, and whether it is all of it."""
    terms = [token.term for token in tokens(normalize(typed[:MAX_CHARACTERS]), language)][:MAX_WORDS]
    for start in range(len(terms)):
        for end in range(start + 1, min(start + _MAX_TERMS, len(terms)) + 1):
            yield "".join(terms[start:end]), end - start == len(terms)


def _shown(promotions: Sequence[_Promotion]) -> Iterator[PromotedResult]:
    page_ids = [promotion.page_id for promotion in promotions if promotion.page_id]
    pages = {page.pk: page for page in HelpPageQuerySet(Page).public().filter(pk__in=page_ids).select_related("locale")}
    urls = urls_of(pages.values())
    answers = _short_answers(promotion.page_id for promotion in promotions if not promotion.text)
    taken: set[str] = set()
    for promotion in promotions:
        page_id = promotion.page_id or 0
        url = promotion.address or urls.get(page_id, "")
        if url and url not in taken:
            taken.add(url)
            yield PromotedResult(
                promotion_id=promotion.promotion_id,
                title=promotion.title or pages[page_id].title,
                url=url,
                text=promotion.text or answers.get(page_id, ""),
                page_id=promotion.page_id,
            )


def _short_answers(page_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [page_id for page_id in page_ids if page_id]
    if not wanted:
        return {}
    return dict(ArticlePage.objects.filter(pk__in=wanted).values_list("pk", "short_answer"))


def _load() -> _ByPhrase:
    by_phrase: _ByPhrase = {}
    for row in SearchPromotion.objects.all():
        promotion = _Promotion(
            promotion_id=row.pk,
            position=row.position,
            is_whole=row.matching == PhraseMatching.WHOLE,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            page_id=row.page_id,
            address=row.address,
            title=row.title,
            text=row.text,
        )
        for phrase in row.phrase_list:
            key = row.language, phrase_key(phrase, row.language)
            by_phrase[key] = (*by_phrase.get(key, ()), promotion)
    return by_phrase


_kept = Snapshot("search-promotions", _load)
post_save.connect(forget_kept, sender=SearchPromotion, dispatch_uid="kb.search.promotions.saved")
post_delete.connect(forget_kept, sender=SearchPromotion, dispatch_uid="kb.search.promotions.deleted")
