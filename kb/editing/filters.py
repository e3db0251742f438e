"""Filters that the explorer and the reports share.

Each keeps the pages whose key is among an article query's: the admin's search refuses any other condition than on a
field of its index.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, NumberRangeWidget, WagtailFilterSet
from wagtail.admin.views.pages.listing import GenericPageFilterSet
from wagtail.models import Page

from kb.care import figures
from kb.models import ArticlePage, CategoryPage, Product
from kb.models.article_form import colleagues
from kb.translation.states import SOURCE_LANGUAGE, TranslationStatus, with_status

DUE_CHOICES = [("due", _("Due")), ("never", _("Never checked"))]


def product_choices() -> list[tuple[str, str]]:
    """Return every product once, by its name in the source language. Cost: one query."""
    names = Product.objects.order_by("locale__language_code").values_list("code", "name", "locale__language_code")
    chosen: dict[str, str] = {}
    for code, name, language in names:
        if code not in chosen or language == SOURCE_LANGUAGE:
            chosen[code] = name
    return sorted(((code, f"{name} ({code})") for code, name in chosen.items()), key=lambda choice: choice[1])


def category_choices() -> list[tuple[str, str]]:
    """Return the tree path and title of every category, those below another one indented. Cost: one query."""
    categories = CategoryPage.objects.filter(alias_of__isnull=True).order_by("path")
    first_depth = 4  # root, home page, help index, category
    return [
        (path, f"{'– ' * (depth - first_depth)}{title}")
        for path, title, depth in categories.values_list("path", "draft_title", "depth")
    ]


def language_choices() -> list[tuple[str, str]]:
    """Return "language:state" for every language and state that a page can be filtered by."""
    return [
        (f"{code}:{status.value}", f"{name}: {status.label}")
        for code, name in settings.LANGUAGES
        for status in TranslationStatus
    ]


def _articles(queryset: QuerySet[Any], articles: QuerySet[ArticlePage]) -> QuerySet[Any]:
    return queryset.filter(pk__in=articles.order_by().values("pk"))


class ProductFilter(django_filters.MultipleChoiceFilter):
    """Articles about one of the chosen products, in whatever language."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Product"), choices=product_choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return _articles(qs, ArticlePage.objects.about_products(value)) if value else qs


class LanguageStateFilter(django_filters.ChoiceFilter):
    """Pages whose translation into a language is in a state."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Language state"), choices=language_choices, empty_label=_("Any"), **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        language, _colon, status = value.partition(":")
        pages = with_status(Page.objects.all(), language=language, status=status)
        return qs.filter(pk__in=pages.order_by().values("pk"))


class HelpfulFilter(django_filters.RangeFilter):
    """Articles whose helpful share lies between two percentages; those without votes are in none."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Helpful, %"), widget=NumberRangeWidget, **kwargs)

    def filter(self, qs: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        articles = figures.with_votes(ArticlePage.objects.all())
        return _articles(qs, _within(articles, "helpful_percent", value)) if value else qs


class ViewsFilter(django_filters.RangeFilter):
    """Articles that were read between two numbers of times in the last 30 days."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Views in 30 days"), widget=NumberRangeWidget, **kwargs)

    def filter(self, qs: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        articles = figures.with_views(ArticlePage.objects.all())
        return _articles(qs, _within(articles, "views_lately", value)) if value else qs


class CheckedFilter(django_filters.DateFromToRangeFilter):
    """Articles that were last checked between two days."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Last checked"), widget=DateRangePickerWidget, **kwargs)

    def filter(self, qs: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        return _articles(qs, _within_days(value)) if value else qs


class DueFilter(django_filters.ChoiceFilter):
    """Articles that have to be looked at, or never were."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            label=_("Check"), choices=DUE_CHOICES, empty_label=_("Any"), widget=forms.RadioSelect, **kwargs
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        kept = {
            "due": figures.due_articles,
            "never": lambda: ArticlePage.objects.filter(last_checked_on__isnull=True),
        }
        return _articles(qs, kept[value]()) if value else qs


class CategoryFilter(django_filters.ChoiceFilter):
    """Pages below a category, at any depth."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Category"), choices=category_choices, empty_label=_("Any"), **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(path__startswith=value) if value else qs


class PageLanguageFilter(django_filters.ChoiceFilter):
    """Pages written in a language."""

    def __init__(self, **kwargs: Any):
        super().__init__(label=_("Language"), choices=settings.LANGUAGES, empty_label=_("Any"), **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(locale__language_code=value) if value else qs


class HelpPageFilterSet(GenericPageFilterSet):
    """What the explorer of help pages filters by, besides what Wagtail offers."""

    product = ProductFilter()
    language_state = LanguageStateFilter()
    helpful = HelpfulFilter()
    views = ViewsFilter()
    checked = CheckedFilter()
    check = DueFilter()


class ArticleFilterSet(WagtailFilterSet):
    """What every report on articles filters by."""

    category = CategoryFilter()
    product = ProductFilter()
    language = PageLanguageFilter()
    owner = django_filters.ModelChoiceFilter(
        label=_("Owner"), queryset=lambda request: colleagues(), empty_label=_("Any"), null_label=_("Nobody")
    )

    class Meta:
        model = ArticlePage
        fields: list[str] = []


def _within(articles: QuerySet[ArticlePage], name: str, value: slice) -> QuerySet[ArticlePage]:
    if value.start is not None:
        articles = articles.filter(**{f"{name}__gte": value.start})
    if value.stop is not None:
        articles = articles.filter(**{f"{name}__lte": value.stop})
    return articles


def _within_days(value: slice) -> QuerySet[ArticlePage]:
    # The range comes as times at the edges of its days; a check has a day only.
    articles = ArticlePage.objects.all()
    if value.start is not None:
        articles = articles.filter(last_checked_on__gte=timezone.localdate(value.start))
    if value.stop is not None:
        articles = articles.filter(last_checked_on__lte=timezone.localdate(value.stop))
    return articles
