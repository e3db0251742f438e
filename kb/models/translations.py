"""Which state of the source a translation was compared with, so that an outdated one can be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class TranslationRecord(models.Model):
    """A translated page and the source it was last compared with.

    `source_digest` is the fingerprint of the source's texts at that moment: it decides, because revisions may be purged
    and dates may change without a word of the text. `source_revision` is only what an editor compares with.
    `outdated_since` is when the source was published with another text; kept here, so that lists can filter by it.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="translation_record")
    source_revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    source_digest = models.CharField(max_length=64, default="")
    outdated_since = models.DateTimeField(_("outdated since"), null=True, db_index=True)
    confirmed_at = models.DateTimeField(_("compared at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("translation record")
        verbose_name_plural = _("translation records")

    def __str__(self) -> str:
        return f"{self.page_id} ← {self.source_revision_id}"
