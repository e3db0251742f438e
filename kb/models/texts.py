"""Texts that several articles share: written once, changed once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.rich_text import RichText, get_text_for_indexing
from wagtail.search import index

from kb.models.catalogue import CatalogueReads
from portal.lib.text import clean_line, fold

REUSABLE_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class ReusableTextQuerySet(CatalogueReads, models.QuerySet["ReusableText"]):
    """Found by name and words, with and without marks."""


class ReusableText(
    TranslatableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """A paragraph that many articles show, such as how to reach us or what to have at hand.

    Rich text and no blocks: one reusable text can never hold another.
    """

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("For editors, to choose by; readers do not see it. Say what it is about, not where it stands."),
    )
    text = RichTextField(
        _("text"),
        features=REUSABLE_TEXT_FEATURES,
        help_text=_(
            "It has to make sense in every article that shows it. Not for headings: they belong to the article."
        ),
    )
    # Name and text without marks: a database compares "máy" and "may" as different.
    search_text = models.TextField(editable=False, default="")

    objects = ReusableTextQuerySet.as_manager()

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("text"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("reusable text")
        verbose_name_plural = _("reusable texts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(clean_line(f"{self.name} {get_text_for_indexing(self.text)}"))
        super().save(*args, **kwargs)

    @cached_property
    def linked_text(self) -> RichText:
        """Return the text as articles show it; they set it when they look up the links of all their texts at once."""
        return RichText(self.text)

    def get_full_url(self) -> str:
        """Return the help index: the preview takes language and host from here; the text has no page of its own."""
        return f"{settings.SITE_URL}/{self.locale.language_code}/help/"

    full_url = property(get_full_url)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "kb/reusable_text_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, object]:
        return {"text": self}
