"""The table of the catalogue and the reusable texts: one row for each thing, one column for each other language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from kb.editing.language_table import language_name
from kb.translation.states import SOURCE_LANGUAGE, TARGET_LANGUAGES, TranslationStatus
from kb.translation.things import THING_MODELS, Thing, ThingRow, thing_rows, things_of, translate_thing

_MODELS = {model._meta.model_name: model for model in THING_MODELS}


@dataclass(frozen=True)
class Cell:
    """One thing in one language: its state, and where this user may edit or make it (empty: they may not)."""

    language: str
    status: TranslationStatus
    edit_url: str = ""
    make_url: str = ""


def _may(user: Any, action: str, model: type[Thing]) -> bool:
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))


def _edit_url(thing: Thing) -> str:
    return reverse(type(thing).snippet_viewset.get_url_name("edit"), args=[thing.pk])


class ThingTableView(WagtailAdminTemplateMixin, TemplateView):
    """Every product, spare part and reusable text with its state in the other languages."""

    _show_breadcrumbs = True
    page_title = gettext_lazy("Translations of catalogue and texts")
    header_icon = "globe"
    template_name = "kb/editing/thing_table.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.shown = [model for model in THING_MODELS if _may(request.user, "change", model)]
        if not self.shown:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Pages"), url=reverse("kb_translations"), icon_name="doc-empty")]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        table = {"url": reverse("kb_translations"), "label": _("Translations")}
        return [*self.breadcrumbs_items, table, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = [language_name(code) for code in TARGET_LANGUAGES]
        tables = [
            (capfirst(model._meta.verbose_name_plural), [self._row(model, row) for row in thing_rows(model)])
            for model in self.shown
        ]
        return {
            **super().get_context_data(**kwargs),
            "tables": tables,
            "source_name": language_name(SOURCE_LANGUAGE),
            "language_names": names,
        }

    def _row(self, model: type[Thing], row: ThingRow) -> tuple[Thing, str, list[Cell]]:
        may_add = _may(self.request.user, "add", model)
        cells = []
        for code in TARGET_LANGUAGES:
            twin = row.twins.get(code)
            make_url = reverse("kb_translate_thing", args=[model._meta.model_name, row.thing.pk, code])
            cells.append(
                Cell(
                    language_name(code),
                    row.status(code),
                    edit_url=_edit_url(twin) if twin else "",
                    make_url="" if twin or not may_add else make_url,
                )
            )
        return row.thing, _edit_url(row.thing), cells


@require_POST
def translate(request: HttpRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Make the draft of one thing in another language and open it; what exists is opened."""
    model = _MODELS.get(kind)
    if model is None or language not in TARGET_LANGUAGES:
        raise Http404
    if not _may(request.user, "add", model):
        raise PermissionDenied
    thing = get_object_or_404(things_of(model).filter(locale__language_code=SOURCE_LANGUAGE), pk=pk)
    twin = translate_thing(thing=thing, language=language, user=cast("AbstractBaseUser", request.user))
    messages.success(request, _("This is the draft in %(language)s.") % {"language": language_name(language)})
    return redirect(_edit_url(twin))


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("translations/catalogue/", ThingTableView.as_view(), name="kb_thing_translations"),
        path("translations/catalogue/<slug:kind>/<int:pk>/to/<slug:language>/", translate, name="kb_translate_thing"),
    ]
