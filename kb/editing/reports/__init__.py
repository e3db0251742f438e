"""The reports on the help centre: which articles fail their readers, are due, broken, or of no use."""

from __future__ import annotations

from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kb.editing.access import PageWorkMenuItem
from kb.editing.reports.base import HelpReport, report_urls
from kb.editing.reports.checks import DueReport
from kb.editing.reports.content import (
    BrokenLinksReport,
    ContentProblemsReport,
    MissingDescriptionsReport,
    UnreadReport,
    UnusedFilesReport,
)
from kb.editing.reports.readers import ReadingReport, WorstReport

# In the order of the menu: what to mend first stands first.
REPORTS: list[type[HelpReport]] = [
    WorstReport,
    DueReport,
    BrokenLinksReport,
    MissingDescriptionsReport,
    ContentProblemsReport,
    ReadingReport,
    UnreadReport,
    UnusedFilesReport,
]


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    return report_urls("help", REPORTS)


def _menu_item_of(report: type[HelpReport], order: int) -> MenuItem:
    return PageWorkMenuItem(
        report.page_title,
        reverse(report.index_url_name),
        name=report.index_url_name,
        icon_name=report.header_icon,
        order=order,
    )


def _register_menu_items() -> None:
    for place, report in enumerate(REPORTS):
        hooks.register(
            "register_reports_menu_item", lambda report=report, place=place: _menu_item_of(report, 100 + 10 * place)
        )


_register_menu_items()
