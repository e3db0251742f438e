"""How well promises of delivery are kept, as charts and tables, for the staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from tracking.rule_inputs import shop_today
from tracking.selectors import SlaReport, SlaRow, sla_report

DEFAULT_DAYS = 90
MAX_DAYS = 731
# Bars of a chart; the table below it has every row.
BARS_SHOWN = 15
BAR_WIDTH = 400


class SpanForm(forms.Form):
    """The promised days that are counted."""

    since = forms.DateField(label=gettext_lazy("Promised from"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=gettext_lazy("Promised until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and not timedelta(0) <= until - since <= timedelta(MAX_DAYS):
            raise forms.ValidationError(_("The last day comes before the first, or the span is over two years."))
        return data


@dataclass(frozen=True)
class Bar:
    """One row as a bar: where its three parts begin and how wide they are, in units of the drawing."""

    row: SlaRow
    on_time_width: float
    late_width: float
    open_width: float

    @property
    def late_at(self) -> float:
        return self.on_time_width

    @property
    def open_at(self) -> float:
        return round(self.on_time_width + self.late_width, 1)


@dataclass(frozen=True)
class Cut:
    """The figures by one thing, drawn and listed."""

    key: str
    title: Any
    rows: tuple[SlaRow, ...]

    @property
    def bars(self) -> list[Bar]:
        """Bars of equal length, parted by share; of weeks the latest."""
        shown = self.rows[-BARS_SHOWN:] if self.key == "week" else self.rows[:BARS_SHOWN]
        return [_bar(row) for row in shown]


@dataclass(frozen=True)
class ExportRow:
    """One line of the file."""

    cut: str
    label: str
    total: int
    on_time: int
    on_time_percent: float
    late: int
    open_late: int
    mean_delay_days: float
    worst_delay_days: int


class SlaView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, TemplateView):
    """On-time share and delay by carrier, province and week. Cost: one query."""

    _show_breadcrumbs = True
    page_title = gettext_lazy("Promises of delivery kept")
    header_icon = "time"
    template_name = "tracking/staff/sla.html"
    export_filename = "delivery-promises"
    export_headings = {
        "cut": gettext_lazy("By"),
        "label": gettext_lazy("Name"),
        "total": gettext_lazy("Parcels"),
        "on_time": gettext_lazy("On time"),
        "on_time_percent": gettext_lazy("On time, percent"),
        "late": gettext_lazy("Late"),
        "open_late": gettext_lazy("Overdue"),
        "mean_delay_days": gettext_lazy("Days late on average"),
        "worst_delay_days": gettext_lazy("Days late at worst"),
    }
    list_export = list(export_headings)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("tracking.view_order"):
            raise PermissionDenied
        if self.is_export:
            response: HttpResponse = self.as_spreadsheet(self._export_rows(), request.GET["export"])
            return response
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def span(self) -> SpanForm:
        today = shop_today()
        usual = {"since": today - timedelta(DEFAULT_DAYS), "until": today}
        is_asked = any(name in self.request.GET for name in usual)
        return SpanForm(self.request.GET if is_asked else usual)

    @cached_property
    def report(self) -> SlaReport:
        if self.span.is_valid():
            return sla_report(self.span.cleaned_data["since"], self.span.cleaned_data["until"])
        today = shop_today()
        return sla_report(today - timedelta(DEFAULT_DAYS), today)

    @property
    def cuts(self) -> list[Cut]:
        return [
            Cut("carrier", gettext_lazy("By carrier"), self.report.by_carrier),
            Cut("province", gettext_lazy("By province"), self.report.by_province),
            Cut("week", gettext_lazy("By week, from its Monday"), self.report.by_week),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "view": self,
            "span": self.span,
            "report": self.report,
            "cuts": self.cuts,
            "bar_width": BAR_WIDTH,
        }

    def stream_csv(self, queryset: Any) -> Any:
        """Yield the file line by line, marked so that Excel reads its letters right."""
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)

    def _export_rows(self) -> list[ExportRow]:
        return [
            ExportRow(
                str(cut.title), row.label or _("not known"), row.total, row.on_time, row.on_time_percent, row.late,
                row.open_late, row.mean_delay_days, row.worst_delay_days,
            )
            for cut in self.cuts
            for row in cut.rows
        ]  # fmt: skip


def _bar(row: SlaRow) -> Bar:
    unit = BAR_WIDTH / row.total if row.total else 0
    return Bar(row, round(row.on_time * unit, 1), round(row.late * unit, 1), round(row.open_late * unit, 1))
