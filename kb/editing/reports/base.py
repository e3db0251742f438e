"""What all reports on the help centre share: who may read them, filters, selecting, order, export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from kb.editing.access import WORKING_ON_PAGES
from kb.editing.exports import ExcelCsvMixin
from kb.editing.filters import ArticleFilterSet
from kb.models import ArticlePage


def report_urls(folder: str, reports: Iterable[type[Any]]) -> list[URLPattern]:
    """Return the addresses below reports/<folder>/: of each report its page and, for filtering in place, its results."""
    return [
        url
        for report in reports
        for url in (
            path(f"reports/{folder}/{report.slug}/", report.as_view(), name=report.index_url_name),
            path(
                f"reports/{folder}/{report.slug}/results/",
                report.as_view(results_only=True),
                name=report.index_results_url_name,
            ),
        )
    ]


def page_title_column(**kwargs: Any) -> TitleColumn:
    """Return the column with the page's title, which leads to its editor."""
    return TitleColumn(
        "title",
        label=_("Title"),
        accessor="draft_title",
        sort_key="draft_title",
        classname="title help-title",
        get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        get_title_id=lambda page: f"page_{page.pk}_title",
        **kwargs,
    )


LANGUAGE_COLUMN = Column("language", label=_("Language"), accessor="locale.language_code", sort_key="locale")
OWNER_COLUMN = Column("owner", label=_("Owner"), sort_key="owner__full_name")


class HelpReport(ExcelCsvMixin, ReportView):
    """A list of pages that somebody has to look at, with what there is to know about each.

    A report says its `rows`, its `own_columns` between the title and the end, and what it exports. Rows are limited
    to the pages that the reader may add to, change or publish.
    """

    slug = ""
    intro: Any = ""
    model = ArticlePage
    any_permission_required = WORKING_ON_PAGES
    filterset_class: type[ArticleFilterSet] | None = ArticleFilterSet
    template_name = "kb/editing/report.html"
    results_template_name = "kb/editing/report_results.html"
    no_results_message: Any = _("Nothing to do here.")
    no_match_message: Any = _("Nothing matches these filters.")
    own_columns: list[Column] = []
    own_export: dict[str, Any] = {}
    # What the pages can be selected for; a report without rows that are pages has none.
    is_selectable = True

    @classproperty
    def index_url_name(cls) -> str:
        return f"kb_report_{cls.slug.replace('-', '_')}"

    @classproperty
    def index_results_url_name(cls) -> str:
        return f"{cls.index_url_name}_results"

    @classproperty
    def columns(cls) -> list[Column]:
        return [
            BulkActionsColumn("bulk_actions"),
            page_title_column(),
            LANGUAGE_COLUMN,
            *cls.own_columns,
            OWNER_COLUMN,
        ]

    @classproperty
    def export_headings(cls) -> dict[str, Any]:
        return {
            "draft_title": _("Title"),
            "locale.language_code": _("Language"),
            "full_url": _("Address"),
            **cls.own_export,
            "owner": _("Owner"),
        }

    @property
    def list_export(self) -> list[str]:
        return list(self.export_headings)

    def get_filename(self) -> str:
        return self.slug

    def rows(self) -> QuerySet[Any]:
        """Return the pages of the report, the most urgent first."""
        raise NotImplementedError

    def get_base_queryset(self) -> QuerySet[Any]:
        mine = self.permission_policy.instances_user_has_any_permission_for(self.request.user, WORKING_ON_PAGES)
        return self.rows().filter(pk__in=mine.order_by().values("pk")).select_related("locale", "owner")

    def get_filtered_queryset(self) -> QuerySet[Any]:
        # Wagtail filters once more here what get_queryset has filtered; with subqueries that costs.
        return self.get_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "intro": self.intro, "model_opts": Page._meta}
