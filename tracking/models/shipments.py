"""Parcels: one carrier, one tracking number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.models.fulfillments import Fulfillment
from tracking.models.orders import Order, OrderLine
from tracking.statuses import Reason, Status


class Direction(models.TextChoices):
    """Which way a parcel goes; a return travels as a parcel of its own."""

    OUTBOUND = "outbound", _("to the customer")
    RETURN = "return", _("back to the shop")


class Shipment(models.Model):
    """A parcel of an order. Everything from `status` down is a cache of the fold over its events."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    shipment_key = models.CharField(max_length=64, help_text=_("The parcel's own number in the seller's system."))
    position = models.PositiveIntegerField()
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, default=Direction.OUTBOUND)
    fulfillment = models.ForeignKey(Fulfillment, null=True, on_delete=models.SET_NULL, related_name="shipments")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.PRE_TRANSIT, editable=False
    )
    flags = models.JSONField(_("flags"), default=list, editable=False)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True, editable=False)
    status_at = models.DateTimeField(_("status since"), null=True, editable=False)
    last_event_at = models.DateTimeField(_("last news"), null=True, editable=False)
    estimated_from = models.DateField(_("expected from"), null=True, editable=False)
    estimated_until = models.DateField(_("expected until"), null=True, editable=False)
    failed_attempts = models.PositiveIntegerField(_("failed attempts"), default=0, editable=False)
    state_digest = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "shipment_key"], name="shipment_once_per_order"),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~models.Q(tracking_number=""),
                name="tracking_number_once_per_carrier",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.tracking_number or self.shipment_key


class ShipmentLine(models.Model):
    """How many of an order line travel in a parcel, so that "2 of 3 delivered" is exact."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints = [models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"
