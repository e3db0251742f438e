"""What to recommend to a visitor, and why each of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q
from wagtail.models import Page

from kb.kept_lists import kept, kept_each
from kb.managers import ArticleQuerySet
from kb.models import ArticlePage, CoReading
from kb.recommendations.model import Model, snapshot
from kb.recommendations.scoring import SHOWN, Candidate, Source, best, strongest
from kb.selectors.cards import Card, cards_of
from kb.selectors.reading_history import RECENT, readings_of
from kb.visitor_facts import due_maintenance
from personalization.situations import Situation

if TYPE_CHECKING:
    from personalization.visitor import Visitor

# The number of an article in one language, and the key that it shares with its translations.
Row = tuple[int, UUID]
# Of what one product or topic points to: more than any list shows, few enough to be kept in each process.
MOST_OF_EACH = 200
# So many of the best are looked at: some were read lately, some this visitor may not read.
MOST_LOOKED_AT = 30


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
    """What is known of one visitor; empty for what they do not allow. `topic_paths` are places in the tree."""

    topic_paths: tuple[str, ...]
    products: tuple[str, ...]
    helping: frozenset[UUID]
    due: frozenset[int]
    together: Mapping[UUID, float]

    def __bool__(self) -> bool:
        return bool(self.topic_paths or self.products or self.helping or self.due or self.together)


def recommended_for(visitor: Visitor, *, limit: int = SHOWN) -> list[Recommendation]:
    """Return up to `limit` articles that `visitor` may read and has not read lately, best first.

    Empty for whoever told us nothing that points to an article: what everybody reads is no recommendation of theirs.
    Sources  owned products, chosen topics, the state of orders, maintenance due, and with "behaviour" what is read together.
    Cost     that of the facts and, with "behaviour", of `readings_of`; when cold, one query for each product and topic, and
             three more, each answered by an index however many articles there are.
    """
    model = snapshot.get()
    signals = _signals_of(visitor, model)
    if not signals:
        return []
    pointed = _pointed_at(visitor.language, model, signals)
    weighed = best((_candidate(page_id, key, pointed, model, signals) for page_id, key in pointed.keys), MOST_LOOKED_AT)
    keys_of = dict(pointed.keys)
    cards = _unread_cards(visitor, [keys_of[one.key] for one in weighed], signals)
    found = (_candidate(card.page_id, card.key, pointed, model, signals) for card in cards.values())
    chosen = best(found, limit)
    if not any(one.source for one in chosen):
        return []
    return [
        Recommendation(one.key, card.title, card.url, card.short_answer, one.source)
        for one in chosen
        for card in [cards[one.key]]
    ]


def _signals_of(visitor: Visitor, model: Model) -> _Signals:
    situations = visitor.facts.ask_items("tracking.order_situations", Situation)
    due = visitor.facts.ask(due_maintenance)
    language, topics = visitor.language, visitor.preferences.topics
    return _Signals(
        topic_paths=tuple(path for code in topics for path in model.topic_paths.get((language, code), ())),
        products=visitor.preferences.owned_products,
        helping=frozenset(model.helping(situations)),
        due=frozenset(one.task.article_id for one in due if one.task.article_id),
        together=_read_together(visitor),
    )


def _read_together(visitor: Visitor) -> dict[UUID, float]:
    """Return what is read together with the latest that `visitor` read; nothing without consent. No query when warm."""
    latest = [one.key for one in visitor.once(readings_of)[:RECENT]]
    return strongest(latest, kept_each("read-together", latest, _partners)) if latest else {}


def _partners(keys: Collection[UUID]) -> dict[UUID, dict[UUID, float]]:
    partners: defaultdict[UUID, dict[UUID, float]] = defaultdict(dict)
    pairs = CoReading.objects.filter(article_key__in=keys)
    for key, other, lift in pairs.values_list("article_key", "other_key", "lift"):
        partners[key][other] = lift
    return partners


@dataclass(frozen=True)
class _Pointed:
    """What the visitor's products and topics point to, with what is named, as (number, key)."""

    owned: frozenset[Row]
    in_topics: frozenset[Row]
    named: frozenset[Row]

    @property
    def keys(self) -> frozenset[Row]:
        return self.owned | self.in_topics | self.named


def _pointed_at(language: str, model: Model, signals: _Signals) -> _Pointed:
    """Return what anything points to, whoever may read it, out of lists that are kept for all visitors alike."""

    def gathered(name: str, parts: Iterable[str], read: Callable[[str], frozenset[Row]]) -> frozenset[Row]:
        lists = (kept((f"recommended-{name}", language, part), partial(read, part)) for part in parts)
        return frozenset(row for rows in lists for row in rows)

    named = kept(("recommended-named", language, model.named), partial(_named, model.named, language))
    return _Pointed(
        owned=gathered("product", signals.products, partial(_about, language)),
        in_topics=gathered("topic", signals.topic_paths, _below),
        named=frozenset(row for row in named if row[1] in signals.helping or row[1] in model.popular),
    )


def _named(keys: frozenset[UUID], language: str) -> frozenset[Row]:
    return _rows(ArticlePage.objects.in_language(language).filter(translation_key__in=keys))


def _about(language: str, code: str) -> frozenset[Row]:
    return _rows(ArticlePage.objects.in_language(language).about_products([code]))


def _below(path: str) -> frozenset[Row]:
    """Return what is listed at or below a place in the tree: a range, which an index answers."""
    # Places are written in digits and capitals, which all come before the tilde.
    listed = ArticlePage.also_in.through.objects.filter(categorypage__path__gte=path, categorypage__path__lt=f"{path}~")
    own = Page.objects.filter(path__gte=path, path__lt=f"{path}~")
    return _rows(ArticlePage.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=listed.values("articlepage_id"))))


def _rows(articles: ArticleQuerySet) -> frozenset[Row]:
    lately_checked = F("last_checked_on").desc(nulls_last=True)
    rows = articles.live().order_by(lately_checked, "path").values_list("pk", "translation_key")
    return frozenset(rows[:MOST_OF_EACH])


def _candidate(page_id: int, key: UUID, pointed: _Pointed, model: Model, signals: _Signals) -> Candidate[int]:
    is_pointed = {
        Source.ORDER: key in signals.helping,
        Source.MAINTENANCE: page_id in signals.due,
        Source.PRODUCT: (page_id, key) in pointed.owned,
        Source.TOPIC: (page_id, key) in pointed.in_topics,
    }
    lifts = {source: model.lifts[source] for source, holds in is_pointed.items() if holds}
    if key in signals.together:
        lifts[Source.CO_READING] = signals.together[key]
    return Candidate(page_id, model.shares.get(key, model.least_share), lifts)


def _unread_cards(visitor: Visitor, keys: list[UUID], signals: _Signals) -> dict[int, Card]:
    """Return by number what `visitor` may read and has not read lately of these, of what is due and is read together."""
    together = sorted(signals.together, key=lambda key: (-signals.together[key], str(key)))[:MOST_LOOKED_AT]
    due = kept_each("article-keys", signals.due, _keys_of)
    read = {one.key for one in visitor.once(readings_of)}
    wanted = dict.fromkeys(key for key in (*keys, *due.values(), *together) if key not in read)
    return {card.page_id: card for card in cards_of(wanted, visitor).values()}


def _keys_of(page_ids: Collection[int]) -> dict[int, UUID]:
    return dict(Page.objects.filter(pk__in=page_ids).values_list("pk", "translation_key"))
