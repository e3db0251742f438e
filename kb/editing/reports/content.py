"""What is broken, missing or of no use in the texts themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from kb.care import unused
from kb.care.external import unreachable_addresses
from kb.care.links import BrokenLink, LinkCheck
from kb.care.pictures import undescribed_pictures
from kb.content_problems import content_problems
from kb.editing.columns import LinesColumn
from kb.editing.filters import ArticleFilterSet
from kb.editing.reports.base import HelpReport
from kb.models import ArticlePage


class FoundReport(HelpReport):
    """Articles in whose text something was found: computed for the whole help centre, then filtered and paged."""

    own_columns = [LinesColumn("found", label=_("Found"))]
    own_export = {"found_text": _("Found")}

    @cached_property
    def found(self) -> dict[int, list[str]]:
        """Return the lines to show for each article."""
        raise NotImplementedError

    def rows(self) -> QuerySet[ArticlePage]:
        return ArticlePage.objects.filter(pk__in=self.found).as_cards().order_by("path")

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        pages = list(object_list)
        for page in pages:
            page.found = self.found[page.pk]
            page.found_text = "; ".join(page.found)
        return pages


class BrokenLinksReport(FoundReport):
    """Links that lead a reader nowhere."""

    slug = "broken-links"
    page_title = _("Broken links")
    header_icon = "link"
    intro = _(
        "Links to pages that were deleted, are not published or not open to every reader of the article, to places and addresses that do not exist, and to files that are gone; links in reusable texts count for each article that shows them."
    )
    no_results_message = _("Every link leads somewhere.")

    @cached_property
    def found(self) -> dict[int, list[str]]:
        check = LinkCheck(ArticlePage.objects.live().filter(alias_of__isnull=True), unreachable=unreachable_addresses())
        return {key: [_line_of(link) for link in links] for key, links in check.broken().items()}


def _line_of(link: BrokenLink) -> str:
    line = f"{link.problem.label}: {link.target}"
    return line + gettext(" (in the reusable text “%(name)s”)") % {"name": link.within} if link.within else line


class MissingDescriptionsReport(FoundReport):
    """Pictures without words for those who cannot see them."""

    slug = "missing-descriptions"
    page_title = _("Pictures without description")
    header_icon = "image"
    intro = _("Pictures that published articles show without a description, neither in the article nor in the library.")
    no_results_message = _("Every picture is described.")

    @cached_property
    def found(self) -> dict[int, list[str]]:
        return undescribed_pictures(ArticlePage.objects.live().filter(alias_of__isnull=True))


class ContentProblemsReport(FoundReport):
    """What the Checks panel of the editor finds, over all published articles.

    Cost: some three queries for each article that the filters leave; on a large help centre choose a category first.
    """

    slug = "content-problems"
    page_title = _("Texts to improve")
    header_icon = "glasses"
    intro = _(
        "What the checks beside the editor find in published articles: missing short answers, long sentences, links that do not say where they lead, text without marks and more."
    )
    no_results_message = _("The checks find nothing to improve.")

    def rows(self) -> QuerySet[ArticlePage]:
        return ArticlePage.objects.live().filter(alias_of__isnull=True).order_by("path")

    def get_queryset(self) -> QuerySet[ArticlePage]:
        pages = super().get_queryset()
        problems = {page.pk: content_problems(page) for page in pages}
        self.found = {
            key: [f"{one.title}: {one.place}" if one.place else one.title for one in found]
            for key, found in problems.items()
            if found
        }
        return pages.filter(pk__in=self.found)


class UnreadFilterSet(ArticleFilterSet):
    """Also by whether anything leads there."""

    linked = django_filters.ChoiceFilter(
        label=_("Links here"),
        choices=[("no", _("None")), ("yes", _("Some"))],
        empty_label=_("Any"),
        method="filter_by_links",
    )

    def filter_by_links(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        linked = list(unused.incoming_links())
        return queryset.filter(pk__in=linked) if value == "yes" else queryset.exclude(pk__in=linked)


class UnreadReport(HelpReport):
    """Articles that nobody opens."""

    slug = "unread-articles"
    page_title = _("Articles nobody reads")
    header_icon = "draft"
    filterset_class = UnreadFilterSet
    intro = _(
        "Published for more than 90 days and not opened in the last 90. Link to it, give it the words people type, or replace it."
    )
    no_results_message = _("Every article is read.")
    own_columns = [
        DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at"),
        Column("incoming", label=_("Links here")),
    ]
    own_export = {"first_published_at": _("Published"), "incoming": _("Links here")}

    def rows(self) -> QuerySet[ArticlePage]:
        return unused.unread_articles().as_cards()

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> list[Any]:
        pages, links = list(object_list), unused.incoming_links()
        for page in pages:
            page.incoming = links[page.pk]
        return pages


class UnusedFilesReport(HelpReport):
    """Images, documents, reusable texts and spare parts that nothing shows."""

    slug = "unused-files"
    page_title = _("Files and texts nobody uses")
    header_icon = "bin"
    filterset_class = None
    is_selectable = False
    intro = _("Shown by no page, product or waiting draft. What an older version showed comes back only with the file.")
    no_results_message = _("Everything is in use.")

    @classproperty
    def columns(cls) -> list[Column]:
        return [
            TitleColumn("name", label=_("Name"), get_url=lambda thing: thing.edit_url),
            Column("kind", label=_("Type")),
            DateColumn("made_at", label=_("Since")),
        ]

    @classproperty
    def export_headings(cls) -> dict[str, Any]:
        return {"name": _("Name"), "kind": _("Type"), "made_at": _("Since")}

    def get_queryset(self) -> list[unused.UnusedThing]:
        return unused.unused_things(self.request.user)
