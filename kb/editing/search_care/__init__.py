"""Care of search in the admin: synonyms, promoted results, the box that tries them, and what readers searched for."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from kb.editing.access import PageWorkMenuItem
from kb.editing.search_care import panel, reports, synonym_files, trying, writing
from kb.editing.search_care.promotions import PromotionViewSet
from kb.editing.search_care.synonyms import SynonymViewSet

__all__ = ["panel", "reports"]


class SearchCareGroup(SnippetViewSetGroup):
    """Synonyms, promoted results and the box that tries a search, below one entry of the menu."""

    items = (SynonymViewSet, PromotionViewSet)
    menu_label = _("Search care")
    menu_icon = "search"
    menu_order = 220

    def get_submenu_items(self) -> list[Any]:
        box = PageWorkMenuItem(_("Try a search"), reverse("kb_try_search"), name="try-search", icon_name="search")
        return [*super().get_submenu_items(), box]


register_snippet(SearchCareGroup)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("search-care/try/", trying.TrySearchView.as_view(), name="kb_try_search"),
        path("search-care/try/keep/", trying.keep_lines, name="kb_keep_synonyms"),
        path("search-care/write/", writing.write_article, name="kb_write_for_search"),
        path("search-care/synonyms/import/", synonym_files.ImportSynonymsView.as_view(), name="kb_import_synonyms"),
        path("search-care/synonyms/export/<slug:language>/", synonym_files.export, name="kb_export_synonyms"),
    ]
