"""Synonyms in the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from kb.models import Synonym


class SynonymViewSet(SnippetViewSet):
    """Lines that lead from readers' words to the pages'."""

    model = Synonym
    icon = "order"
    menu_label = _("Synonyms")
    list_display = ["typed", "page_words", "language", "is_active", "created_by", "updated_at"]
    list_filter = ["language", "is_active"]
    list_export = ["language", "typed", "page_words", "is_active", "note", "created_at", "updated_at"]
    edit_handler = ObjectList(
        [
            FieldPanel("language"),
            FieldRowPanel([FieldPanel("typed"), FieldPanel("page_words")]),
            FieldPanel("is_active"),
            FieldPanel("note"),
        ]
    )


register_snippet(SynonymViewSet)
