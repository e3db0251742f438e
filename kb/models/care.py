"""What the nightly look at links to other sites remembers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS_MAX_LENGTH = 1000


class ExternalAddress(models.Model):
    """An address of another site that articles link to, and since when it has not answered."""

    address = models.CharField(max_length=ADDRESS_MAX_LENGTH, unique=True)
    checked_at = models.DateTimeField(null=True, db_index=True)
    # The first and the last day of failing in a row; both empty while it answers.
    failed_on = models.DateField(null=True)
    failed_again_on = models.DateField(null=True)
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("external address")
        verbose_name_plural = _("external addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return self.address
