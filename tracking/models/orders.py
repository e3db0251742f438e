"""What a customer bought."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tracking.managers import OrderQuerySet
from tracking.statuses import OrderHeadline


class Order(models.Model):
    """One purchase, as the seller's system reported it.

    Money is whole minor units of `currency` (VND has none, so đồng). Contact and recipient are a snapshot of the
    day of the purchase and do not follow the customer's account. `headline` and the columns beside it are a
    cache of the fold over events; `rebuild_tracking_state` proves that it is right.
    """

    reference = models.CharField(_("order reference"), max_length=10, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=40, help_text=_("The system that reported the order."))
    external_number = models.CharField(_("seller's number"), max_length=64)
    number_key = models.CharField(max_length=64, db_index=True, editable=False)
    placed_at = models.DateTimeField(_("placed"))
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    contact_email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    contact_phone = models.CharField(
        _("phone number"), max_length=20, blank=True, help_text=_("In the form +84912345678.")
    )
    recipient_name = models.CharField(_("recipient"), max_length=150, blank=True)
    recipient_address = models.CharField(_("delivery address"), max_length=300, blank=True)
    # The name without marks, in small letters: how staff search for it.
    name_key = models.CharField(max_length=150, blank=True, editable=False)
    # The last part of the address, for figures by province; a copy, because it is grouped by.
    recipient_province = models.CharField(_("province"), max_length=80, blank=True, editable=False)

    currency = models.CharField(_("currency"), max_length=3, default="VND")
    shipping_amount = models.BigIntegerField(_("delivery charge"), default=0)
    discount_amount = models.BigIntegerField(_("discount"), default=0)
    cod_amount = models.BigIntegerField(_("to pay on delivery"), default=0)

    promised_from = models.DateField(_("promised from"), null=True, blank=True)
    promised_until = models.DateField(_("promised until"), null=True, blank=True)
    changes_until = models.DateTimeField(
        _("changes until"),
        null=True,
        blank=True,
        help_text=_("When the shop begins to pack. Empty: until the carrier has it."),
    )

    headline = models.CharField(
        _("state"), max_length=20, choices=OrderHeadline.choices, default=OrderHeadline.PLACED, editable=False
    )
    # Whether the shop has said why pieces wait; saves the question for all other orders.
    has_holds = models.BooleanField(default=False, editable=False)
    state_digest = models.CharField(max_length=64, default="", editable=False)
    payload_digest = models.CharField(max_length=64, default="", editable=False)
    # When its customer was erased: the bookkeeping stays, and no later report brings a name or contact back.
    erased_at = models.DateTimeField(_("customer erased"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "external_number"], name="order_once_per_source")]
        indexes = [models.Index(fields=["customer", "-placed_at"], name="order_by_customer")]
        # The shop's systems write orders; staff read them, and may add what a carrier told them on the phone.
        default_permissions = ("view",)
        permissions = [("report_order", gettext_noop("Can add reports by hand"))]

    def __str__(self) -> str:
        return self.external_number


class OrderLine(models.Model):
    """One article of an order; the product is known by its catalogue code, never by a foreign key."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_key = models.CharField(max_length=64, help_text=_("The line's own number in the seller's system."))
    position = models.PositiveIntegerField()
    product_code = models.CharField(_("product code"), max_length=40, blank=True)
    sku = models.CharField(_("SKU"), max_length=64, blank=True)
    title = models.CharField(_("name"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"))
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0)
    # A cache: the pieces of this line in returns that the shop has received.
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0, editable=False)
    unit_price = models.BigIntegerField(_("unit price"))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "line_key"], name="order_line_once"),
            models.CheckConstraint(
                condition=models.Q(cancelled_quantity__lte=models.F("quantity")), name="order_line_cancels_at_most_all"
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"
