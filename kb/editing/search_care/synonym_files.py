"""Synonyms from and to files: look at what would change, then import; one file for each language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from kb.editing.access import may
from kb.models import Synonym
from kb.search.synonym_import import ImportPlan, Outcome, export_synonyms, import_synonyms, plan_import
from portal.lib.languages import active_language

# Five thousand lines of two phrases.
MAX_UPLOAD_BYTES = 500_000
# More rows than anybody reads; their number is told.
SHOWN_ROWS = 200


class SynonymFileForm(forms.Form):
    """A file or pasted lines, and their language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Text in UTF-8, one line each: what readers type, another way = what the pages say # note. At most 500 KB. Not a spreadsheet."
        ),
    )
    lines = forms.CharField(
        label=gettext_lazy("Or paste the lines"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def clean_file(self) -> str:
        """Return the text of the file; "" without one."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size is None or file.size > MAX_UPLOAD_BYTES:
            raise ValidationError(_("The file is larger than 500 KB. Make several files of it."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not UTF-8. Save it as text in UTF-8.")) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["text"] = cleaned.get("file") or cleaned.get("lines", "")
        if not self.errors and not cleaned["text"].strip():
            self.add_error("file", _("Choose a file or paste lines."))
        if len(cleaned["text"]) > MAX_UPLOAD_BYTES:
            self.add_error("lines", _("This is longer than 500 KB. Make several files of it."))
        return cleaned


class ImportSynonymsView(WagtailAdminTemplateMixin, TemplateView):
    """Take lines, show what would change, and import them once that was seen."""

    _show_breadcrumbs = True
    page_title = gettext_lazy("Import synonyms")
    header_icon = "upload"
    template_name = "kb/editing/search_care/import_synonyms.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may(request.user, "add", "synonym"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        synonyms = {"url": _list_url(), "label": _("Synonyms")}
        return [*self.breadcrumbs_items, synonyms, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SynonymFileForm(initial={"language": active_language()}))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SynonymFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        text, language = form.cleaned_data["text"], form.cleaned_data["language"]
        if "confirmed" in request.POST:
            return self._import(text, language)
        plan = plan_import(text.splitlines(), language=language)
        return self.render_to_response(
            self.get_context_data(form=form, plan=plan, text=text, **_shown(plan)),
        )

    def _import(self, text: str, language: str) -> HttpResponse:
        result = import_synonyms(text.splitlines(), language=language, user_id=self.request.user.pk)
        sentence = ngettext(
            "%(count)d new synonym is in use.", "%(count)d new synonyms are in use.", result.created
        ) % {"count": result.created}
        if result.errors:
            left_out = ngettext("%(count)d line was left out.", "%(count)d lines were left out.", len(result.errors))
            messages.warning(self.request, f"{sentence} {left_out % {'count': len(result.errors)}}")
        else:
            messages.success(self.request, sentence)
        return redirect(_list_url())


@require_safe
def export(request: HttpRequest, language: str) -> HttpResponse:
    """Give the synonyms of a language as a file that can be imported again."""
    if not may(request.user, "view", "synonym"):
        raise PermissionDenied
    if language not in dict(settings.LANGUAGES):
        raise Http404
    lines = export_synonyms(Synonym.objects.filter(language=language))
    response = HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="synonyms-{language}.txt"'
    return response


def _shown(plan: ImportPlan) -> dict[str, Any]:
    new = plan.with_outcome(Outcome.NEW)
    return {
        "new": new[:SHOWN_ROWS],
        "new_count": len(new),
        "known_count": len(plan.with_outcome(Outcome.KNOWN)),
        "off": plan.with_outcome(Outcome.SWITCHED_OFF)[:SHOWN_ROWS],
        "errors": plan.errors[:SHOWN_ROWS],
        "error_count": len(plan.errors),
    }


def _list_url() -> str:
    return reverse("wagtailsnippets_kb_synonym:list")
