"""The notices in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.tables import DateColumn, LiveStatusTagColumn, LocaleColumn

from portal.lib.snippets import FoldedIndexView, TranslatableSnippetViewSet
from portal.models import NoticeBanner


class NoticeBannerViewSet(TranslatableSnippetViewSet):
    """Notices: written as drafts, shown between the two dates of their schedule."""

    model = NoticeBanner
    icon = "warning"
    menu_label = _("Notices")
    menu_order = 230
    add_to_admin_menu = True
    index_view_class = FoldedIndexView
    list_display = [
        "text",
        "level",
        "place",
        DateColumn("go_live_at", label=_("From"), sort_key="go_live_at"),
        DateColumn("expire_at", label=_("Until"), sort_key="expire_at"),
        LocaleColumn(label=_("Language")),
        LiveStatusTagColumn(label=_("State")),
    ]
    list_filter = ["level", "place", "live"]
    search_fields = ["text"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=_(
                    "From when until when it stands there is set under “Schedule” in the status panel. Each language has its own notice."
                )
            ),
            FieldPanel("text", required_on_save=True),
            FieldRowPanel([FieldPanel("level"), FieldPanel("place")]),
            FieldRowPanel([FieldPanel("link_page"), FieldPanel("link_text")]),
            FieldPanel("segments"),
            PublishingPanel(),
        ]
    )
