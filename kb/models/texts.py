"""Texts that several articles share: written once, changed once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin
from wagtail.search import index

REUSABLE_TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class ReusableText(TranslatableMixin, DraftStateMixin, LockableMixin, RevisionMixin, index.Indexed, models.Model):
    """A paragraph that many articles show, such as how to reach us or what to have at hand."""

    name = models.CharField(_("name"), max_length=120, help_text=_("For editors; readers do not see it."))
    text = RichTextField(_("text"), features=REUSABLE_TEXT_FEATURES)

    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.SearchField("text")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("reusable text")
        verbose_name_plural = _("reusable texts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
