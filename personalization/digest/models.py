"""The memory of the weekly letter: one row for each account that ever allowed it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.letters.models import Letter


def make_stop_token() -> str:
    """Return 192 random bits for an address."""
    return secrets.token_urlsafe(24)


class DigestSubscription(models.Model):
    """When an account was last looked at for the letter, and what it was told; whether it wants one says its consent."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="digest_subscription"
    )
    # Readable, so that the links of old letters outlive the site's key; it opens nothing, it only stops.
    stop_token = models.CharField(max_length=40, unique=True, default=make_stop_token, editable=False)
    looked_on = models.DateField(_("last looked at"), null=True, db_index=True)
    told = models.JSONField(_("told"), default=dict, help_text=_("Keys of items, each with the day it was told."))
    letters = GenericRelation(Letter, content_type_field="about_type", object_id_field="about_id")

    class Meta:
        verbose_name = _("subscription to the weekly letter")
        verbose_name_plural = _("subscriptions to the weekly letter")

    def __str__(self) -> str:
        return f"digest {self.pk}"
