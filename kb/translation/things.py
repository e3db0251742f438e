"""Products, spare parts and reusable texts in the other language: what is missing, and a first draft of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Locale

from kb.models import Product, ReusableText, SparePart
from kb.translation.references import Twins, translate_links
from kb.translation.states import SOURCE_LANGUAGE, TARGET_LANGUAGES, TranslationStatus

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Thing = Product | SparePart | ReusableText
THING_MODELS: tuple[type[Thing], ...] = (Product, SparePart, ReusableText)


@dataclass
class ThingRow:
    """One thing with its state in each language that is translated into; `twins` holds those that exist."""

    thing: Thing
    twins: dict[str, Thing] = field(default_factory=dict)

    def status(self, language: str) -> TranslationStatus:
        """Return missing, draft or current: things have no record of what they were compared with."""
        twin = self.twins.get(language)
        if twin is None:
            return TranslationStatus.MISSING
        return TranslationStatus.CURRENT if twin.live else TranslationStatus.DRAFT


def things_of(model: type[Thing]) -> QuerySet[Any]:
    """Return everything of one of the kinds, in every language."""
    return cast("QuerySet[Any]", cast("Any", model)._default_manager.all())


def thing_rows(model: type[Thing]) -> list[ThingRow]:
    """Return every thing of the source language with its twins. Cost: two queries."""
    rows = {
        thing.translation_key: ThingRow(thing)
        for thing in things_of(model).filter(locale__language_code=SOURCE_LANGUAGE)
    }
    twins = things_of(model).filter(locale__language_code__in=TARGET_LANGUAGES).select_related("locale")
    for twin in twins:
        if twin.translation_key in rows:
            rows[twin.translation_key].twins[twin.locale.language_code] = twin
    return list(rows.values())


@transaction.atomic
def translate_thing(*, thing: Thing, language: str, user: AbstractBaseUser | None) -> Thing:
    """Return the twin of `thing` in `language`, made as a draft when it is missing; again is no error.

    What it names becomes the twins of that language; what has none is left out. Raises Locale.DoesNotExist.
    """
    locale = Locale.objects.get(language_code=language)
    model = type(thing)
    existing = things_of(model).filter(translation_key=thing.translation_key, locale=locale).first()
    if existing is not None:
        return existing
    copy = thing.copy_for_translation(locale)
    copy.live = False
    copy.has_unpublished_changes = True
    copy.live_revision = copy.first_published_at = copy.last_published_at = None
    _name_twins(copy, thing, Twins(locale))
    copy.save()
    copy.save_revision(user=user)
    return copy


def _name_twins(copy: Thing, source: Thing, twins: Twins) -> None:
    if isinstance(copy, SparePart) and isinstance(source, SparePart):
        copy.products = twins.of_all(source.products.all())
    elif isinstance(copy, Product):
        tasks = list(copy.maintenance_tasks.all())
        for task in tasks:
            task.article = twins.of(task.article) if task.article else None
        copy.maintenance_tasks = tasks
    elif isinstance(copy, ReusableText):
        copy.text = translate_links(copy.text, twins)
