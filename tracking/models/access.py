"""What was sent to a mailbox to prove that it is the order's: links, and codes for one use."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Five guesses at six digits: five in a million for each code (ASVS 5.0, 6.5.5 and 6.6.2).
CODE_TRIES = 5


class GrantKind(models.TextChoices):
    """What the letter held."""

    LINK = "link", _("Link in a letter")
    CODE = "code", _("One-time code")


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    """Reads of grants."""

    def standing(self) -> AccessGrantQuerySet:
        """Keep what nobody has revoked and whose mailbox is still the one of the order."""
        return self.filter(revoked_at=None, recipient=F("order__contact_email"))

    def links(self) -> AccessGrantQuerySet:
        return self.filter(kind=GrantKind.LINK)

    def open_codes(self, now: datetime) -> AccessGrantQuerySet:
        """Keep the codes that can still be typed in."""
        return self.standing().filter(kind=GrantKind.CODE, used_at=None, expires_at__gt=now, tries__lt=CODE_TRIES)


class AccessGrant(models.Model):
    """One link or one code for one mailbox.

    Neither the token of a link nor a code is kept: both are made from `seed` with the site's secret key
    (tracking/access/secrets.py), so a copy of the database opens nothing, and a letter sent again says the same.
    `device_marks` are short keyed hashes of the kinds of browser that opened the link; they cannot be joined between
    links and name nobody.
    """

    kind = models.CharField(_("kind"), max_length=4, choices=GrantKind.choices)
    order = models.ForeignKey(
        "tracking.Order", on_delete=models.CASCADE, related_name="access_grants", verbose_name=_("order")
    )
    recipient = models.CharField(_("sent to"), max_length=254)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    seed = models.CharField(max_length=64, editable=False)
    # Of links only: what the address in the letter is found by.
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    device_marks = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("sent at"), default=timezone.now)
    # Of codes only; a link lives as long as its order needs it (tracking/access/links.py).
    expires_at = models.DateTimeField(_("expires"), null=True)
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    letters = GenericRelation(
        "letters.Letter", content_type_field="about_type", object_id_field="about_id", related_query_name="access_grant"
    )

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to an order")
        verbose_name_plural = _("access to orders")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
