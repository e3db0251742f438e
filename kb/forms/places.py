"""The part of an article's form that places it among others: further categories, relatives, what replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from django.forms import BaseFormSet, CheckboxSelectMultiple, ModelMultipleChoiceField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from kb.models.base import HelpPageForm

if TYPE_CHECKING:
    from kb.models.articles import ArticlePage
    from kb.models.pages import CategoryPage


class CategoriesField(ModelMultipleChoiceField):
    """Categories as boxes to tick, each with the categories that hold it, so that equal titles are told apart."""

    widget = CheckboxSelectMultiple

    def __init__(self, queryset: QuerySet[CategoryPage], *, titles_by_path: Mapping[str, str], **kwargs: Any):
        super().__init__(queryset, **kwargs)
        self._titles_by_path = titles_by_path

    def label_from_instance(self, category: CategoryPage) -> str:
        paths = [category.path[:length] for length in range(Page.steplen, len(category.path) + 1, Page.steplen)]
        return " › ".join(self._titles_by_path[path] for path in paths if path in self._titles_by_path)


class PlacesForm(HelpPageForm):
    """Offers categories of the page's own language; refuses what would lead readers in circles."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "also_in" in self.fields:
            self.fields["also_in"] = self._categories_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("replaced_by"):
            problem = replacement_problem(cast("ArticlePage", self.instance), data["replaced_by"])
            if problem:
                self.add_error("replaced_by", problem)
        if "related_articles" in self.formsets:
            self._check_related(self.formsets["related_articles"])
        return data

    def _categories_field(self) -> CategoriesField:
        bound = self.fields["also_in"]
        categories = bound.queryset.filter(locale_id=self.instance.locale_id, alias_of__isnull=True)
        own = self.instance.get_parent() if self.instance.pk else self.parent_page
        return CategoriesField(
            # The page itself lies in its own category; to name it again would list it twice.
            categories.exclude(pk=own.pk if own else None).order_by("path"),
            titles_by_path=dict(categories.values_list("path", "title")),
            required=False,
            label=bound.label,
            help_text=bound.help_text,
        )

    def _check_related(self, formset: BaseFormSet) -> None:
        formset.is_valid()  # or the lines have no choice yet
        for line in formset.forms:
            article = line.cleaned_data.get("article")
            if article is None:
                continue
            if article.pk == self.instance.pk:
                line.add_error("article", _("An article cannot be related to itself."))
            elif article.locale_id != self.instance.locale_id:
                line.add_error("article", _("Choose an article in the same language."))


def replacement_problem(article: ArticlePage, replacement: ArticlePage) -> str:
    """Return in a sentence why `replacement` cannot come in the place of `article`, or nothing."""
    from kb.replacements import leads_back  # needs the models, which need this form

    if replacement.locale_id != article.locale_id:
        return gettext("Choose an article in the same language; its translations follow by themselves.")
    if not article.pk or not leads_back(article, replacement):
        return ""
    return gettext(
        "“%(title)s” is itself replaced by this article, perhaps through others: readers would be sent in a"
        " circle. Choose another article, or empty the field there first."
    ) % {"title": replacement.title}
