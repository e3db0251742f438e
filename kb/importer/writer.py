"""Writes checked articles as pages: a chunk is one transaction, an article is whole or not there at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from kb import services
from kb.importer.records import ArticleRecord, RowError
from kb.models import ArticlePage, CategoryPage, FaqPage, ImportedArticle, MaintenancePage, Product
from kb.search.indexing import request_indexing

PAGE_CLASSES = {"article": ArticlePage, "faq": FaqPage, "maintenance": MaintenancePage}


@dataclass(frozen=True)
class Written:
    """What became of one article: "created", "updated", "unchanged", or an error."""

    outcome: str
    error: RowError | None = None


class _Rejected(Exception):
    """The database says no; the page's savepoint is rolled back."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Writer:
    """Writes chunk after chunk; remembers categories, languages and products between them."""

    def __init__(self, *, images: Mapping[str, int]):
        self._images = images
        self._locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self._products = {(product.code, product.locale_id): product for product in Product.objects.all()}
        self._categories: dict[tuple[str, str], CategoryPage] = {}

    def write(self, chunk: Sequence[ArticleRecord]) -> list[Written]:
        """Write `chunk` in one transaction; what cannot be written is reported and leaves the others alone.

        Cost: about 12 queries for a new article, none of its own for an unchanged one.
        """
        with transaction.atomic():
            existing = _existing(chunk)
            # Another chunk, or an editor, may have added pages since; treebeard works from these rows.
            self._categories.clear()
            made: list[int] = []
            return_values = [self._write_one(record, existing, made) for record in chunk]
            if made:
                request_indexing(made)
        return return_values

    def preview(self, chunk: Sequence[ArticleRecord]) -> list[Written]:
        """Tell what `write` would do, without writing."""
        existing = _existing(chunk)
        return [self._preview_one(record, existing.get(record.external_id)) for record in chunk]

    def _preview_one(self, record: ArticleRecord, page: ArticlePage | None) -> Written:
        try:
            self._check(record, page)
        except _Rejected as problem:
            return Written("rejected", record.error(problem.field, problem.reason))
        if page is None:
            return Written("created")
        return Written("unchanged" if _digest_of(page) == record.digest else "updated")

    def _write_one(self, record: ArticleRecord, existing: dict[str, ArticlePage], made: list[int]) -> Written:
        page = existing.get(record.external_id)
        if page is not None and _digest_of(page) == record.digest:
            return Written("unchanged")
        try:
            with transaction.atomic():
                self._check(record, page)
                if page is None:
                    page = self._create(record)
                    outcome = "created"
                else:
                    self._update(record, page)
                    outcome = "updated"
                ImportedArticle.objects.update_or_create(page_id=page.pk, defaults={"digest": record.digest})
        except _Rejected as problem:
            self._categories.clear()
            return Written("rejected", record.error(problem.field, problem.reason))
        except ValidationError as error:
            self._categories.clear()
            field, messages = next(iter(error.message_dict.items()))
            return Written("rejected", record.error(field, " ".join(messages)))
        made.append(page.pk)
        return Written(outcome)

    def _check(self, record: ArticleRecord, page: ArticlePage | None) -> None:
        if record.language not in self._locales:
            raise _Rejected("lang", f"the site has no language “{record.language}” yet; an administrator adds it")
        if page is not None and page.article_type != record.kind:
            raise _Rejected("kind", f"is “{page.article_type}” on the site; delete that page to import it anew")
        if page is not None and page.locale_id != self._locales[record.language].pk:
            raise _Rejected("lang", "is another language on the site; give the translation an id of its own")
        for code in record.products:
            if (code, self._locales[record.language].pk) not in self._products:
                raise _Rejected("products", f"there is no product “{code}” in this language")
        if record.image and record.image not in self._images:
            raise _Rejected("image", f"there is no image “{record.image}”")

    def _create(self, record: ArticleRecord) -> ArticlePage:
        category = self._category(record)
        now = timezone.now()
        page = PAGE_CLASSES[record.kind](
            external_id=record.external_id,
            live=record.is_public,
            has_unpublished_changes=not record.is_public,
            first_published_at=now if record.is_public else None,
            last_published_at=now if record.is_public else None,
        )
        if record.translation_of:
            page.translation_key = self._translation_key(record)
        self._fill(page, record)
        category.add_child(instance=page)
        revision = page.save_revision(changed=False, clean=False)
        if record.is_public:
            # What publishing would do, without a second write of the same row and a signal for each page.
            page.live_revision = revision
            ArticlePage.objects.filter(pk=page.pk).update(live_revision=revision)
        return page

    def _update(self, record: ArticleRecord, page: ArticlePage) -> None:
        category = self._category(record)
        if page.path[: -page.steplen] != category.path:
            page.move(category, pos="last-child")
        # From the row, not from an editor's unfinished draft, which stays in the history.
        page = PAGE_CLASSES[record.kind].objects.get(pk=page.pk)
        self._fill(page, record)
        page.full_clean()
        revision = page.save_revision()
        if page.live and record.is_public:
            # An article that an editor withdrew stays withdrawn; the new text waits as its draft.
            revision.publish()

    def _fill(self, page: ArticlePage, record: ArticleRecord) -> None:
        locale = self._locales[record.language]
        page.locale = locale
        page.title = page.draft_title = record.title
        page.short_answer = record.short_answer
        page.body = json.dumps(record.body)
        page.keywords = ", ".join(record.keywords)
        page.products = [self._products[code, locale.pk] for code in record.products]
        page.phase = record.phase
        page.image_id = self._images.get(record.image)
        page.image_alt = record.image_alt
        page.last_checked_on = record.last_checked_on or page.last_checked_on
        if isinstance(page, MaintenancePage):
            page.interval_months = record.interval_months
            page.minutes = record.minutes
            page.tools = "\n".join(record.tools)

    def _category(self, record: ArticleRecord) -> CategoryPage:
        key = (record.language, record.category)
        if key not in self._categories:
            category = services.ensure_category(
                language=record.language, code=record.category, title=record.category_title
            )
            if category is None:
                raise _Rejected("lang", "the site has no help index in this language; an editor makes it first")
            self._categories[key] = category
        return self._categories[key]

    def _translation_key(self, record: ArticleRecord) -> object:
        key = (
            ArticlePage.objects.filter(external_id=record.translation_of)
            .values_list("translation_key", flat=True)
            .first()
        )
        if key is None:
            raise _Rejected("translation_of", f"there is no article “{record.translation_of}”")
        if ArticlePage.objects.filter(translation_key=key, locale=self._locales[record.language]).exists():
            raise _Rejected("translation_of", f"“{record.translation_of}” already has a page in this language")
        return key


def _existing(chunk: Sequence[ArticleRecord]) -> dict[str, ArticlePage]:
    pages = ArticlePage.objects.filter(external_id__in=[record.external_id for record in chunk])
    return {page.external_id: page for page in pages.as_cards().select_related("imported")}


def _digest_of(page: ArticlePage) -> str:
    imported = getattr(page, "imported", None)
    return imported.digest if imported else ""
