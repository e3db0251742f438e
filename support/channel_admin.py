"""The contact channels in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.tables import LiveStatusTagColumn, LocaleColumn

from portal.lib.snippets import FoldedIndexView, TranslatableSnippetViewSet
from support.models import ContactChannel


class ContactChannelViewSet(TranslatableSnippetViewSet):
    """Channels in the order in which pages show them; dragging changes it, unpublishing switches one off."""

    model = ContactChannel
    icon = "mail"
    menu_label = _("Contact channels")
    menu_order = 120
    add_to_settings_menu = True
    index_view_class = FoldedIndexView
    list_display = [
        "label",
        "kind",
        "value",
        "hours",
        LocaleColumn(label=_("Language")),
        LiveStatusTagColumn(label=_("State")),
    ]
    list_filter = ["kind", "live"]
    search_fields = ["label", "value"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind", required_on_save=True), FieldPanel("label", required_on_save=True)]),
            FieldPanel("value"),
            FieldPanel("hours"),
            PublishingPanel(),
        ]
    )
