"""The explorer of the help centre: what an editor has to know of each page, to filter, order and export by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from kb.care import figures
from kb.editing import columns
from kb.editing.exports import ExcelCsvMixin
from kb.editing.filters import HelpPageFilterSet
from kb.models import CategoryPage, HelpIndexPage
from kb.translation.states import translation_states

_WAGTAILS = {column.name: column for column in ExplorableIndexView.base_columns}
# The type of a page is in its filter and its file; as a column it would leave no room for titles.
_COLUMNS = [
    _WAGTAILS["bulk_actions"],
    PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title help-title"),
    _WAGTAILS["parent"],
    PageStatusColumn("status", label=_("Status"), sort_key="live"),
    DateColumn("latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at"),
    Column("owner", label=_("Owner"), sort_key="owner__full_name"),
    columns.ListColumn("product_codes", label=_("Products")),
    columns.LanguagesColumn(),
    columns.HelpfulColumn(),
    # “In 30 days” stands in the filter and the file.
    Column("views_lately", label=_("Views"), sort_key="views_lately"),
    columns.CheckColumn(),
]


class _WithFigures(IndexView):
    """Gives the pages of a listing what the columns show."""

    def annotate_queryset(self, pages: QuerySet[Page]) -> QuerySet[Page]:
        pages = super().annotate_queryset(pages).prefetch_related("owner")
        return figures.with_checks(figures.with_views(figures.with_votes(pages)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        attach(context["object_list"])
        return context


class HelpExplorerView(_WithFigures, ExcelCsvMixin, ExplorableIndexView):
    """The pages below a help index or a category, articles and categories mixed.

    Cost: a fixed number of queries, however many pages are listed (tests/kb/test_explorer.py).
    """

    base_columns = _COLUMNS
    list_export = [
        "title",
        "full_url",
        "page_type_display_name",
        "status_string",
        "owner_name",
        "product_list",
        "language_list",
        "vote_count",
        "helpful_percent",
        "views_lately",
        "checked_on",
        "due_on",
    ]
    export_headings = {
        "title": _("Title"),
        "full_url": _("Address"),
        "page_type_display_name": _("Type"),
        "status_string": _("Status"),
        "owner_name": _("Owner"),
        "product_list": _("Products"),
        "language_list": _("Languages"),
        "vote_count": _("Votes"),
        "helpful_percent": _("Helpful, %"),
        "views_lately": _("Views in 30 days"),
        "checked_on": _("Last checked"),
        "due_on": _("Check again on"),
    }


class HelpTypeUseView(_WithFigures, ContentTypeUseView):
    """All pages of one type, with the explorer's columns."""


def attach(pages: Iterable[Page]) -> None:
    """Give each page what its columns show beyond its annotations. Cost: three queries, however many pages."""
    pages = list(pages)
    codes = figures.product_codes_of([page.pk for page in pages])
    states = translation_states(pages)
    for page in pages:
        page.product_codes = codes.get(page.pk, [])
        page.product_list = ", ".join(page.product_codes)
        own = page.locale.language_code
        page.language_states = [state for code, state in states[page.pk].items() if code != own]
        page.language_list = ", ".join(f"{state.language}: {state.status.label}" for state in page.language_states)
        page.owner_name = str(page.owner or "")


class HelpPageViewSet(PageViewSet):
    """Puts the explorer below into the place of Wagtail's, for the pages that help pages stand in."""

    model = CategoryPage
    icon = "folder-open-inverse"
    index_view_class = HelpExplorerView
    content_type_use_view_class = HelpTypeUseView

    # Wagtail's rule is for parents with children of one type; here categories and articles lie side by side.
    parent_models = [HelpIndexPage, CategoryPage]

    @cached_property
    def index_view(self) -> Callable[..., HttpResponse]:
        return self._explorer()

    @cached_property
    def index_results_view(self) -> Callable[..., HttpResponse]:
        return self._explorer(results_only=True)

    def _explorer(self, **kwargs: Any) -> Callable[..., HttpResponse]:
        view: Callable[..., HttpResponse] = self.construct_view(
            self.index_view_class,
            **{**self.get_index_view_kwargs(), "model": Page, "filterset_class": HelpPageFilterSet, **kwargs},
        )
        return view


@hooks.register("register_admin_viewset")
def register_explorer() -> HelpPageViewSet:
    """Serve the explorer of help pages."""
    return HelpPageViewSet()


@hooks.register("insert_global_admin_css")
def explorer_style() -> SafeString:
    """Keep the titles of long tables readable."""
    return format_html('<link rel="stylesheet" href="{}">', versioned_static("kb/explorer.css"))
