"""Columns that the explorer and the reports share. What they show is annotated or attached before, never asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column


class HelpfulColumn(Column):
    """The share of readers whom it helped, with the number of votes."""

    cell_template_name = "kb/editing/columns/helpful.html"

    def __init__(self, **kwargs: Any):
        super().__init__("helpful_percent", label=_("Helpful"), sort_key="helpful_percent", **kwargs)


class HelpfulTrendColumn(Column):
    """Votes of the last 30 days beside those of the 30 days before (`instance.helpful_lately`)."""

    cell_template_name = "kb/editing/columns/helpful_trend.html"

    def __init__(self, **kwargs: Any):
        super().__init__("helpful_lately", label=_("Helpful in 30 days"), **kwargs)


class CheckColumn(Column):
    """The day of the last check, and a badge when the next one is due."""

    cell_template_name = "kb/editing/columns/check.html"

    def __init__(self, **kwargs: Any):
        super().__init__("checked_on", label=_("Checked"), sort_key="checked_on", **kwargs)

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        days = days_overdue(instance.due_on) if instance.live else None
        context["overdue"] = None if days is None else overdue_text(days)
        return context


class LanguagesColumn(Column):
    """How far the page is in the languages other than its own."""

    cell_template_name = "kb/editing/columns/languages.html"

    def __init__(self, **kwargs: Any):
        super().__init__("languages", label=_("Languages"), accessor="language_states", **kwargs)


class ListColumn(Column):
    """Several short words."""

    cell_template_name = "kb/editing/columns/list.html"


class LinesColumn(Column):
    """Several sentences, one below the other."""

    cell_template_name = "kb/editing/columns/lines.html"


class DayColumn(Column):
    """A day, short."""

    cell_template_name = "kb/editing/columns/day.html"


class ChangeColumn(Column):
    """By how much a figure changed, with an arrow."""

    cell_template_name = "kb/editing/columns/change.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        change = context["raw_value"]
        context["arrow"] = "↗" if change > 0 else "↘" if change < 0 else "→"
        context["change"] = f"{change:+d}".replace("-", "−") if change else "0"
        return context


class TrendColumn(ChangeColumn):
    """The same, and the line of the last weeks (`instance.trend`)."""

    cell_template_name = "kb/editing/columns/trend.html"


class LinkColumn(Column):
    """A button that leads to the address in the cell."""

    cell_template_name = "kb/editing/columns/link.html"

    def __init__(self, *args: Any, text: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.text = text


def days_overdue(due_on: date | None) -> int | None:
    """Return for how many days a check has been due; 0 on the day itself, None when it is not due."""
    days = (timezone.localdate() - due_on).days if due_on else -1
    return days if days >= 0 else None


def overdue_text(days: int) -> str:
    """Return "due today" or "overdue for 3 days" in the reader's language."""
    if days == 0:
        return gettext("due today")
    return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days}
