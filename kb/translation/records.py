"""What each translation was last compared with. Kept up to date by signals, so that nobody has to think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from kb.models import TranslationRecord
from kb.page_changes import forget_pages
from kb.translation.digests import text_digest

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

SOURCE_LANGUAGE = settings.LANGUAGE_CODE


class NoSource(Exception):
    """The page is no translation: it is in the source language, or its source was deleted."""


def source_of(page: Page) -> Page | None:
    """Return the page that `page` translates, as its own class and in its published state; None if there is none.

    Cost: two queries. A page in the source language translates nothing.
    """
    if page.locale.language_code == SOURCE_LANGUAGE or page.alias_of_id:
        return None
    source = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=SOURCE_LANGUAGE, alias_of__isnull=True
    ).first()
    return source.specific if source else None


@transaction.atomic
def confirm_translation(*, page: Page, user: AbstractBaseUser | None) -> TranslationRecord:
    """Note that `page` says what its source says now. Again is no error. Raises NoSource."""
    source = source_of(page)
    if source is None:
        raise NoSource(str(page))
    # Readers of the translation are told while it is outdated.
    transaction.on_commit(forget_pages)
    record, _made = TranslationRecord.objects.update_or_create(
        page_id=page.pk, defaults={**_compared_with(source), "confirmed_by_id": user.pk if user else None}
    )
    return record


def note_new_page(page: Page) -> None:
    """Begin the records of a page that was just made: it may be a translation, or the source of one.

    Cost: one query for a page without twins, which is most of them.
    """
    twins = list(
        Page.objects.filter(translation_key=page.translation_key, alias_of__isnull=True)
        .exclude(pk=page.pk)
        .select_related("locale")
    )
    if page.alias_of_id or not twins:
        return
    if page.locale.language_code == SOURCE_LANGUAGE:
        source, translations = page, twins
    else:
        sources = [twin for twin in twins if twin.locale.language_code == SOURCE_LANGUAGE]
        if not sources:
            return
        source, translations = sources[0].specific, [page]
    state = _compared_with(source)
    for translation in translations:
        TranslationRecord.objects.get_or_create(page_id=translation.pk, defaults=state)


def note_published_text(source: Page) -> None:
    """Mark the translations of `source` whose text was compared with another one than it now has.

    Going back to the compared text takes the mark away. Cost: one query for a page without translations.
    """
    records = list(
        TranslationRecord.objects.filter(page__translation_key=source.translation_key).exclude(page_id=source.pk)
    )
    if not records:
        return
    digest = text_digest(source)
    now = timezone.now()
    for record in records:
        is_outdated = record.source_digest != digest
        if is_outdated != (record.outdated_since is not None):
            record.outdated_since = now if is_outdated else None
            record.save(update_fields=["outdated_since"])


def _compared_with(source: Page) -> dict[str, object]:
    """Return the columns of a record that is up to date with `source`: its published text, or the draft of a new one."""
    text = source if source.live else source.get_latest_revision_as_object()
    return {
        "source_revision_id": source.live_revision_id or source.latest_revision_id,
        "source_digest": text_digest(text),
        "outdated_since": None,
        "confirmed_at": timezone.now(),
    }
