"""Where an import of orders stands, so that a killed one goes on where it stopped."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """One file for one source; the counters move in the same transaction as the chunk they count."""

    source = models.CharField(_("source"), max_length=40)
    file_digest = models.CharField(max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    orders_done = models.PositiveIntegerField(_("orders done"), default=0)
    created = models.PositiveIntegerField(_("newly created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("order import")
        verbose_name_plural = _("order imports")
        ordering = ["-started_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.file_name
