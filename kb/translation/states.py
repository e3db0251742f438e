"""How far the translations of pages are: for the explorer, the table of languages and the editor's notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from kb.models import ArticlePage, CategoryPage, HelpIndexPage, TranslationRecord
from kb.translation.records import SOURCE_LANGUAGE

# The languages that translations are made into, in the order of the settings.
TARGET_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES if code != SOURCE_LANGUAGE)


class TranslationStatus(models.TextChoices):
    """How far a page is in a language."""

    MISSING = "missing", _("Missing")
    DRAFT = "draft", _("Draft")
    CURRENT = "current", _("Up to date")
    OUTDATED = "outdated", _("Outdated")
    IN_WORK = "in_work", _("Outdated, draft in work")


@dataclass(frozen=True)
class TranslationState:
    """A page in one language; `page` is None while it is missing, and is read as a plain Page otherwise.

    `outdated_since` is when the source was published with another text than the one compared; a draft has it too.
    `stands_elsewhere`: its category is not the translation of the source's category.
    """

    language: str
    status: TranslationStatus
    page: Page | None = None
    outdated_since: datetime | None = None
    confirmed_at: datetime | None = None
    stands_elsewhere: bool = False


def translation_states(pages: Iterable[Page]) -> dict[int, dict[str, TranslationState]]:
    """Return the state of each of `pages` in each language of the site: {page id: {"vi": …, "en": …}}.

    The page's own language is among them: "current" when published, else "draft".
    Cost: two queries, however many pages; their locales are not asked for.
    """
    pages = list(pages)
    twins = _twins(pages)
    parents = _parent_keys([*pages, *twins.values()])
    return {
        page.pk: {
            code: _state(page, twins.get((page.translation_key, code)), code, parents)
            for code, _name in settings.LANGUAGES
        }
        for page in pages
    }


def with_status(pages: QuerySet[Page], *, language: str, status: str) -> QuerySet[Page]:
    """Keep the pages whose translation into `language` is in that state. No query of its own."""
    return pages.filter(_conditions(language)[TranslationStatus(status)])


def count_by_status(pages: QuerySet[Page], *, language: str) -> dict[TranslationStatus, int]:
    """Return how many of `pages` are in each state of that language, noughts included. One query."""
    cases = [When(condition, then=Value(status.value)) for status, condition in _conditions(language).items()]
    status_of_page = Case(*cases, output_field=models.CharField())
    rows = pages.order_by().annotate(status_of_page=status_of_page).values_list("status_of_page")
    found = dict(rows.annotate(number=Count("pk")))
    return {status: found.get(status.value, 0) for status in TranslationStatus}


def _conditions(language: str) -> dict[TranslationStatus, Combinable | Q]:
    twin = _standing().filter(translation_key=OuterRef("translation_key"), locale__language_code=language)
    outdated = Q(translation_record__outdated_since__isnull=False)
    return {
        TranslationStatus.MISSING: ~Exists(twin),
        TranslationStatus.DRAFT: Exists(twin.filter(live=False)),
        TranslationStatus.CURRENT: Exists(twin.filter(~outdated, live=True)),
        TranslationStatus.OUTDATED: Exists(twin.filter(outdated, live=True, has_unpublished_changes=False)),
        TranslationStatus.IN_WORK: Exists(twin.filter(outdated, live=True, has_unpublished_changes=True)),
    }


def pages_to_translate() -> QuerySet[Page]:
    """Return one page for each set of twins: the source, or the page whose source is gone; in the order of the tree."""
    source = _standing().filter(translation_key=OuterRef("translation_key"), locale__language_code=SOURCE_LANGUAGE)
    return (
        _standing()
        .type(HelpIndexPage, CategoryPage, ArticlePage)
        .filter(Q(locale__language_code=SOURCE_LANGUAGE) | ~Exists(source))
        .order_by("path")
    )


def outdated_record(page: Page) -> TranslationRecord | None:
    """Return the record of a translation whose source changed since; None for any other page. One query."""
    return (
        TranslationRecord.objects.filter(page_id=page.pk, outdated_since__isnull=False)
        .select_related("source_revision")
        .first()
    )


def _standing() -> PageQuerySet:
    return Page.objects.filter(alias_of__isnull=True)


def _twins(pages: list[Page]) -> dict[tuple[object, str], Page]:
    keys = {page.translation_key for page in pages}
    found = _standing().filter(translation_key__in=keys).select_related("locale", "translation_record")
    return {(twin.translation_key, twin.locale.language_code): twin for twin in found}


def _parent_keys(pages: list[Page]) -> dict[str, object]:
    """Return {path: translation key} of the pages directly above."""
    paths = {_parent_path(page) for page in pages}
    return dict(Page.objects.filter(path__in=paths).values_list("path", "translation_key"))


def _parent_path(page: Page) -> str:
    return page.path[: -Page.steplen]


def _state(page: Page, twin: Page | None, language: str, parents: dict[str, object]) -> TranslationState:
    if twin is None:
        return TranslationState(language, TranslationStatus.MISSING)
    record = getattr(twin, "translation_record", None)
    outdated_since = record.outdated_since if record else None
    return TranslationState(
        language=language,
        status=_status(twin, is_outdated=outdated_since is not None),
        page=twin,
        outdated_since=outdated_since,
        confirmed_at=record.confirmed_at if record else None,
        stands_elsewhere=parents.get(_parent_path(page)) != parents.get(_parent_path(twin)),
    )


def _status(twin: Page, *, is_outdated: bool) -> TranslationStatus:
    if not twin.live:
        return TranslationStatus.DRAFT
    if not is_outdated:
        return TranslationStatus.CURRENT
    return TranslationStatus.IN_WORK if twin.has_unpublished_changes else TranslationStatus.OUTDATED
