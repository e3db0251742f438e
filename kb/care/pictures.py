"""Pictures that readers who cannot see them are told nothing about."""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.images import get_image_model

from kb.care.uses import uses_of
from kb.models import ArticlePage


def undescribed_pictures(articles: Iterable[ArticlePage]) -> dict[int, list[str]]:
    """Return the titles of the pictures that each article shows without a word, neither there nor in the library.

    Cost: one query, whatever the number of articles.
    """
    shown = {article.pk: uses.images for article, uses in uses_of(articles)}
    wordless = {use.image_id for uses in shown.values() for use in uses if not use.alt.strip()}
    images = get_image_model()._default_manager.filter(pk__in=wordless)
    titles = {image.pk: image.title for image in images if not image.description.strip()}
    found = {
        key: [titles[use.image_id] for use in uses if not use.alt.strip() and use.image_id in titles]
        for key, uses in shown.items()
    }
    return {key: names for key, names in found.items() if names}
