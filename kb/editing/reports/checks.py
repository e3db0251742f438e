"""The articles that have to be compared with the machine or the rule again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from kb.care import figures
from kb.editing.columns import CheckColumn, DayColumn, LinkColumn, days_overdue
from kb.editing.filters import ArticleFilterSet
from kb.editing.reports.base import HelpReport
from kb.models import ArticlePage


class DueFilterSet(ArticleFilterSet):
    """Also by whether somebody hears of it."""

    hears = django_filters.ChoiceFilter(
        label=_("Owner gets the letter"),
        choices=[("yes", _("Yes")), ("no", _("No: nobody is told"))],
        empty_label=_("Any"),
        method="filter_by_hearing",
    )

    def filter_by_hearing(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        condition = figures.owner_hears()
        return queryset.filter(condition) if value == "yes" else queryset.exclude(condition)


class DueReport(HelpReport):
    """Published articles whose check is due, the longest overdue first."""

    slug = "due-checks"
    page_title = _("Articles due for a check")
    header_icon = "time"
    filterset_class = DueFilterSet
    intro = _(
        "An article is due on its day “check again on”; without one, a year after the last check or the publication. Owners get one letter a week with theirs."
    )
    no_results_message = _("No article is due for a check.")
    own_columns = [
        CheckColumn(),
        DayColumn("due_on", label=_("Due since"), sort_key="due_on"),
        LinkColumn("mark_checked", label=_("Action"), text=_("Mark checked"), accessor="mark_checked_url"),
        Column("nobody_hears", label=_("Letter"), accessor="letter_note"),
    ]
    own_export = {"last_checked_on": _("Last checked"), "due_on": _("Due since"), "days_overdue": _("Days overdue")}

    def rows(self) -> QuerySet[ArticlePage]:
        return figures.due_articles().annotate(checked_on=figures.CHECKED_ON).as_cards()

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        pages = list(object_list)
        back = self.request.get_full_path()
        action = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "mark_checked"])
        for page in pages:
            page.days_overdue = days_overdue(page.due_on)
            page.mark_checked_url = f"{action}?{urlencode({'id': page.pk, 'next': back})}"
            page.letter_note = "" if figures.hears(page.owner) else _("Nobody is told")
        return pages
