"""The table of the help centre: one row for each page, one column for each language."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from kb.models import CategoryPage, HelpIndexPage
from kb.translation.states import (
    SOURCE_LANGUAGE,
    TARGET_LANGUAGES,
    TranslationState,
    TranslationStatus,
    count_by_status,
    pages_to_translate,
    translation_states,
    with_status,
)
from portal.lib.languages import own_name

# Root, home page, help index: above the first category.
HELP_INDEX_DEPTH = 3
EDITING = ["add", "change", "publish"]


def language_name(code: str) -> str:
    """Return the language's own name: Tiếng Việt, English."""
    name = own_name(code)
    return name[:1].upper() + name[1:]


def _categories(request: Any) -> QuerySet[CategoryPage]:
    return CategoryPage.objects.in_language(SOURCE_LANGUAGE).filter(alias_of__isnull=True).order_by("path")


def _owners(request: Any) -> QuerySet[Any]:
    return get_user_model().objects.filter(owned_pages__isnull=False).distinct().order_by("email")


class LanguageTableFilterSet(WagtailFilterSet):
    """What a translator looks for: their category, what is missing or outdated, whose it is."""

    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Translation"), choices=TranslationStatus.choices, method="filter_status"
    )
    category = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Category"), queryset=_categories, method="filter_category"
    )
    owner = django_filters.ModelChoiceFilter(label=gettext_lazy("Owner"), queryset=_owners)

    class Meta:
        model = Page
        fields = ["status", "category", "owner"]

    def filter_status(self, pages: QuerySet[Page], name: str, status: str) -> QuerySet[Page]:
        """Keep what is in that state in one of the languages."""
        kept = pages.none()
        for code in TARGET_LANGUAGES:
            kept = kept | with_status(pages, language=code, status=status)
        return kept

    def filter_category(self, pages: QuerySet[Page], name: str, category: CategoryPage) -> QuerySet[Page]:
        return pages.filter(path__startswith=category.path)


class LanguageColumn(Column):
    """How far the page is in one language, and what this user can do about it."""

    cell_template_name = "kb/editing/language_cell.html"

    def __init__(self, language: str, actions: Callable[[Page, TranslationState], list[dict[str, str]]]):
        super().__init__(language, label=language_name(language), accessor=lambda page: page.states[language].status)
        self.language = language
        self.actions = actions

    def get_cell_context_data(self, instance: Page, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        state = instance.states[self.language]
        return {
            **super().get_cell_context_data(instance, parent_context),
            "state": state,
            "is_source": self.language == SOURCE_LANGUAGE,
            "actions": self.actions(instance, state),
        }


class LanguageTableView(ReportView):
    """Every page of the help centre with its state in each language; exported as CSV and XLSX."""

    page_title = gettext_lazy("Translations")
    header_icon = "globe"
    results_template_name = "kb/editing/language_table_results.html"
    index_url_name = "kb_translations"
    index_results_url_name = "kb_translations_results"
    filterset_class = LanguageTableFilterSet
    permission_policy = page_permission_policy
    any_permission_required = EDITING
    model = Page
    is_searchable = True
    search_backend_name = None
    search_fields = ["title", "draft_title"]
    export_filename = "translations"
    list_export = ["title", "category", "language_codes"]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        user = self.request.user
        may_see = any(user.has_perm(f"kb.change_{name}") for name in ("product", "sparepart", "reusabletext"))
        if not may_see:
            return []
        return [HeaderButton(_("Catalogue and texts"), url=reverse("kb_thing_translations"), icon_name="tag")]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("draft_title", label=_("Page"), get_url=self._edit_url),
            Column("category_title", label=_("Category")),
            *(LanguageColumn(code, self._actions) for code in (SOURCE_LANGUAGE, *TARGET_LANGUAGES)),
        ]

    def get_base_queryset(self) -> QuerySet[Page]:
        return pages_to_translate().select_related("locale")

    def decorate_paginated_queryset(self, object_list: Any) -> list[Page]:
        """Give each page of the shown rows its states and its category's title. Cost: three queries."""
        pages = list(object_list)
        states = translation_states(pages)
        titles = dict(
            Page.objects.filter(path__in={page.path[: -Page.steplen] for page in pages}).values_list(
                "path", "draft_title"
            )
        )
        for page in pages:
            page.states = states[page.pk]
            page.category_title = titles.get(page.path[: -Page.steplen], "") if page.depth > HELP_INDEX_DEPTH else ""
        return pages

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["counts"] = [
            (language_name(code), self._counted(count_by_status(pages_to_translate(), language=code)))
            for code in TARGET_LANGUAGES
        ]
        return context

    def _counted(self, counts: dict[TranslationStatus, int]) -> list[tuple[str, int, str]]:
        return [
            (str(status.label), number, f"{reverse('kb_translations')}?status={status.value}")
            for status, number in counts.items()
        ]

    def _edit_url(self, page: Page) -> str | None:
        # Not can_edit(): it asks for the workflow of each page.
        may_edit = page_permission_policy.user_has_any_permission_for_instance(
            self.request.user, ["change", "publish"], page
        )
        return reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_edit else None

    def _actions(self, page: Page, state: TranslationState) -> list[dict[str, str]]:
        if state.page is None:
            if state.language not in self._languages_to_add:
                return []
            return [{"text": _("Translate"), "url": reverse("kb_translate", args=[page.pk, state.language])}]
        edit_url = self._edit_url(state.page)
        # The title of the row leads to the page itself.
        if edit_url is None or state.page.pk == page.pk:
            return []
        actions = [{"text": _("Edit"), "url": edit_url}]
        if state.outdated_since:
            actions.append({"text": _("See what changed"), "url": reverse("kb_source_changes", args=[state.page.pk])})
        if state.stands_elsewhere and state.language != SOURCE_LANGUAGE:
            actions.append({"text": _("Move"), "url": reverse("kb_move_translation", args=[state.page.pk])})
        return actions

    @cached_property
    def _languages_to_add(self) -> set[str]:
        """The languages in which this user may add pages somewhere; the form itself asks for the very place."""
        places = Page.objects.type(HelpIndexPage, CategoryPage).select_related("locale")
        return {
            place.locale.language_code
            for place in places
            if place.permissions_for_user(self.request.user).can_add_subpage()
        }

    # --- Export

    def get_heading(self, queryset: Any, field: str) -> str:
        return self._headings()[field]

    def _headings(self) -> dict[str, str]:
        headings = {"title": _("Page"), "category": _("Category")}
        for code in (SOURCE_LANGUAGE, *TARGET_LANGUAGES):
            name = language_name(code)
            headings[code] = name
            headings[f"{code}_since"] = _("%(language)s: outdated since") % {"language": name}
        return headings

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> Any:
        self.list_export = list(self._headings())
        return super().as_spreadsheet(queryset, spreadsheet_format)

    def to_row_dict(self, item: Page) -> OrderedDict[str, object]:
        row: OrderedDict[str, object] = OrderedDict(title=item.draft_title, category=item.category_title)
        for code, state in item.states.items():
            row[code] = str(state.status.label)
            row[f"{code}_since"] = date_format(localtime(state.outdated_since), "Y-m-d") if state.outdated_since else ""
        return row


@hooks.register("register_reports_menu_item")
def translations_menu_item() -> MenuItem:
    return TranslationsMenuItem(
        gettext_lazy("Translations"), reverse("kb_translations"), name="translations", icon_name="globe", order=150
    )


class TranslationsMenuItem(MenuItem):
    """Shown to whoever works on pages."""

    def is_shown(self, request: Any) -> bool:
        return page_permission_policy.user_has_any_permission(request.user, EDITING)
