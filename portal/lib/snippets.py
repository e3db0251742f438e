"""What the admin of Wagtail's snippets lacks (8.0): lists searched without marks, a preview that knows its language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from wagtail.models import Locale
from wagtail.snippets.views.snippets import CreateView, IndexView, PreviewOnCreateView, SnippetViewSet

from portal.lib.text import clean_line, fold


class FoldedIndexView(IndexView):
    """A short list whose search looks for every word, whole or in part, without regard to marks.

    For the dozens of rows that are no part of Wagtail's own index. Cost: reads the searched fields of every row.
    """

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = fold(clean_line(self.search_query)).split()
        if not words:
            return queryset
        rows = queryset.order_by().values_list("pk", *self.search_fields)
        texts = {pk: fold(" ".join(map(str, values))) for pk, *values in rows}
        return queryset.filter(pk__in=[pk for pk, text in texts.items() if all(word in text for word in words)])


class TranslatableCreateView(CreateView):
    """Tells the preview in which language the new entry is written."""

    def get_preview_url(self) -> str | None:
        url = super().get_preview_url()
        return f"{url}?{urlencode({'locale': self.locale.language_code})}" if url and self.locale else url


class TranslatablePreviewOnCreateView(PreviewOnCreateView):
    """Previews a new entry in the language that the address names; Wagtail's own leaves it without one."""

    def get_object(self) -> Any:
        code = self.request.GET.get("locale")
        locale = get_object_or_404(Locale, language_code=code) if code else Locale.get_default()
        return self.model(locale=locale)


class TranslatableSnippetViewSet(SnippetViewSet):
    """The admin of snippets that exist once for each language."""

    add_view_class = TranslatableCreateView
    preview_on_add_view_class = TranslatablePreviewOnCreateView
