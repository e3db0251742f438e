"""Reusable texts in the admin."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.tables import UpdatedAtColumn, UsageCountColumn
from wagtail.models import ReferenceIndex
from wagtail.snippets.models import register_snippet

from kb.editing.catalogue import CatalogueChooserViewSet, CatalogueIndexView
from kb.models import ReusableText
from portal.lib.snippets import TranslatableSnippetViewSet


class ReusableTextViewSet(TranslatableSnippetViewSet):
    """Texts that several articles share, with how many articles show each."""

    model = ReusableText
    icon = "copy"
    menu_label = _("Reusable texts")
    menu_order = 215
    add_to_admin_menu = True
    index_view_class = CatalogueIndexView
    chooser_viewset_class = CatalogueChooserViewSet
    list_display = [
        "name",
        UsageCountColumn("usage_count", label=_("Used in"), sort_key="usage_count", width="16%"),
        UpdatedAtColumn(),
    ]
    list_filter = ["live"]
    list_export = ["name", "text", "locale", "live"]
    edit_handler = ObjectList([FieldPanel("name", required_on_save=True), FieldPanel("text"), PublishingPanel()])

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReusableText]:
        return ReusableText.objects.annotate(usage_count=ReferenceIndex.usage_count_subquery(ReusableText))


register_snippet(ReusableTextViewSet)
