"""Articles as links with a sentence, for the boxes of personal pages: kept for all readers alike (see kb/kept_lists.py)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from kb.kept_lists import kept_each
from kb.models import ArticlePage
from kb.selectors.shelves import everything_is_public

if TYPE_CHECKING:
    from kb.managers import Reader
    from personalization.visitor import Visitor


@dataclass(frozen=True)
class Card:
    """An article in one language; `key` is the same in all languages."""

    page_id: int
    key: UUID
    title: str
    url: str
    short_answer: str


def cards_of(keys: Collection[UUID], visitor: Visitor) -> dict[UUID, Card]:
    """Return by key those of these articles that `visitor` may read in the language of the page. No query when warm."""
    read = partial(_read, visitor.language)
    if not everything_is_public():
        return read(keys, visitor.user)
    return kept_each(("card", visitor.language), keys, partial(read, user=None))


def _read(language: str, keys: Collection[UUID], user: Reader) -> dict[UUID, Card]:
    pages = ArticlePage.objects.visible_to(user).in_language(language).filter(translation_key__in=keys).as_cards()
    cards = (Card(one.pk, one.translation_key, one.title, one.get_url() or "", one.short_answer) for one in pages)
    return {card.key: card for card in cards}
