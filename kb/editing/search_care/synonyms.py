"""Synonyms in the admin: a list that is searched without marks, a form with a box that tries the line, files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from kb.editing.exports import ExcelCsvMixin
from kb.editing.search_care.prefilled import PrefilledCreateView
from kb.models import Synonym
from portal.lib.text import clean_line, fold


class SynonymCreateView(PrefilledCreateView):
    """A new line, perhaps with what readers typed."""

    prefilled = ("typed", "page_words")


class SynonymIndexView(ExcelCsvMixin, IndexView):
    """The list: both sides of a line are found without marks."""

    def search_queryset(self, queryset: Any) -> QuerySet[Synonym]:
        if not self.is_searching:
            return queryset
        words = fold(clean_line(self.search_query))
        return queryset.filter(typed_key__contains=words) | queryset.filter(page_key__contains=words)

    @property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [*super().header_buttons, HeaderButton(gettext("Try"), reverse("kb_try_search"), icon_name="search")]
        if self.request.user.has_perm("kb.add_synonym"):
            buttons.append(HeaderButton(gettext("Import"), reverse("kb_import_synonyms"), icon_name="upload"))
        return buttons

    @property
    def header_more_buttons(self) -> list[Any]:
        return [*super().header_more_buttons, *_export_buttons()]


def _export_buttons() -> list[HeaderButton]:
    names = {"vi": gettext("Vietnamese lines as a file"), "en": gettext("English lines as a file")}
    return [
        HeaderButton(name, reverse("kb_export_synonyms", args=[code]), icon_name="download")
        for code, name in names.items()
    ]


class SynonymViewSet(SnippetViewSet):
    """Lines that lead from readers' words to the pages'."""

    model = Synonym
    icon = "order"
    menu_label = _("Synonyms")
    add_view_class = SynonymCreateView
    index_view_class = SynonymIndexView
    # Anything but None lets the list be searched; search_queryset says how.
    search_fields = ["typed_key"]
    search_backend_name = None
    list_display = [
        "typed",
        "page_words",
        "language",
        BooleanColumn("is_active", label=_("In use"), sort_key="is_active"),
        "created_by",
        DateColumn("updated_at", label=_("Last changed"), sort_key="updated_at"),
    ]
    list_filter = ["language", "is_active"]
    list_export = ["language", "typed", "page_words", "is_active", "note", "created_at", "updated_at"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("typed"), FieldPanel("page_words")]),
            FieldRowPanel([FieldPanel("language"), FieldPanel("is_active")]),
            FieldPanel("note"),
            HelpPanel(template="kb/editing/search_care/try_panel.html", heading=_("Try it")),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Synonym]:
        return Synonym.objects.select_related("created_by")
