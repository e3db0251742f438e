"""What the shop decided to send together, before and after there is a parcel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.aftersales.states import HoldReason
from tracking.models.orders import Order, OrderLine


class Fulfillment(models.Model):
    """Pieces of an order that leave together.

    It exists before its parcels do, so that a page can say why a piece waits ("not in stock yet, leaves on Friday").
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    fulfillment_key = models.CharField(max_length=64, help_text=_("Its own number in the seller's system."))
    position = models.PositiveIntegerField()
    planned_on = models.DateField(_("leaves on"), null=True)
    hold_reason = models.CharField(_("waits because"), max_length=20, choices=HoldReason.choices, blank=True)

    class Meta:
        verbose_name = _("fulfillment")
        verbose_name_plural = _("fulfillments")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "fulfillment_key"], name="fulfillment_once_per_order"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.fulfillment_key


class FulfillmentLine(models.Model):
    """How many of an order line leave with a fulfillment."""

    fulfillment = models.ForeignKey(Fulfillment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="fulfillment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("fulfillment line")
        verbose_name_plural = _("fulfillment lines")
        constraints = [
            models.UniqueConstraint(fields=["fulfillment", "order_line"], name="fulfillment_line_once"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"
