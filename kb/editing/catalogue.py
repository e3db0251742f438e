"""The catalogue in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from kb.models import Product


class ProductViewSet(SnippetViewSet):
    """Products with data sheet and maintenance plan."""

    model = Product
    icon = "tag"
    menu_label = _("Products")
    menu_order = 210
    add_to_admin_menu = True
    list_display = ["name", "code", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name"), FieldPanel("code")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("slug")]),
                FieldPanel("summary"),
                FieldPanel("image"),
            ],
            heading=_("Product"),
        ),
        InlinePanel("specifications", label=_("Specification"), heading=_("Data sheet")),
        InlinePanel("maintenance_tasks", label=_("Task"), heading=_("Maintenance plan")),
    ]


register_snippet(ProductViewSet)
