"""Articles that go back: the request (RMA), its lines and its own parcel."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.aftersales.states import Condition, Remedy, ReturnReason, ReturnStatus
from tracking.models.orders import Order, OrderLine
from tracking.models.shipments import Shipment


class ReturnRequest(models.Model):
    """One request to send articles of an order back.

    What happens to it are order events that name it (`OrderEvent.subject_key`); `status` is a cache of the fold over
    them and proved with the order's. The number is read to the courier aloud, so it is six digits behind "DT-"; it
    opens nothing.
    """

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="returns")
    number = models.CharField(_("return number"), max_length=16, unique=True, editable=False)
    # Made by whoever sends the request, so that a double click makes one return.
    request_key = models.CharField(max_length=64, editable=False)
    remedy = models.CharField(_("wanted"), max_length=10, choices=Remedy.choices)
    status = models.CharField(
        _("status"), max_length=12, choices=ReturnStatus.choices, default=ReturnStatus.REQUESTED, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"))
    comment = models.CharField(_("comment of the customer"), max_length=1000, blank=True)
    # What the customer was told when asking, and what the shop decided; minor units of the order's currency.
    expected_refund_amount = models.BigIntegerField(_("expected refund"), default=0)
    refund_amount = models.BigIntegerField(_("refund"), null=True)
    shipment = models.OneToOneField(
        Shipment, verbose_name=_("parcel"), null=True, on_delete=models.SET_NULL, related_name="return_request"
    )

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-requested_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["order", "request_key"], name="return_once_per_request")]
        indexes = [models.Index(fields=["status", "-requested_at"], name="return_by_status")]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.number

    @property
    def subject_key(self) -> str:
        """What order events about this return carry."""
        return f"return:{self.number}"


class ReturnLine(models.Model):
    """How many of an order line go back, why, and in what condition."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="return_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=20, choices=ReturnReason.choices)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices)
    fee_amount = models.BigIntegerField(_("fee"), default=0)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "order_line"], name="return_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="return_line_is_not_empty"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"


class AddressChange(models.Model):
    """A delivery address that the customer changed before dispatch.

    The shop's system goes on sending the old address until somebody has typed in the new one: while it does, the new
    one stands.
    """

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="address_changes")
    old_address = models.CharField(_("old address"), max_length=300)
    new_address = models.CharField(_("new address"), max_length=300)
    changed_at = models.DateTimeField(_("changed"))
    # Set when the shop's system sends another address than the old one: it has taken note, or it knows better.
    settled_at = models.DateTimeField(_("taken over"), null=True)

    class Meta:
        verbose_name = _("address change")
        verbose_name_plural = _("address changes")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(settled_at=None), name="one_open_address_change_per_order"
            )
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.new_address
