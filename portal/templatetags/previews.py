"""What surrounds a page while it is previewed in the editor."""

from typing import Any

from django import template
from wagtail.admin.userbar import Userbar

register = template.Library()


@register.simple_tag(takes_context=True)
def preview_checks(context: dict[str, Any]) -> str:
    """Return Wagtail's bar inside the editor's preview, where it checks the page; nothing for readers.

    A preview may show the page as somebody else sees it: `request.editor` is then who looks at the preview.
    """
    request = context.get("request")
    if request is None or not getattr(request, "in_preview_panel", False):
        return ""
    shown_to = request.user
    request.user = getattr(request, "editor", shown_to)
    try:
        return Userbar(object=context.get("page")).render_html(context)
    finally:
        request.user = shown_to
