"""Segments in the admin: the list with live counts, and the form in which a rule is put together row by row."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from personalization.segments.models import Segment


class SegmentViewSet(SnippetViewSet):
    """Who aimed content is for."""

    model = Segment
    icon = "group"
    menu_label = _("Segments")
    menu_order = 232
    add_to_admin_menu = True
