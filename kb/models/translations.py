"""Which state of the source a translation was made from, so that an outdated one can be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class TranslationRecord(models.Model):
    """A translated page and the revision of its source that it was last compared with."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="translation_record")
    source_revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(_("compared at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("translation record")
        verbose_name_plural = _("translation records")

    def __str__(self) -> str:
        return f"{self.page_id} ← {self.source_revision_id}"
