"""What search keeps in the database: the outbox of pages to index, and the editors' synonyms."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

SYNONYM_MAX_WORDS = 4


class IndexRequest(models.Model):
    """A page whose entry in the search index may be out of date: written with the change, deleted after the commit.

    `page_id` is no foreign key: the request to forget a page outlives the page.
    """

    page_id = models.PositiveBigIntegerField(unique=True)
    requested_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("index request")
        verbose_name_plural = _("index requests")

    def __str__(self) -> str:
        return f"page {self.page_id}"


@register_snippet
class Synonym(models.Model):
    """One line: what readers type → what the pages say. One way, because pages are the editors' words."""

    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="vi")
    typed = models.CharField(
        _("what readers type"),
        max_length=200,
        help_text=_("One to four words; marks and capitals do not matter. Example: quên pass"),
    )
    page_words = models.CharField(
        _("what the pages say"),
        max_length=200,
        help_text=_("One to four words as the articles write them. Example: đặt lại mật khẩu"),
    )

    panels = [FieldPanel("language"), FieldPanel("typed"), FieldPanel("page_words")]

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "typed", "page_words"]
        constraints = [models.UniqueConstraint(fields=["language", "typed", "page_words"], name="unique_synonym")]

    def __str__(self) -> str:
        return f"{self.typed} → {self.page_words}"

    def clean(self) -> None:
        too_long = {
            name: _("At most %(count)d words; this has more.") % {"count": SYNONYM_MAX_WORDS}
            for name in ("typed", "page_words")
            if len(getattr(self, name).split()) > SYNONYM_MAX_WORDS
        }
        if too_long:
            raise ValidationError(too_long)
