"""From a search that finds nothing to the draft that will answer it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.permissions import page_permission_policy

from kb.editing.access import for_who_works_on_pages
from kb.models import ArticlePage, CategoryPage, FaqPage, MaintenancePage
from kb.services.drafts import begin_draft
from portal.lib.fields import LineField
from portal.lib.languages import active_language
from portal.lib.text import clean_line

KINDS: dict[str, type[ArticlePage]] = {"faq": FaqPage, "article": ArticlePage, "maintenance": MaintenancePage}
MAX_TITLE_CHARACTERS = 255


class _CategoryField(forms.ModelChoiceField):
    """Categories by title, those below another one indented."""

    def label_from_instance(self, category: CategoryPage) -> str:
        first_depth = 4  # root, home page, help index, category
        return f"{'– ' * (category.depth - first_depth)}{category.title}"


class DraftForm(forms.Form):
    """What the draft is called, where it goes and of which kind it is."""

    title = LineField(
        label=gettext_lazy("Title or question"),
        max_length=MAX_TITLE_CHARACTERS,
        help_text=gettext_lazy("Say it as an article would; what readers typed becomes a keyword of it."),
    )
    searched = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)
    category = _CategoryField(label=gettext_lazy("Category"), queryset=CategoryPage.objects.none())
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[(code, model._meta.verbose_name) for code, model in KINDS.items()]
    )

    def __init__(self, *args: Any, categories: QuerySet[CategoryPage], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]  # a choice of models, see above


@for_who_works_on_pages
@require_http_methods(["GET", "POST"])
def write_article(request: HttpRequest) -> HttpResponse:
    """Ask where a draft goes, with what readers typed as its title; on POST begin it and open its editor."""
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else active_language()
    searched = clean_line(request.GET.get("title", ""))[:200]
    categories = _categories_to_write_in(request, language)
    form = DraftForm(
        request.POST or None,
        categories=categories,
        initial={"title": searched[:1].upper() + searched[1:], "searched": searched},
    )
    if form.is_valid():
        draft = begin_draft(
            model=KINDS[form.cleaned_data["kind"]],
            category=form.cleaned_data["category"],
            title=form.cleaned_data["title"],
            keywords=clean_line(form.cleaned_data["searched"]).replace(",", " "),
            user=cast("AbstractBaseUser", request.user),
        )
        messages.success(
            request, _("The draft “%(title)s” is begun; readers do not see it yet.") % {"title": draft.title}
        )
        return redirect("wagtailadmin_pages:edit", draft.pk)
    context = {
        "page_title": _("Write an article"),
        "header_title": _("Write an article"),
        "header_icon": "doc-empty",
        "form": form,
        "has_categories": categories.exists(),
        "address": request.get_full_path(),
    }
    return render(request, "kb/editing/search_care/write.html", context, status=422 if form.is_bound else 200)


def _categories_to_write_in(request: HttpRequest, language: str) -> QuerySet[CategoryPage]:
    mine = page_permission_policy.instances_user_has_permission_for(request.user, "add")
    return CategoryPage.objects.in_language(language).filter(pk__in=mine.order_by().values("pk"), alias_of=None)
