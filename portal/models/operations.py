"""What the machinery remembers: when each periodic job is due."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodicJob(models.Model):
    """The clock's memory of one job of `portal.periodic.JOBS`."""

    name = models.CharField(_("job"), max_length=80, primary_key=True)
    next_due_at = models.DateTimeField(_("next due"))
    last_enqueued_at = models.DateTimeField(_("last enqueued"), null=True)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name
