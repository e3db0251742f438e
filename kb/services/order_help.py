"""Writes to the map from orders to articles."""

from __future__ import annotations

from django.db import transaction

from kb.models import ArticlePage, OrderHelp
from personalization.situations import Situation


@transaction.atomic
def map_orders_to_articles(lines: list[tuple[Situation, str]], *, language: str) -> int:
    """Store the lines (situation, id of an imported article) that are missing; returns how many were new.

    Errors  LookupError for an article that was never imported in `language`.
    """
    named = {article for _situation, article in lines}
    found = ArticlePage.objects.in_language(language).filter(external_id__in=named)
    pages = dict(found.values_list("external_id", "pk"))
    unknown = sorted(named - pages.keys())
    if unknown:
        raise LookupError(f"never imported: {', '.join(unknown)}")
    made = 0
    for situation, article in lines:
        _line, is_new = OrderHelp.objects.get_or_create(
            state=situation.state,
            reason=situation.reason,
            product_code=situation.product_code,
            article_id=pages[article],
        )
        made += is_new
    return made
