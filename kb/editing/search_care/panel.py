"""The panel of the dashboard: what readers searched for this week and did not find."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from kb.editing.access import works_on_pages
from kb.editing.dashboard import PANEL_LENGTH, Row, RowsPanel
from kb.editing.search_care.trying import try_url
from kb.search_log import figures
from kb.search_log.figures import Period

WEEK = 7


class ZeroResultsPanel(RowsPanel):
    """The searches of the week that found nothing, the most frequent first. Cost: one query."""

    name = "zero-results"
    order = 250

    def heading(self) -> str:
        return _("Searched for this week, and nothing found")

    def empty_text(self) -> str:
        return _("Every search of the week found something.")

    def rows(self, request: HttpRequest) -> list[Row]:
        found = figures.searches(Period(timezone.localdate(), WEEK)).filter(zero_number__gt=0)
        return [
            Row(row["shown"] or row["query"], try_url(row["shown"] or row["query"], row["language"]), _times(row))
            for row in found.order_by("-zero_number", "query")[:PANEL_LENGTH]
        ]


def _times(row: dict[str, Any]) -> str:
    return ngettext("%(count)d time", "%(count)d times", row["zero_number"]) % {"count": row["zero_number"]}


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Add it for whoever works on pages."""
    if works_on_pages(request.user):
        panels.append(ZeroResultsPanel())
