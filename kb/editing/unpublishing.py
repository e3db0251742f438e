"""Asks, where an article is taken down, which one comes in its place."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from kb.forms.places import replacement_problem
from kb.models import ArticlePage
from kb.services.replacements import set_replacement


class ReplacementForm(forms.Form):
    """One field: the article that readers of the old address are sent to."""

    replaced_by = forms.ModelChoiceField(
        ArticlePage.objects.all(),
        required=False,
        label=_("Replaced by"),
        help_text=_(
            "Readers of the old address are sent there. Leave it empty only where nothing else answers the question:"
            " they then learn that there is no such page."
        ),
        widget=AdminPageChooser(target_models=[ArticlePage]),
    )

    def __init__(self, data: QueryDict | None = None, *, article: ArticlePage):
        super().__init__(data, initial={"replaced_by": article.replaced_by_id})
        self.article = article

    def clean_replaced_by(self) -> ArticlePage | None:
        replacement = self.cleaned_data["replaced_by"]
        problem = replacement_problem(self.article, replacement) if replacement else ""
        if problem:
            raise forms.ValidationError(problem)
        return replacement


@hooks.register("before_unpublish_page")
def remember_replacement(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Store the choice made on the page that confirms; one that contradicts itself leads back there."""
    if not isinstance(page, ArticlePage) or "replaced_by" not in request.POST:
        return None
    form = ReplacementForm(request.POST, article=page)
    if not form.is_valid():
        messages.error(request, form.errors["replaced_by"][0])
        return HttpResponseRedirect(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    set_replacement(
        article=page, replacement=form.cleaned_data["replaced_by"], user=cast("AbstractBaseUser", request.user)
    )
    return None
