"""What came in the place of an article that is no longer published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.models import ArticlePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.managers import Reader

# Nobody replaces an article that often; a chain beyond this is somebody's experiment.
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Replacement:
    """The article that holds today; in another language than the old one where it was not translated."""

    article: ArticlePage
    is_translated: bool


def replacement_of(article: ArticlePage, *, user: Reader) -> Replacement | None:
    """Return what `user` may read instead of the unpublished `article`, following replacements of replacements.

    None where nothing came in its place, where it was never published, and where it was not open to everybody: its
    address then tells nothing, not even that it existed. A translation goes with its twins. A circle in the data
    ends the search. Cost: two queries, and two for each further link of the chain.
    """
    if article.first_published_at is None or not ArticlePage.objects.filter(pk=article.pk).open_to(None).exists():
        return None
    visible = ArticlePage.objects.visible_to(user).select_related("locale")
    for page_id in _chain_from(article):
        found = visible.filter(pk=page_id).first()
        if found is None:
            continue
        if found.locale_id == article.locale_id:
            return Replacement(found, is_translated=True)
        twin = visible.filter(translation_key=found.translation_key, locale_id=article.locale_id).first()
        return Replacement(twin or found, is_translated=twin is not None)
    return None


def leads_back(article: ArticlePage, replacement: ArticlePage) -> bool:
    """Say whether readers of `article` would be sent in a circle if `replacement` came in its place."""
    return replacement.pk == article.pk or article.pk in _chain_from(replacement)


def _chain_from(article: ArticlePage) -> Iterator[int]:
    """Yield the ids of what replaces `article`, then what replaces that, each once."""
    seen = {article.pk}
    current = article
    for _link in range(LONGEST_CHAIN):
        page_id = current.replaced_by_id or _replacement_of_a_twin(current)
        if page_id is None or page_id in seen:
            return
        yield page_id
        seen.add(page_id)
        current = ArticlePage.objects.as_cards().get(pk=page_id)


def _replacement_of_a_twin(article: ArticlePage) -> int | None:
    twins = ArticlePage.objects.filter(translation_key=article.translation_key, replaced_by__isnull=False)
    return twins.exclude(pk=article.pk).values_list("replaced_by_id", flat=True).first()
