"""What to recommend to a visitor, and why each of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from wagtail.models import Page

from kb.models import ArticlePage, CoReading
from kb.recommendations.model import Model, snapshot
from kb.recommendations.scoring import SHOWN, Candidate, Source, best, strongest
from kb.selectors.reading_history import recently_read
from kb.visitor_facts import due_maintenance
from personalization.situations import Situation

if TYPE_CHECKING:
    from personalization.visitor import Visitor

# More articles than this about one visitor's products and topics differ by nothing that the score knows.
MOST_CANDIDATES = 300


@dataclass(frozen=True)
class Recommendation:
    """An article to read next; `source` is what the reader is told, None for one that is merely read a lot."""

    page_id: int
    title: str
    url: str
    short_answer: str
    source: Source | None


@dataclass(frozen=True)
class _Signals:
    """What is known of one visitor; empty for what they do not allow."""

    topics: tuple[str, ...]
    products: tuple[str, ...]
    helping: frozenset[UUID]
    due: frozenset[int]
    read: tuple[UUID, ...]
    together: Mapping[UUID, float]

    def __bool__(self) -> bool:
        return bool(self.topics or self.products or self.helping or self.due or self.together)


def recommended_for(visitor: Visitor, *, limit: int = SHOWN) -> list[Recommendation]:
    """Return up to `limit` articles that `visitor` may read and has not read lately, best first.

    Empty for whoever told us nothing that points to an article: what everybody reads is no recommendation of theirs.
    Sources  owned products, chosen topics, the state of orders, maintenance due, and with "behaviour" what is read together.
    Cost     three queries, two without "behaviour", besides those of the facts; none for an empty answer without it.
    """
    model = snapshot.get()
    signals = _signals_of(visitor, model)
    if not signals:
        return []
    pages = {page.pk: page for page in _pages(visitor, model, signals)}
    chosen = best((_candidate(page, model, signals) for page in pages.values()), limit)
    if not any(one.source for one in chosen):
        return []
    return [
        Recommendation(one.key, page.title, page.get_url() or "", page.short_answer, one.source)
        for one in chosen
        for page in [pages[one.key]]
    ]


def _signals_of(visitor: Visitor, model: Model) -> _Signals:
    read = tuple(card.key for card in visitor.once(recently_read))
    partners: dict[UUID, dict[UUID, float]] = {}
    if read:
        rows = CoReading.objects.filter(article_key__in=read).values_list("article_key", "other_key", "lift")
        for key, other, lift in rows:
            partners.setdefault(key, {})[other] = lift
    situations = visitor.facts.ask_items("tracking.order_situations", Situation)
    due = visitor.facts.ask(due_maintenance)
    return _Signals(
        topics=visitor.preferences.topics,
        products=visitor.preferences.owned_products,
        helping=frozenset(model.helping(situations)),
        due=frozenset(one.task.article_id for one in due if one.task.article_id),
        read=read,
        together=strongest(read, partners),
    )


def _pages(visitor: Visitor, model: Model, signals: _Signals) -> list[ArticlePage]:
    """Return what anything points to, in the language of the page, each marked with what it is about. One query."""
    language = visitor.language
    named_keys = {*signals.helping, *signals.together, *model.popular}
    is_named = Q(pk__in=Page.objects.filter(translation_key__in=named_keys).values("pk")) | Q(pk__in=signals.due)
    about = ArticlePage.products.through.objects.filter(product__code__in=signals.products)
    paths = [path for code in signals.topics for path in model.topic_paths.get((language, code), ())]
    listed = ArticlePage.also_in.through.objects.filter(_below("categorypage__path", paths))
    # By numbers throughout: each part is answered by an index, however many articles there are.
    pointed = (
        is_named
        | Q(pk__in=about.values("articlepage_id"))
        | Q(pk__in=Page.objects.filter(_below("path", paths)).values("pk"))
        | Q(pk__in=listed.values("articlepage_id"))
    )
    pages = (
        ArticlePage.objects.visible_to(visitor.user)
        .in_language(language)
        .filter(pointed)
        .exclude(translation_key__in=signals.read)
        .annotate(
            is_named=ExpressionWrapper(is_named, BooleanField()),
            is_about_owned=Exists(about.filter(articlepage_id=OuterRef("pk"))),
            is_in_topic=ExpressionWrapper(
                _below("path", paths) | Exists(listed.filter(articlepage_id=OuterRef("pk"))), BooleanField()
            ),
        )
        .as_cards()
    )
    return list(pages.order_by("-is_named", F("last_checked_on").desc(nulls_last=True), "path")[:MOST_CANDIDATES])


def _below(field: str, paths: list[str]) -> Q:
    """Keep the places in the tree at or below one of `paths`: a range, which an index answers."""
    # Places are written in digits and capitals, which all come before the tilde.
    ranges = [Q(**{f"{field}__gte": path, f"{field}__lt": f"{path}~"}) for path in paths]
    return reduce(or_, ranges) if ranges else Q(pk__in=())


def _candidate(page: ArticlePage, model: Model, signals: _Signals) -> Candidate[int]:
    key = page.translation_key
    pointed = {
        Source.ORDER: key in signals.helping,
        Source.MAINTENANCE: page.pk in signals.due,
        Source.PRODUCT: page.is_about_owned,
        Source.TOPIC: page.is_in_topic,
    }
    lifts = {source: model.lifts[source] for source, is_pointed in pointed.items() if is_pointed}
    if key in signals.together:
        lifts[Source.CO_READING] = signals.together[key]
    return Candidate(page.pk, model.shares.get(key, model.least_share), lifts)
