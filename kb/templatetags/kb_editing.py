"""What our pieces in Wagtail's own admin templates need."""

from __future__ import annotations

from django import template
from wagtail.models import Page

from kb.editing.unpublishing import ReplacementForm
from kb.models import ArticlePage

register = template.Library()


@register.simple_tag
def replacement_form(page: Page) -> ReplacementForm | None:
    """Return the form that asks what replaces `page`; None for pages that are no articles."""
    return ReplacementForm(article=page) if isinstance(page, ArticlePage) else None
