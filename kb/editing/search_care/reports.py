"""The reports on searches: what is asked most, what finds nothing, what nobody opens; each row leads to what helps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from kb import search
from kb.editing.access import WORKING_ON_PAGES, PageWorkMenuItem, may
from kb.editing.columns import ChangeColumn
from kb.editing.exports import ExcelCsvMixin
from kb.editing.reports.base import report_urls
from kb.editing.search_care.trying import try_url
from kb.models import SearchLogEntry
from kb.search_log import figures
from kb.search_log.figures import Period
from portal.lib.text import clean_line, fold

# Besides the usual one, which is what no choice means.
PERIODS = [("7", gettext_lazy("7 days")), ("90", gettext_lazy("90 days"))]
DEFAULT_DAYS = 30
# Below it a share of clicks says nothing; above this share the results serve.
LOW_CLICK_SEARCHES = 5
LOW_CLICK_PERCENT = 30


class SearchFilterSet(WagtailFilterSet):
    """By language, period and number of searches."""

    language = django_filters.ChoiceFilter(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"), choices=PERIODS, empty_label=gettext_lazy("30 days"), method="leave_to_the_view"
    )
    at_least = django_filters.NumberFilter(
        label=gettext_lazy("Searches at least"), field_name="number", lookup_expr="gte", min_value=1
    )

    class Meta:
        model = SearchLogEntry
        fields = ["language", "period", "at_least"]

    def leave_to_the_view(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        # The period decides over what the figures are summed, not which rows there are.
        return queryset


class ActionsColumn(Column):
    """What to do about a search."""

    cell_template_name = "kb/editing/search_care/actions_column.html"


class SearchReport(ExcelCsvMixin, ReportView):
    """A list of searches with figures of a period beside those of the period before."""

    slug = ""
    intro: Any = ""
    header_icon = "search"
    permission_policy = page_permission_policy
    any_permission_required = WORKING_ON_PAGES
    model = SearchLogEntry
    filterset_class = SearchFilterSet
    template_name = "kb/editing/search_care/report.html"
    results_template_name = "kb/editing/report_results.html"
    no_results_message: Any = gettext_lazy("Nothing was searched for in this period.")
    no_match_message: Any = gettext_lazy("Nothing matches these filters.")
    verbose_name_plural = gettext_lazy("searches")
    paginate_by = 25
    is_searchable = True
    own_columns: list[Column] = []
    own_export: dict[str, Any] = {}

    @classproperty
    def index_url_name(cls) -> str:
        return f"kb_searches_{cls.slug}"

    @classproperty
    def index_results_url_name(cls) -> str:
        return f"{cls.index_url_name}_results"

    @classproperty
    def columns(cls) -> list[Column]:
        return [
            Column("shown", label=gettext_lazy("Searched for"), sort_key="query"),
            Column("language", label=gettext_lazy("Language")),
            Column("number", label=gettext_lazy("Searches"), sort_key="number"),
            ChangeColumn("change", label=gettext_lazy("Change"), sort_key="change"),
            *cls.own_columns,
            ActionsColumn("actions", label=gettext_lazy("What helps"), width="25%"),
        ]

    @classproperty
    def export_headings(cls) -> dict[str, Any]:
        return {
            "shown": gettext_lazy("Searched for"),
            "query": gettext_lazy("Without marks"),
            "language": gettext_lazy("Language"),
            "number": gettext_lazy("Searches"),
            "number_before": gettext_lazy("Searches in the period before"),
            "zero_number": gettext_lazy("Without result"),
            "clicked_number": gettext_lazy("With a click"),
        }

    @property
    def list_export(self) -> list[str]:
        return list(self.export_headings)

    def get_filename(self) -> str:
        return f"searches-{self.slug}"

    @cached_property
    def period(self) -> Period:
        asked = self.request.GET.get("period", "")
        return Period(timezone.localdate(), int(asked) if asked in dict(PERIODS) else DEFAULT_DAYS)

    def get_base_queryset(self) -> QuerySet[Any]:
        return figures.searches(self.period)

    def get_filtered_queryset(self) -> QuerySet[Any]:
        # Wagtail filters once more here what get_queryset has filtered.
        return self.get_queryset()

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Equal numbers keep an order, or a row would come twice on two pages.
        return queryset.order_by(self.ordering, "query", "language")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(query__contains=fold(clean_line(self.search_query))) if self.is_searching else queryset

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        rows = list(object_list)
        for row in rows:
            row["shown"] = row["shown"] or row["query"]
        if self.is_export:
            return rows
        opened = figures.clicks_of([(row["language"], row["query"]) for row in rows], self.period)
        titles = dict(Page.objects.filter(pk__in={one.page_id for one in opened.values()}).values_list("pk", "title"))
        for row in rows:
            clicks = opened.get((row["language"], row["query"]))
            row["opened"] = _opened_text(titles.get(clicks.page_id, ""), clicks.mean_position) if clicks else ""
            row["actions"] = self._actions(row)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = self.request.GET.get("language", "")
        return {
            **super().get_context_data(**kwargs),
            "intro": self.intro,
            "totals": figures.totals(self.period.is_now, language=language),
            "totals_before": figures.totals(self.period.is_before, language=language),
            "days": self.period.days,
            "is_log_off": not settings.SEARCH_LOG_DAYS,
        }

    def _actions(self, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return what this user may do about a search, as (label, address)."""
        shown, language, user = row["shown"], row["language"], self.request.user
        back = self.request.get_full_path()
        actions = [(_("Try"), try_url(shown, language))]
        if may(user, "add", "synonym"):
            given = urlencode({"typed": shown, "language": language, "next": back})
            actions.append((_("Add synonym"), f"{reverse('wagtailsnippets_kb_synonym:add')}?{given}"))
        if may(user, "add", "searchpromotion"):
            given = urlencode({"phrases": shown, "language": language, "next": back})
            actions.append((_("Promote a page"), f"{reverse('wagtailsnippets_kb_searchpromotion:add')}?{given}"))
        actions.append(
            (
                _("Write an article"),
                f"{reverse('kb_write_for_search')}?{urlencode({'title': shown, 'language': language})}",
            )
        )
        return actions


