"""What the admin of Wagtail's translatable snippets lacks (8.0): a preview of new ones that knows their language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from wagtail.models import Locale
from wagtail.snippets.views.snippets import CreateView, PreviewOnCreateView, SnippetViewSet


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
