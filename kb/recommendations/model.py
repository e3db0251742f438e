"""What every recommendation is made from and no visitor changes: read once and kept in each process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models.signals import post_delete, post_save

from kb.models import CategoryPage, OrderHelp, ReadShare, SourceLift
from kb.recommendations.scoring import LEAST_SHARE, LIFTS, Source
from personalization.situations import Situation
from portal.lib.snapshots import Snapshot

# Candidates for being much read; the list shows five, and some of these were read already.
POPULAR = 20


@dataclass(frozen=True)
class Model:
    """Lifts by source, the most read articles, what helps in which situation, the places of topics by (language, code)."""

    lifts: Mapping[Source, float]
    shares: Mapping[UUID, float]
    least_share: float
    popular: tuple[UUID, ...]
    order_help: tuple[tuple[Situation, UUID], ...]
    topic_paths: Mapping[tuple[str, str], tuple[str, ...]]

    @cached_property
    def named(self) -> frozenset[UUID]:
        """The articles that it names whoever the visitor is: much read ones, and help for orders."""
        return frozenset((*self.popular, *(key for _situation, key in self.order_help)))

    def helping(self, situations: tuple[Situation, ...]) -> set[UUID]:
        """Return the articles that editors named for one of these situations."""
        return {key for line, key in self.order_help if any(line.covers(one) for one in situations)}


def _load() -> Model:
    learnt = {Source(source): lift for source, lift in SourceLift.objects.values_list("source", "lift")}
    shares = dict(ReadShare.objects.values_list("article_key", "share"))
    paths: defaultdict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for language, code, path in CategoryPage.objects.values_list("locale__language_code", "code", "path"):
        paths[language, code] += (path,)
    return Model(
        lifts={**LIFTS, **learnt},
        shares=shares,
        # Whoever is not in the list is read less than the last in it.
        least_share=min(shares.values(), default=LEAST_SHARE) / 2,
        popular=tuple(sorted(shares, key=lambda key: (-shares[key], str(key))))[:POPULAR],
        order_help=tuple((line.situation, line.article.translation_key) for line in _order_help()),
        topic_paths=dict(paths),
    )


def _order_help() -> list[OrderHelp]:
    lines = OrderHelp.objects.select_related("article")
    return list(lines.only("state", "reason", "product_code", "article__translation_key"))


snapshot = Snapshot("recommendations", _load)


def connect() -> None:
    """Notice each change of what it is made from. Called by `apps.ready`."""
    for model in (OrderHelp, CategoryPage):
        for signal in (post_save, post_delete):
            signal.connect(snapshot.forget, sender=model, dispatch_uid=f"kb.recommendations.{model.__name__}")
