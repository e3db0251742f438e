"""What nobody reads, finds or shows any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

from kb.care.uses import uses_of
from kb.managers import ArticleQuerySet
from kb.models import ArticlePage, MaintenanceTask, RelatedArticle, ReusableText, SparePart

UNREAD_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class UnusedThing:
    """A file or a snippet that no page, product or draft shows."""

    kind: str
    name: str
    made_at: datetime | None
    edit_url: str | None


def unread_articles(*, today: date | None = None) -> ArticleQuerySet:
    """Return the articles published for at least 90 days that nobody opened in the last 90."""
    since = (today or timezone.localdate()) - UNREAD_AFTER
    read = ArticlePage.objects.filter(daily_views__day__gt=since, daily_views__count__gt=0)
    old = ArticlePage.objects.live().filter(alias_of__isnull=True, first_published_at__date__lte=since)
    return old.exclude(pk__in=read.order_by().values("pk")).order_by("first_published_at", "path")


def incoming_links() -> Counter[int]:
    """Return how many articles, related lists and maintenance plans lead to each article.

    Cost: three queries and a look into every published body.
    """
    links: Counter[int] = Counter()
    for _article, uses in uses_of(ArticlePage.objects.live()):
        links.update(uses.keys_of(Page))
    links.update(RelatedArticle.objects.filter(page__live=True).values_list("article_id", flat=True))
    links.update(MaintenanceTask.objects.exclude(article=None).values_list("article_id", flat=True))
    return links


def unused_things(user: Any) -> list[UnusedThing]:
    """Return the images, documents, reusable texts and spare parts that nothing shows, drafts included, by kind and name.

    `edit_url` is None where `user` may not edit. Cost: three queries for each kind and one for all waiting drafts.
    """
    in_drafts = _shown_in_drafts()
    finder = AdminURLFinder(user)
    found = []
    models: list[Any] = [get_image_model(), get_document_model(), ReusableText, SparePart]
    for model in models:
        used = ReferenceIndex.objects.filter(to_content_type=ContentType.objects.get_for_model(model))
        rows = (
            model._default_manager.annotate(key=Cast("pk", CharField()))
            .exclude(key__in=used.values("to_object_id"))
            .exclude(pk__in=in_drafts.get(model, set()))
        )
        if model is SparePart:
            # A part that fits a product stands on the product's page.
            rows = rows.filter(products=None)
        found += [
            UnusedThing(str(model._meta.verbose_name), str(row), _made_at(row), finder.get_edit_url(row))
            for row in rows
        ]
    return sorted(found, key=lambda thing: (thing.kind, thing.name))


def _shown_in_drafts() -> dict[type[Model], set[int]]:
    drafts: Iterable[ArticlePage] = (
        page.get_latest_revision_as_object()
        for page in ArticlePage.objects.filter(has_unpublished_changes=True).select_related("latest_revision")
    )
    shown: dict[type[Model], set[int]] = {}
    for _article, uses in uses_of(drafts):
        for model, key in uses.chosen | uses.linked:
            shown.setdefault(model, set()).add(key)
        shown.setdefault(get_image_model(), set()).update(use.image_id for use in uses.images)
    return shown


def _made_at(row: Model) -> datetime | None:
    made: datetime | None = getattr(row, "created_at", None)
    return made
