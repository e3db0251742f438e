"""Promoted results in the admin: what stands above the results of certain searches, and what no longer shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.models import Page
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from kb.editing.exports import ExcelCsvMixin
from kb.editing.search_care.prefilled import PrefilledCreateView
from kb.managers import HelpPageQuerySet
from kb.models import SearchPromotion
from portal.lib.text import clean_line, fold

STATES = [
    ("shown", _("Shown")),
    ("planned", _("Not yet")),
    ("over", _("Over")),
    ("dead", _("Dead: its page is not public")),
]


def with_dead_page() -> Q:
    """Return the condition for promotions that lead nowhere: their page is a draft, withdrawn, closed or deleted."""
    return Q(address="") & ~Q(page__in=HelpPageQuerySet(Page).public().values("pk"))


def state_of(promotion: SearchPromotion, dead: set[int], now: datetime) -> str:
    """Return which of STATES a promotion is in."""
    if promotion.ends_at and promotion.ends_at <= now:
        return "over"
    if promotion.pk in dead:
        return "dead"
    return "planned" if promotion.starts_at and promotion.starts_at > now else "shown"


class PromotionFilterSet(WagtailFilterSet):
    """By language, by how phrases count, and by whether readers see it."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="filter_state")

    class Meta:
        model = SearchPromotion
        fields = ["language", "matching", "state"]

    def filter_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        now = timezone.now()
        is_over, is_planned, is_dead = Q(ends_at__lte=now), Q(starts_at__gt=now), with_dead_page()
        conditions = {
            "over": is_over,
            "dead": is_dead & ~is_over,
            "planned": is_planned & ~is_dead & ~is_over,
            "shown": ~is_planned & ~is_dead & ~is_over,
        }
        # ~Q(ends_at__lte=now) keeps rows without an end: Django adds the case of NULL itself.
        return queryset.filter(conditions[value])


class PromotionIndexView(ExcelCsvMixin, IndexView):
    """The list: searched without marks, each row with what has become of it."""

    def search_queryset(self, queryset: Any) -> QuerySet[SearchPromotion]:
        return (
            queryset.filter(search_text__contains=fold(clean_line(self.search_query)))
            if self.is_searching
            else queryset
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        dead = set(SearchPromotion.objects.filter(with_dead_page()).values_list("pk", flat=True))
        for promotion in context["object_list"]:
            promotion.state_label = dict(STATES)[state_of(promotion, dead, timezone.now())]
        return context


class PromotionCreateView(PrefilledCreateView):
    """A new one, perhaps with what readers typed."""

    prefilled = ("phrases",)


class PromotionViewSet(SnippetViewSet):
    """What stands above the results of certain searches."""

    model = SearchPromotion
    icon = "pick"
    menu_label = _("Promoted results")
    add_view_class = PromotionCreateView
    index_view_class = PromotionIndexView
    filterset_class = PromotionFilterSet
    search_fields = ["search_text"]
    search_backend_name = None
    list_display = [
        "__str__",
        "language",
        "position",
        DateColumn("starts_at", label=_("From"), sort_key="starts_at"),
        DateColumn("ends_at", label=_("Until"), sort_key="ends_at"),
        Column("state_label", label=_("State")),
    ]
    list_export = ["language", "phrases", "shown_title", "position", "starts_at", "ends_at", "note"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("language"), FieldPanel("matching")]),
            FieldPanel("phrases"),
            MultiFieldPanel(
                [FieldPanel("page"), FieldPanel("address"), FieldPanel("title"), FieldPanel("text")],
                heading=_("What is shown"),
            ),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("position")]),
            FieldPanel("note"),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SearchPromotion]:
        return SearchPromotion.objects.select_related("page", "created_by")
