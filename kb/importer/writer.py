"""Writes checked articles as pages: a chunk is one transaction, an article is whole or not there at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from kb import services
from kb.blocks import ArticleBodyBlock
from kb.external_ids import articles_by_id, translation_key_of
from kb.importer.differences import changed_fields
from kb.importer.records import ArticleRecord, FieldProblem, RowError
from kb.importer.resolving import Resolved, Resolver
from kb.models import (
    ArticlePage,
    Audience,
    CategoryPage,
    FaqPage,
    ImportedArticle,
    MaintenancePage,
    PolicyPage,
    Product,
    RelatedArticle,
)
from kb.policies import rules
from kb.search.indexing import request_indexing
from kb.translation.records import confirm_translation, source_of
from personalization.blocks import has_gap

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

PAGE_CLASSES = {"article": ArticlePage, "faq": FaqPage, "maintenance": MaintenancePage, "policy": PolicyPage}
# The digest of an article that waits for others which it names; no content has it, so a repeated import goes on there.
INCOMPLETE = ""
_body = ArticleBodyBlock()


@dataclass(frozen=True)
class Written:
    """What became (or would become) of one article: "created", "updated" with what changed, "unchanged", or an error."""

    outcome: str
    record: ArticleRecord
    error: RowError | None = None
    changed: tuple[str, ...] = ()
    is_complete: bool = True


@dataclass(frozen=True)
class WriteOptions:
    """How articles are written: `as_drafts` publishes nothing; `user` stands in the history."""

    as_drafts: bool = False
    user: AbstractBaseUser | None = None


class Writer:
    """Writes chunk after chunk; remembers categories, languages and products between them."""

    def __init__(self, resolver: Resolver, options: WriteOptions) -> None:
        self._resolver = resolver
        self._options = options
        self._locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self._products = {(product.code, product.locale_id): product for product in Product.objects.all()}
        self._categories: dict[tuple[str, str], CategoryPage] = {}
        self._people: dict[str, AbstractBaseUser | None] = {"": None}

    def write(self, chunk: Sequence[ArticleRecord]) -> list[Written]:
        """Write `chunk` in one transaction; what cannot be written is reported and leaves the others alone.

        Cost: about 15 queries for a new article, none of its own for an unchanged one.
        """
        with transaction.atomic():
            existing = articles_by_id({record.external_id for record in chunk})
            self._resolver.prepare(chunk)
            # Another chunk, or an editor, may have added pages since; treebeard works from these rows.
            self._categories.clear()
            made: list[int] = []
            results = [self._write_one(record, existing.get(record.external_id), made) for record in chunk]
            self._announce(made)
        return results

    def preview(self, chunk: Sequence[ArticleRecord], *, coming: frozenset[tuple[str, str, str]]) -> list[Written]:
        """Tell what `write` would do, without writing.

        `coming` holds (kind, code, language) of the categories and products that the archive itself brings.
        """
        existing = articles_by_id({record.external_id for record in chunk})
        self._resolver.prepare(chunk)
        return [self._preview_one(record, existing.get(record.external_id), coming) for record in chunk]

    def complete(self, chunk: Sequence[ArticleRecord]) -> None:
        """Fill in the links of articles that were written before the articles they name. One transaction.

        The revision that `write` made a moment ago is filled in. The page's row only where readers see that revision, or
        nothing at all: the text published before a draft or a plan stays.
        """
        with transaction.atomic():
            existing = articles_by_id({record.external_id for record in chunk})
            self._resolver.prepare(chunk)
            for record in chunk:
                page = PAGE_CLASSES[record.kind].objects.get(pk=existing[record.external_id].pk)
                resolved = self._resolver.resolve(record)
                revision = page.latest_revision
                written = revision.as_object()
                self._fill(written, record, resolved)
                revision.content = written.serializable_data()
                revision.save(update_fields=["content"])
                if page.live_revision_id == revision.pk or not page.live:
                    self._fill(page, record, resolved)
                    page.save(clean=False)
                ImportedArticle.objects.filter(page_id=page.pk).update(digest=record.digest)
            self._announce([page.pk for page in existing.values()])

    def _announce(self, written: Sequence[int]) -> None:
        """Let search and readers get what was written; most of it was published past Wagtail's signals."""
        if written:
            request_indexing(written)
            services.refresh_public_pages()

    def _preview_one(
        self, record: ArticleRecord, page: ArticlePage | None, coming: frozenset[tuple[str, str, str]]
    ) -> Written:
        if page is not None and _digest_of(page) == record.digest:
            return Written("unchanged", record)
        try:
            self._check(record, page, coming)
            self._resolver.check_files(record)
            if page is None:
                return Written("created", record)
            resolved = self._resolver.resolve(record, stores=False)
            changed = self._changed(record, page, resolved)
        except FieldProblem as problem:
            return _rejected(record, problem)
        return Written(_outcome(changed, resolved), record, changed=changed)

    def _write_one(self, record: ArticleRecord, page: ArticlePage | None, made: list[int]) -> Written:
        if page is not None and _digest_of(page) == record.digest:
            return Written("unchanged", record)
        changed: tuple[str, ...] = ()
        try:
            self._check(record, page, frozenset())
            resolved = self._resolver.resolve(record)
            with transaction.atomic():
                if page is None:
                    outcome, page = "created", self._create(record, resolved)
                    self._resolver.add_article(record.external_id, page.pk)
                else:
                    changed = self._changed(record, page, resolved)
                    outcome = _outcome(changed, resolved)
                    if outcome == "updated":
                        self._update(record, page, resolved)
                digest = record.digest if resolved.is_complete else INCOMPLETE
                ImportedArticle.objects.update_or_create(page_id=page.pk, defaults={"digest": digest})
        except FieldProblem as problem:
            self._categories.clear()
            return _rejected(record, problem)
        except ValidationError as error:
            self._categories.clear()
            field, messages = next(iter(error.message_dict.items()))
            return _rejected(record, FieldProblem(field, " ".join(messages)))
        made.append(page.pk)
        return Written(outcome, record, changed=changed, is_complete=resolved.is_complete)

    def _changed(self, record: ArticleRecord, card: ArticlePage, resolved: Resolved) -> tuple[str, ...]:
        page = PAGE_CLASSES[record.kind].objects.get(pk=card.pk)
        category = CategoryPage.objects.in_language(record.language).filter(code=record.category).first()
        image_id = self._resolver.known_image(record.image)
        return changed_fields(
            page, record, resolved, image_id=image_id, category_path=category.path if category else ""
        )

    def _check(self, record: ArticleRecord, page: ArticlePage | None, coming: frozenset[tuple[str, str, str]]) -> None:
        locale = self._locales.get(record.language)
        if locale is None:
            raise FieldProblem(
                "lang",
                _("the site has no language “%(name)s” yet; an administrator adds it") % {"name": record.language},
            )
        if page is not None:
            self._check_against(page, record, locale)
        if self._options.as_drafts and not self._has_category(record):
            raise FieldProblem(
                "category",
                _("there is no category “%(name)s”; somebody who may publish makes it first")
                % {"name": record.category},
            )
        if record.is_public and has_gap(_body.to_python(record.body)):
            raise FieldProblem("body", _("a part for some customers has nothing for everybody else"))
        for code in record.products:
            if (code, locale.pk) not in self._products and ("product", code, record.language) not in coming:
                raise FieldProblem("products", _("there is no product “%(name)s” in this language") % {"name": code})

    def _check_against(self, page: ArticlePage, record: ArticleRecord, locale: Locale) -> None:
        """Refuse a record that cannot become the next state of the page with its id."""
        if page.article_type != record.kind:
            raise FieldProblem(
                "kind",
                _("is “%(kind)s” on the site; delete that page to import it anew") % {"kind": page.article_type},
            )
        if self._is_locked(page):
            raise FieldProblem("id", _("is locked on the site, or waits for its review"))
        if page.locale_id != locale.pk:
            raise FieldProblem("lang", _("is another language on the site; give the translation an id of its own"))
        if record.kind == "policy" and record.in_force_from:
            _check_day(page.pk, record.in_force_from)

    def _create(self, record: ArticleRecord, resolved: Resolved) -> ArticlePage:
        category = self._category(record)
        now = timezone.now()
        # A policy is published by its own rules, which keep the text as a version.
        is_policy = record.kind == "policy"
        is_public = self._is_public(record) and not is_policy
        page = PAGE_CLASSES[record.kind](
            external_id=record.external_id,
            live=is_public,
            has_unpublished_changes=not is_public,
            first_published_at=(record.published_at or now) if is_public else record.published_at,
            last_published_at=now if is_public else None,
            owner=self._person(record.owner) or self._options.user,
        )
        self._join_translations(page, record)
        self._fill(page, record, resolved)
        category.add_child(instance=page)
        revision = page.save_revision(user=self._options.user, changed=False, clean=False)
        if is_public:
            # What publishing would do, without a second write of the same row and a signal for each page.
            page.live_revision = revision
            ArticlePage.objects.filter(pk=page.pk).update(live_revision=revision)
        elif self._is_public(record):
            revision.publish(user=self._options.user)
        return page

    def _update(self, record: ArticleRecord, card: ArticlePage, resolved: Resolved) -> None:
        category = self._category(record)
        if card.path[: -card.steplen] != category.path and not self._options.as_drafts:
            card.move(category, pos="last-child", user=self._options.user)
        # From the row, not from an editor's unfinished draft, which stays in the history.
        page = PAGE_CLASSES[record.kind].objects.get(pk=card.pk)
        self._fill(page, record, resolved)
        page.full_clean()
        revision = page.save_revision(user=self._options.user, log_action=self._options.user is not None)
        if page.live and self._is_public(record):
            # An article that an editor withdrew stays withdrawn; the new text waits as its draft.
            revision.publish(user=self._options.user)
            if record.translation_of and source_of(page) is not None:
                # Originals are read first: the file was translated from what the site says now.
                confirm_translation(page=page, user=self._options.user)

    def _is_public(self, record: ArticleRecord) -> bool:
        return record.is_public and not self._options.as_drafts

    def _fill(self, page: ArticlePage, record: ArticleRecord, resolved: Resolved) -> None:
        locale = self._locales[record.language]
        page.locale = locale
        page.title = page.draft_title = record.title
        page.slug = record.slug or page.slug
        page.question = record.question
        page.short_answer = record.short_answer
        page.body = json.dumps(resolved.body)
        page.keywords = ", ".join(record.keywords)
        page.products = [self._products[code, locale.pk] for code in record.products]
        page.audience = record.audience or page.audience or Audience.EVERYONE
        page.phase = record.phase
        page.also_in = self._also_in(record)
        page.related_articles = [
            RelatedArticle(article_id=number, sort_order=order) for order, number in enumerate(resolved.related)
        ]
        page.replaced_by_id = resolved.replaced_by
        page.image_id = self._resolver.image(record.image)
        page.image_alt = record.image_alt
        page.last_checked_on = record.last_checked_on or page.last_checked_on
        page.last_checked_by = self._person(record.checked_by) or page.last_checked_by
        page.checked_for = record.checked_for
        page.check_again_on = record.check_again_on
        page.expire_at = record.expire_at or page.expire_at
        page.seo_title = record.seo_title
        page.search_description = record.search_description
        if isinstance(page, MaintenancePage):
            page.interval_months = record.interval_months
            page.minutes = record.minutes
            page.tools = "\n".join(record.tools)
        if isinstance(page, PolicyPage):
            page.policy_kind = record.policy_kind
            page.in_force_from = record.in_force_from or page.in_force_from
            page.change_summary = record.change_summary

    def _also_in(self, record: ArticleRecord) -> list[CategoryPage]:
        found = (
            CategoryPage.objects.in_language(record.language).filter(code__in=record.also_in) if record.also_in else ()
        )
        by_code = {category.code: category for category in found}
        for code in record.also_in:
            if code not in by_code:
                raise FieldProblem("also_in", _("there is no category “%(name)s” in this language") % {"name": code})
        return [by_code[code] for code in record.also_in]

    def _category(self, record: ArticleRecord) -> CategoryPage:
        key = (record.language, record.category)
        if key not in self._categories:
            category = services.ensure_category(
                language=record.language, code=record.category, title=record.category_title
            )
            if category is None:
                raise FieldProblem("lang", _("the site has no help index in this language; an editor makes it first"))
            self._categories[key] = category
        return self._categories[key]

    def _is_locked(self, page: ArticlePage) -> bool:
        """Say whether the editor would refuse the change too; an import by an operator has nobody to refuse."""
        lock = page.get_lock() if self._options.user else None
        return lock is not None and lock.for_user(self._options.user)

    def _has_category(self, record: ArticleRecord) -> bool:
        found = CategoryPage.objects.in_language(record.language).filter(code=record.category, alias_of__isnull=True)
        return found.exists()

    def _join_translations(self, page: ArticlePage, record: ArticleRecord) -> None:
        """Make the new page a translation of the article that its record names, or give it the key in its id."""
        if not record.translation_of:
            page.translation_key = translation_key_of(record.external_id) or page.translation_key
            return
        source = articles_by_id({record.translation_of}).get(record.translation_of)
        name = {"name": record.translation_of}
        if source is None:
            raise FieldProblem("translation_of", _("there is no article “%(name)s”") % name)
        twins = ArticlePage.objects.filter(
            translation_key=source.translation_key, locale=self._locales[record.language]
        )
        if twins.exists():
            raise FieldProblem("translation_of", _("“%(name)s” already has a page in this language") % name)
        page.translation_key = source.translation_key

    def _person(self, email: str) -> AbstractBaseUser | None:
        if email not in self._people:
            self._people[email] = get_user_model()._default_manager.filter(email__iexact=email).first()
        return self._people[email]


def _check_day(pk: int, day: date) -> None:
    """Raise FieldProblem for a day that would change what customers were promised."""
    try:
        rules.check_day(day, rules.versions_of(PolicyPage.objects.get(pk=pk)), is_backdating_meant=False)
    except ValidationError as error:
        raise FieldProblem("in_force_from", " ".join(error.messages)) from error


def _outcome(changed: Sequence[str], resolved: Resolved) -> str:
    """Return what becomes of an article on the site; a link that is still missing will change it too."""
    return "updated" if changed or not resolved.is_complete else "unchanged"


def _rejected(record: ArticleRecord, problem: FieldProblem) -> Written:
    return Written("rejected", record, error=record.error(problem.field, problem.reason))


def _digest_of(page: ArticlePage) -> str:
    imported = getattr(page, "imported", None)
    return imported.digest if imported else INCOMPLETE