class PopularReport(SearchReport):
    """What readers search for most."""

    slug = "popular"
    page_title = gettext_lazy("Searches: the most frequent")
    intro = gettext_lazy(
        "Spellings with and without marks count as one search. Who searched is not stored; staff and programs are not counted."
    )
    default_ordering = "-number"
    own_columns = [
        Column("zero_number", label=gettext_lazy("Without result"), sort_key="zero_number"),
        Column("clicked_number", label=gettext_lazy("With a click"), sort_key="clicked_number"),
        Column("opened", label=gettext_lazy("Opened most")),
    ]


class ZeroResultReport(SearchReport):
    """What readers searched for and found nothing."""

    slug = "without_result"
    page_title = gettext_lazy("Searches without result")
    header_icon = "warning"
    intro = gettext_lazy(
        "“Finds now” asks search again as you look: what finds something by now is mended. Words the pages do not use: add a synonym. No page at all: write one."
    )
    no_results_message = gettext_lazy("Every search of this period found something.")
    default_ordering = "-zero_number"
    own_columns = [
        Column("zero_number", label=gettext_lazy("Without result"), sort_key="zero_number"),
        Column("finds_now", label=gettext_lazy("Finds now")),
    ]

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().filter(zero_number__gt=0)

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        rows = super().decorate_paginated_queryset(object_list)
        if not self.is_export:
            for row in rows:
                row["finds_now"] = search.search(row["shown"], language=row["language"], page_size=1).count
        return rows


class LowClickReport(SearchReport):
    """What readers searched for and then opened nothing of."""

    slug = "without_click"
    page_title = gettext_lazy("Searches nobody follows")
    header_icon = "view"
    intro = gettext_lazy(
        "Asked at least five times, with results that fewer than 30 % opened: the right page is missing, stands too low, or its title does not say that it answers."
    )
    no_results_message = gettext_lazy("Results that are shown are opened, or there are too few searches to tell.")
    default_ordering = "-unclicked_number"
    own_columns = [
        Column("unclicked_number", label=gettext_lazy("Without a click"), sort_key="unclicked_number"),
        Column("click_text", label=gettext_lazy("Opened, %"), sort_key="click_percent"),
        Column("opened", label=gettext_lazy("Opened most")),
    ]

    def get_base_queryset(self) -> QuerySet[Any]:
        found = super().get_base_queryset().filter(zero_percent__lt=50)
        return found.filter(number__gte=LOW_CLICK_SEARCHES, click_percent__lt=LOW_CLICK_PERCENT)

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        rows = super().decorate_paginated_queryset(object_list)
        for row in rows:
            row["click_text"] = round(row["click_percent"])
        return rows


def _opened_text(title: str, mean_position: float) -> str:
    place = _("mean place %(place)s") % {"place": number_format(mean_position, 1)}
    return f"{title} ({place})" if title else place


REPORTS: list[type[SearchReport]] = [ZeroResultReport, LowClickReport, PopularReport]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return report_urls("searches", REPORTS)


def _register_menu_items() -> None:
    for place, report in enumerate(REPORTS):

        def item(report: type[SearchReport] = report, place: int = place) -> PageWorkMenuItem:
            return PageWorkMenuItem(
                report.page_title,
                reverse(report.index_url_name),
                name=report.index_url_name,
                icon_name=report.header_icon,
                order=300 + place,
            )

        hooks.register("register_reports_menu_item", item)


_register_menu_items()
