"""The catalogue in the admin: products and spare parts, with drafts, preview, review and a search that ignores marks."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm, LocaleFilterMixin, SearchFilterMixin
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, LocaleColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSetGroup

from kb.models import Product, SparePart
from portal.lib.slug_input import ascii_slug_input
from portal.lib.snippets import TranslatableSnippetViewSet


class CatalogueIndexView(IndexView):
    """The list: its search takes words with and without marks, whole or in part."""

    def search_queryset(self, queryset: Any) -> QuerySet:
        return queryset.matching(self.search_query) if self.is_searching else queryset


class CatalogueChooserFilter(LocaleFilterMixin, SearchFilterMixin, BaseFilterForm):
    """The same search where an editor chooses an entry for an article."""

    def filter(self, objects: Any) -> QuerySet:
        typed = self.cleaned_data.pop("q", "")
        self.is_searching, self.search_query = bool(typed), typed
        return super().filter(objects.matching(typed))


class CatalogueChooseView(ChooseView):
    filter_form_class = CatalogueChooserFilter


class CatalogueChooseResultsView(ChooseResultsView):
    filter_form_class = CatalogueChooserFilter


class CatalogueChooserViewSet(SnippetChooserViewSet):
    choose_view_class = CatalogueChooseView
    choose_results_view_class = CatalogueChooseResultsView


class ProductForm(WagtailAdminModelForm):
    """A product: its address is made of plain letters while the name is typed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].widget = ascii_slug_input(self.instance.locale)


class SparePartForm(WagtailAdminModelForm):
    """A spare part: offers the products of its own language only."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "products" in self.fields:
            self.fields["products"].queryset = Product.objects.filter(locale_id=self.instance.locale_id)


class SparePartFilterSet(WagtailFilterSet):
    """By product (of either language), availability and who fits it."""

    fits = django_filters.ChoiceFilter(label=_("Fits"), field_name="products__code", choices=lambda: _product_codes())

    class Meta:
        model = SparePart
        fields = ["is_available", "fitting"]


def _product_codes() -> list[tuple[str, str]]:
    codes = Product.objects.order_by("code").values_list("code", flat=True).distinct()
    return [(code, code) for code in codes]


class ProductViewSet(TranslatableSnippetViewSet):
    """Products: what they are, what they measure, what has to be done to them."""

    model = Product
    icon = "tag"
    menu_label = _("Products")
    index_view_class = CatalogueIndexView
    chooser_viewset_class = CatalogueChooserViewSet
    list_display = [
        "name",
        "code",
        "kind",
        LocaleColumn(label=_("Language")),
        LiveStatusTagColumn(label=_("State")),
    ]
    list_filter = ["kind", "live"]
    list_export = ["code", "name", "kind", "summary", "slug", "locale", "live"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel(
                        [TitleFieldPanel("name", required_on_save=True), FieldPanel("code", required_on_save=True)]
                    ),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("slug")]),
                    FieldPanel("summary"),
                    FieldPanel("image"),
                    FieldPanel("manual"),
                    PublishingPanel(),
                ],
                heading=_("Product"),
            ),
            ObjectList(
                [InlinePanel("specifications", label=_("Specification"), heading=_("Data sheet"))],
                heading=_("Data sheet"),
            ),
            ObjectList(
                [InlinePanel("maintenance_tasks", label=_("Task"), heading=_("Maintenance plan"))],
                heading=_("Maintenance plan"),
            ),
        ],
        base_form_class=ProductForm,
    )


class SparePartViewSet(TranslatableSnippetViewSet):
    """Spare parts: number, price, availability, and what they fit."""

    model = SparePart
    icon = "cogs"
    menu_label = _("Spare parts")
    index_view_class = CatalogueIndexView
    chooser_viewset_class = CatalogueChooserViewSet
    filterset_class = SparePartFilterSet
    list_display = [
        "name",
        "number",
        Column("price_text", label=_("Price"), sort_key="price"),
        "is_available",
        LocaleColumn(label=_("Language")),
        LiveStatusTagColumn(label=_("State")),
    ]
    list_export = ["number", "name", "price", "is_available", "fitting", "description", "locale", "live"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("number", required_on_save=True), FieldPanel("name", required_on_save=True)]
                    ),
                    FieldPanel("description"),
                    FieldPanel("image"),
                ],
                heading=_("Spare part"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("price"), FieldPanel("fitting")]), FieldPanel("is_available")],
                heading=_("Price and availability"),
            ),
            FieldPanel("products", widget=CheckboxSelectMultiple),
            PublishingPanel(),
        ],
        base_form_class=SparePartForm,
    )


class CatalogueGroup(SnippetViewSetGroup):
    """Products and spare parts below one entry of the menu."""

    items = (ProductViewSet, SparePartViewSet)
    menu_label = _("Catalogue")
    menu_icon = "tag"
    menu_order = 210


register_snippet(CatalogueGroup)
