"""The box that tries a search: its ranking now and with other synonyms, and the points behind every place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from kb.editing.access import for_who_works_on_pages, may
from kb.models import Synonym
from kb.search.promotions import promoted
from kb.search.synonym_import import ImportPlan, import_synonyms, plan_import
from kb.search.synonyms import Line
from kb.search.trial import Move, RankedPage, Trial, try_query
from portal.lib.fields import LineField, ParagraphsField
from portal.lib.languages import active_language
from portal.lib.text import fold

MAX_QUERY_CHARACTERS = 200
MAX_TRIED_LINES = 20

# How the parts of a score and of a page are called; a kind that is not here is shown by its own name.
KINDS = {
    "word": gettext_lazy("word"),
    "pair": gettext_lazy("two words side by side"),
    "exact": gettext_lazy("word with the same marks"),
    "synonym": gettext_lazy("synonym"),
    "heading": gettext_lazy("words together in a heading"),
    "sentence": gettext_lazy("words together in a sentence"),
    "title": gettext_lazy("words together in the title"),
    "meaning": gettext_lazy("nearness in meaning"),
}
PLACES = {
    "title": gettext_lazy("title"),
    "keywords": gettext_lazy("keywords"),
    "headings": gettext_lazy("headings"),
    "short_answer": gettext_lazy("short answer"),
    "body": gettext_lazy("text"),
}
MOVES = {
    Move.UP: gettext_lazy("up by %(count)d"),
    Move.DOWN: gettext_lazy("down by %(count)d"),
    Move.NEW: gettext_lazy("new"),
    Move.GONE: gettext_lazy("gone afterwards"),
}


class TryForm(forms.Form):
    """What to search for, in which language, and the lines to try; all of it may stand in a shared address."""

    q = LineField(
        label=gettext_lazy("Search for"),
        max_length=MAX_QUERY_CHARACTERS,
        help_text=gettext_lazy("As a reader would type it, with or without marks."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    lines = ParagraphsField(
        label=gettext_lazy("Synonyms to try"),
        required=False,
        help_text=gettext_lazy(
            "One a line: what readers type = what the pages say. They hold for this page only, until you keep them. Empty: only the ranking of today."
        ),
    )
    # The synonym whose form asked: its saved line makes way for the one that is tried.
    replaces = forms.ModelChoiceField(Synonym.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["lines"].widget.attrs["rows"] = 4

    def clean(self) -> dict[str, Any]:
        """Read the lines as a file's, so that what is tried is what would be kept."""
        cleaned = super().clean() or {}
        written = cleaned.get("lines", "").splitlines()
        if len(written) > MAX_TRIED_LINES:
            self.add_error("lines", _("At most %(count)d lines at once.") % {"count": MAX_TRIED_LINES})
        self.plan: ImportPlan = plan_import(written, language=cleaned.get("language", ""))
        for one in self.plan.errors:
            self.add_error("lines", _("Line %(number)d: %(reason)s") % {"number": one.line, "reason": one.reason})
        return cleaned

    @property
    def added(self) -> list[Line]:
        return [(one.synonym.typed, one.synonym.page_words) for one in self.plan.synonyms]

    @property
    def without(self) -> list[Line]:
        replaced = self.cleaned_data.get("replaces")
        return [(replaced.typed, replaced.page_words)] if replaced and replaced.is_active else []


@method_decorator(for_who_works_on_pages, name="dispatch")
class TrySearchView(WagtailAdminTemplateMixin, TemplateView):
    """Try a search. The form of a synonym posts its fields here, into a frame beside it; links bring an address."""

    _show_breadcrumbs = True
    page_title = gettext_lazy("Try a search")
    header_icon = "search"
    template_name = "kb/editing/search_care/try.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_template_names(self) -> list[str]:
        return ["kb/editing/search_care/try_frame.html" if self.request.method == "POST" else self.template_name]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try what a synonym's form holds before it is saved. Changes nothing."""
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self._asked()
        form = TryForm(asked if asked.get("q") or asked.get("lines") else None, initial=_initial(asked))
        trial = _trial_of(form) if form.is_bound and form.is_valid() else None
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "trial": trial,
            "columns": _columns(trial) if trial else (),
            "promoted": promoted(form.cleaned_data["q"], language=form.cleaned_data["language"]) if trial else (),
            "may_keep": trial is not None and bool(form.added) and may(self.request.user, "add", "synonym"),
        }

    def _asked(self) -> dict[str, str]:
        if self.request.method != "POST":
            return self.request.GET.dict()
        fields = self.request.POST
        line = f"{fields.get('typed', '')} = {fields.get('page_words', '')}"
        return {
            "q": fields.get("try_query", "") or fields.get("typed", ""),
            "language": fields.get("language", ""),
            "lines": line if fields.get("is_active") else "",
            "replaces": fields.get("replaces", ""),
        }


@for_who_works_on_pages
def keep_lines(request: HttpRequest) -> HttpResponse:
    """Save the lines that were tried; what is there already stays as it is."""
    form = TryForm(request.POST)
    asked = {name: request.POST.get(name, "") for name in ("q", "language", "lines")}
    if request.method != "POST" or not form.is_valid():
        return redirect(f"{reverse('kb_try_search')}?{urlencode(asked)}")
    if not may(request.user, "add", "synonym"):
        raise PermissionDenied
    written, language = form.cleaned_data["lines"].splitlines(), form.cleaned_data["language"]
    count = import_synonyms(written, language=language, user_id=request.user.pk).created
    if count:
        kept = ngettext("%(count)d synonym is kept and in use.", "%(count)d synonyms are kept and in use.", count)
        messages.success(request, kept % {"count": count})
    else:
        messages.info(request, _("All of these lines were there already."))
    return redirect(try_url(form.cleaned_data["q"], language))


def try_url(query: str, language: str, *, lines: Sequence[str] = ()) -> str:
    """Return the address that tries a search, with lines to begin with."""
    asked = {"q": query, "language": language} | ({"lines": "\n".join(lines)} if lines else {})
    return f"{reverse('kb_try_search')}?{urlencode(asked)}"


def _initial(asked: dict[str, str]) -> dict[str, str]:
    return {"language": asked.get("language") or active_language()}


def _trial_of(form: TryForm) -> Trial:
    return try_query(
        form.cleaned_data["q"],
        language=form.cleaned_data["language"],
        added=form.added,
        without=form.without,
    )


def _columns(trial: Trial) -> list[dict[str, Any]]:
    """Return the rankings side by side, as the template shows them."""
    rankings = [(_("Now"), trial.before)]
    if trial.after is not None:
        rankings.append((_("With these lines"), trial.after))
    return [
        {
            "heading": heading,
            "ranking": ranking,
            "rows": [
                {
                    "page": page,
                    "edit_url": reverse("wagtailadmin_pages:edit", args=[page.page_id]),
                    "move": _move_text(page),
                    "reasons": [
                        {
                            "kind": KINDS.get(one.kind, one.kind),
                            "term": one.term,
                            "typed": one.typed,
                            "is_other": fold(one.typed) != one.term,
                            "places": ", ".join(str(PLACES.get(place, place)) for place in one.places),
                            "weight": one.weight,
                            "relevance": one.relevance,
                            "points": one.points,
                        }
                        for one in page.contributions
                    ],
                }
                for page in ranking.pages
            ],
        }
        for heading, ranking in rankings
    ]


def _move_text(page: RankedPage) -> str:
    return str(MOVES[page.move]) % {"count": page.moved_by} if page.move in MOVES else ""
