"""What an account told us and allowed: the profile, owned products and the ledger of consent.

A guest's choices are never here; they live in the guest's own browser (see `guest`).
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.consents import Purpose, allows
from personalization.digest.models import DigestSubscription as DigestSubscription
from personalization.preferences import DENSITIES, TEXT_SIZES, THEMES
from personalization.segments.models import Segment as Segment  # Django looks for models here

CODE_LENGTH = 64
SERIAL_LENGTH = 40


class VisitorProfile(models.Model):
    """The stored choices of one account; written by `services` only, after consent."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="visitor_profile"
    )
    topics = models.JSONField(_("topics"), default=list, help_text=_("Codes of categories, in the order chosen."))
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=16, default=THEMES[0])
    text_size = models.CharField(_("text size"), max_length=16, default=TEXT_SIZES[0])
    density = models.CharField(_("spacing"), max_length=16, default=DENSITIES[0])
    order_letters = models.CharField(_("letters about orders"), max_length=8, blank=True, default="")
    channel = models.CharField(_("wished channel"), max_length=16, blank=True, default="")
    pinned_modules = models.JSONField(_("pinned boxes"), default=list)
    module_order = models.JSONField(_("order of the boxes"), default=list)
    hidden_modules = models.JSONField(_("hidden boxes"), default=list)
    dismissals = models.JSONField(_("boxes put off"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("visitor profile")
        verbose_name_plural = _("visitor profiles")

    def __str__(self) -> str:
        return f"profile {self.pk}"


class OwnedProduct(models.Model):
    """An appliance that somebody says they own; the code is the catalogue's, which this app does not know."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="owned_products"
    )
    product_code = models.CharField(_("product"), max_length=CODE_LENGTH)
    serial_number = models.CharField(_("serial number"), max_length=SERIAL_LENGTH, blank=True, default="")
    purchased_on = models.DateField(_("bought on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("owned product")
        verbose_name_plural = _("owned products")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "product_code", "serial_number"], name="owned_product_once")
        ]

    def __str__(self) -> str:
        return self.product_code


class AppendOnlyError(Exception):
    """The ledger of consent is a proof: its rows are added, never changed or removed."""


class ConsentRecordQuerySet(models.QuerySet["ConsentRecord"]):
    def latest_for(self, user: models.Model) -> ConsentRecordQuerySet:
        """Return the last decision of `user` for each purpose; one query."""
        newest = self.filter(user_id=user.pk).values("purpose").annotate(newest=Max("pk")).values("newest")
        return self.filter(pk__in=newest)

    def accounts_allowing(self, purpose: Purpose) -> set[int]:
        """Return the numbers of the accounts whose last decision allows `purpose` in the words of today; one query."""
        newest = self.filter(purpose=purpose.key, user__isnull=False).values("user").annotate(newest=Max("pk"))
        granted = self.filter(
            pk__in=newest.values("newest"), is_granted=True, wording_version=purpose.version
        ).values_list("user_id", flat=True)
        return {user_id for user_id in granted if user_id is not None}

    def detach_from(self, user: models.Model) -> int:
        """Cut the link between `user` and their decisions; what remains names nobody."""
        return self.filter(user_id=user.pk)._detach()

    def _detach(self) -> int:
        return super().update(user=None)

    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnlyError("update")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("delete")


class ConsentRecord(models.Model):
    """One decision: what was asked in which words, and the answer.

    The user is emptied when the person is forgotten; that the decision was taken stays on record.
    """

    class Source(models.TextChoices):
        PREFERENCES = "preferences", _("preferences page")
        HOME_PAGE = "home_page", _("home page")
        WELCOME = "welcome", _("welcome pages")
        GUEST_COOKIE = "guest_cookie", _("given as a guest, taken over at sign-in")
        DEMO = "demo", _("demo data")
        LETTER = "letter", _("link in a letter")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="consent_records",
    )
    purpose = models.CharField(_("purpose"), max_length=40)
    is_granted = models.BooleanField(_("granted"))
    wording_version = models.CharField(_("version of the wording"), max_length=20)
    wording = models.TextField(_("wording shown"))
    language = models.CharField(_("language"), max_length=8)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent record")
        verbose_name_plural = _("consent records")
        ordering = ["pk"]
        indexes = [models.Index(fields=["user", "purpose", "-id"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'granted' if self.is_granted else 'withdrawn'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError("save")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("delete")

    @property
    def counts(self) -> bool:
        """Whether this decision allows its purpose at present: granted, and in the words of today."""
        return allows(self.purpose, self.is_granted, self.wording_version)
