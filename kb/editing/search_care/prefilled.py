"""Forms that an address fills in beforehand: from a report to a line with what readers typed already in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.snippets.views.snippets import CreateView

from portal.lib.text import clean_text


class PrefilledCreateView(CreateView):
    """A form that an address fills in, whose maker is noted, and which leads back to where it was asked for."""

    prefilled: tuple[str, ...] = ()

    def get_initial_form_instance(self) -> Any:
        instance = super().get_initial_form_instance() or self.model()
        for name, value in _given(self.request.GET, ("language", *self.prefilled)).items():
            setattr(instance, name, value)
        return instance

    def save_instance(self) -> Any:
        self.form.instance.created_by = self.request.user
        return super().save_instance()

    def get_add_url(self) -> str:
        query = self.request.GET.urlencode()
        return f"{super().get_add_url()}{f'?{query}' if query else ''}"

    def get_success_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or super().get_success_url()


def _given(asked: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return what an address says about some fields; a language we do not have counts as unsaid."""
    given = {name: clean_text(asked[name]) for name in names if name in asked}
    if given.get("language") not in dict(settings.LANGUAGES):
        given.pop("language", None)
    return given
