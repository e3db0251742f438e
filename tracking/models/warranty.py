"""Appliances under warranty: whose, since when, and what was claimed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.aftersales.states import ClaimStatus, RegistrationStatus
from tracking.append_only import AppendOnlyModel
from tracking.models.orders import OrderLine


class Warranty(models.Model):
    """One appliance that the shop sold.

    With an order line its warranty starts when the line's parcel is delivered and lasts as the rules of the day of the
    order say; neither is stored. `starts_on` and `months` are for what was sold elsewhere. A line without serial
    numbers gets a row only when somebody claims on it.
    """

    product_code = models.CharField(_("product code"), max_length=40)
    title = models.CharField(_("name"), max_length=200)
    serial_number = models.CharField(_("serial number"), max_length=40, blank=True)
    serial_key = models.CharField(max_length=40, blank=True, editable=False)
    order_line = models.ForeignKey(OrderLine, null=True, on_delete=models.CASCADE, related_name="warranties")
    unit = models.PositiveIntegerField(default=1)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="warranties",
        help_text=_("Who registered it. Empty: the customer of the order."),
    )
    starts_on = models.DateField(_("starts on"), null=True)
    months = models.PositiveSmallIntegerField(_("months of warranty"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("warranty")
        verbose_name_plural = _("warranties")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["serial_key"], condition=~models.Q(serial_key=""), name="serial_number_once"
            ),
            models.UniqueConstraint(fields=["order_line", "unit"], name="warranty_once_per_unit"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.serial_number or self.title


class WarrantyRegistration(models.Model):
    """Somebody says that an appliance with this serial number is theirs.

    A row is made whether the number exists or not, and answered the same: only the owner of the order, or a person of
    the staff who has seen a proof, makes a warranty of it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="registrations"
    )
    product_code = models.CharField(_("product code"), max_length=40)
    serial_number = models.CharField(_("serial number"), max_length=40)
    serial_key = models.CharField(max_length=40, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=RegistrationStatus.choices, default=RegistrationStatus.PENDING
    )
    warranty = models.ForeignKey(Warranty, null=True, on_delete=models.SET_NULL, related_name="registrations")
    registered_at = models.DateTimeField(_("registered"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("registration of an appliance")
        verbose_name_plural = _("registrations of appliances")
        ordering = ["-registered_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "serial_key"], name="registered_once_per_user")]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.serial_number


class WarrantyClaim(models.Model):
    """One fault that was reported under warranty; `status` is a cache of the fold over its events."""

    warranty = models.ForeignKey(Warranty, verbose_name=_("warranty"), on_delete=models.PROTECT, related_name="claims")
    number = models.CharField(_("claim number"), max_length=16, unique=True, editable=False)
    request_key = models.CharField(max_length=64, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reported by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    fault = models.CharField(_("fault"), max_length=1000)
    status = models.CharField(
        _("status"), max_length=12, choices=ClaimStatus.choices, default=ClaimStatus.OPENED, editable=False
    )
    opened_at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("warranty claim")
        verbose_name_plural = _("warranty claims")
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["warranty", "request_key"], name="claim_once_per_request")]
        indexes = [models.Index(fields=["status", "-opened_at"], name="claim_by_status")]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.number


class ClaimEvent(AppendOnlyModel):
    """One thing that happened to a claim."""

    claim = models.ForeignKey(WarrantyClaim, on_delete=models.PROTECT, related_name="events")
    natural_key = models.CharField(max_length=80, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=ClaimStatus.choices)
    occurred_at = models.DateTimeField(_("time"))
    text = models.CharField(_("text"), max_length=500, blank=True)
    corrects_key = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("claim event")
        verbose_name_plural = _("claim events")
        ordering = ["occurred_at", "natural_key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.status}"
