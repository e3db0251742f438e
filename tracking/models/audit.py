"""Who of the staff looked at whose data, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.append_only import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One look or act of somebody of the staff.

    The actor is a copy, not a link: the record outlives the account. Each entry carries the fingerprint of the one
    before it, so a row that was taken out or rewritten below the database breaks the chain.
    """

    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("who"), max_length=254)
    action = models.CharField(_("what"), max_length=40)
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))
    previous_digest = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
