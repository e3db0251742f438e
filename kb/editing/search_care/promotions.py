"""Promoted results in the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from kb.models import SearchPromotion


class PromotionViewSet(SnippetViewSet):
    """What stands above the results of certain searches."""

    model = SearchPromotion
    icon = "pick"
    menu_label = _("Promoted results")
    list_display = ["phrases", "shown_title", "language", "position", "starts_at", "ends_at"]
    list_filter = ["language", "matching"]
    edit_handler = ObjectList(
        [
            FieldPanel("language"),
            FieldPanel("phrases"),
            FieldPanel("matching"),
            MultiFieldPanel(
                [FieldPanel("page"), FieldPanel("address"), FieldPanel("title"), FieldPanel("text")],
                heading=_("What is shown"),
            ),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("position")]),
            FieldPanel("note"),
        ]
    )


register_snippet(PromotionViewSet)
