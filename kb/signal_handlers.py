"""What follows from a change: search looks again, translations may be outdated, readers are told. Connected at start-up.

Too many hints cost little, a missing one leaves a wrong answer: whether a page belongs into the index is decided
only when the hint is worked off, from the database.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from kb.models import (
    ArticlePage,
    CategoryPage,
    FaqPage,
    HelpIndexPage,
    MaintenancePage,
    MaintenanceTask,
    PolicyPage,
    Product,
    ReusableText,
    SparePart,
)
from kb.policies.rules import keep_version
from kb.search.indexing import request_indexing
from kb.selectors.maintenance import forget_plans
from kb.services import feedback
from kb.translation.records import SOURCE_LANGUAGE, note_new_page, note_published_text
from kb.usage import pages_using
from personalization.segments.selectors import forget_segments

ARTICLE_MODELS = (ArticlePage, FaqPage, MaintenancePage, PolicyPage)
TRANSLATED_MODELS = (HelpIndexPage, CategoryPage, *ARTICLE_MODELS)


def connect() -> None:
    """Connect every handler of this file."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_page_changed, dispatch_uid="kb.page_changed")
    page_published.connect(_text_published, dispatch_uid="kb.text_published")
    page_unpublished.connect(_article_unpublished, dispatch_uid="kb.article_unpublished")
    for model in ARTICLE_MODELS:
        pre_save.connect(_note_live_revision, sender=model, dispatch_uid=f"kb.live_revision.{model.__name__}")
        post_save.connect(_alias_made, sender=model, dispatch_uid=f"kb.alias_made.{model.__name__}")
    page_published.connect(_policy_published, sender=PolicyPage, dispatch_uid="kb.policy_published")
    for model in TRANSLATED_MODELS:
        post_save.connect(_text_saved, sender=model, dispatch_uid=f"kb.text_saved.{model.__name__}")
    post_delete.connect(_article_deleted, sender=ArticlePage, dispatch_uid="kb.article_deleted")
    post_save.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="kb.restriction_saved")
    post_delete.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="kb.restriction_deleted")
    for model in (Product, SparePart, ReusableText):
        post_save.connect(_shown_thing_changed, sender=model, dispatch_uid=f"kb.shown_thing_saved.{model.__name__}")
        # Before it goes: afterwards nobody knows any more which pages named it.
        pre_delete.connect(_shown_thing_changed, sender=model, dispatch_uid=f"kb.shown_thing_deleted.{model.__name__}")
    for model in (Product, MaintenanceTask, CategoryPage):
        for signal in (post_save, post_delete):
            signal.connect(forget_plans, sender=model, dispatch_uid=f"kb.plans.{model.__name__}")
            # The rules of segments name these.
            signal.connect(forget_segments, sender=model, dispatch_uid=f"kb.segments.{model.__name__}")
    m2m_changed.connect(
        _products_of_article_changed, sender=ArticlePage.products.through, dispatch_uid="kb.article_products"
    )


def _page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page appeared, went, moved or was renamed: its title and place are words of every article below it."""
    _request_below(instance)


def _note_live_revision(
    sender: type[Model], instance: ArticlePage, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    # Wagtail overwrites the number before it tells of the publishing (8.0).
    if instance.pk and update_fields is None:
        former = ArticlePage.objects.filter(pk=instance.pk).values_list("live_revision_id", flat=True)
        instance.former_live_revision_id = former.first()


def _text_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ArticlePage):
        feedback.note_publishing(page=instance, former_revision_id=instance.former_live_revision_id)


def _article_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ArticlePage):
        feedback.tell_of_replacement(page=instance)


def _alias_made(sender: type[Model], instance: ArticlePage, created: bool, **kwargs: Any) -> None:
    # Wagtail sends no page_published for a new alias (8.0), though it is live at once.
    if created and instance.alias_of_id:
        request_indexing([instance.pk])


def _policy_published(sender: type[Model], instance: PolicyPage, revision: Revision, **kwargs: Any) -> None:
    # Sent too, without a text of its own, for an alias, and for a new page whose day is still to come.
    if instance.live and not instance.alias_of_id:
        keep_version(instance, revision)


def _text_saved(
    sender: type[Model], instance: Page, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    # A draft saves a few columns beside the text; publishing, and every import, saves the whole row.
    if created:
        note_new_page(instance)
    elif update_fields is None and instance.live and instance.locale.language_code == SOURCE_LANGUAGE:
        note_published_text(instance)


def _article_deleted(sender: type[Model], instance: ArticlePage, **kwargs: Any) -> None:
    # Sent once for each article of a deleted branch too, whatever its class.
    request_indexing([instance.pk])


def _restriction_changed(sender: type[Model], instance: PageViewRestriction, **kwargs: Any) -> None:
    _request_below(instance.page)


def _shown_thing_changed(sender: type[Model], instance: Product | SparePart | ReusableText, **kwargs: Any) -> None:
    """Something changed whose words stand in articles that name it."""
    ids = pages_using(instance)
    if isinstance(instance, Product):
        ids += instance.articles.values_list("pk", flat=True)
    request_indexing(ids)


def _products_of_article_changed(sender: type[Model], instance: Model, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, ArticlePage):
        request_indexing([instance.pk])


def _request_below(page: Page) -> None:
    ids = list(ArticlePage.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True))
    if ids:
        request_indexing(ids)
