"""Customers as the shop knows them: with or without a login, by contacts they have proved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.aftersales.states import ContactKind
from tracking.models.orders import Order


class CustomerAccount(models.Model):
    """A customer; without `user` it is a contact that ordered as a guest and may own points.

    When a person proves a contact whose guest account has points, that account is merged: its ledger stays as it was
    and counts for the person from then on.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="customer_account",
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer account")
        verbose_name_plural = _("customer accounts")
        ordering = ["pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"C{self.pk}"


class ContactPoint(models.Model):
    """An e-mail address (lower case) or phone number (E.164) of a customer; proved when `verified_at` is set."""

    account = models.ForeignKey(CustomerAccount, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(_("kind"), max_length=5, choices=ContactKind.choices)
    value = models.CharField(_("contact"), max_length=254)
    verified_at = models.DateTimeField(_("proved"), null=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "value"], name="contact_once_per_account"),
            # Two people cannot both have proved one mailbox: the later proof takes it over.
            models.UniqueConstraint(
                fields=["kind", "value"], condition=~models.Q(verified_at=None), name="contact_proved_once"
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.value


class OrderClaim(models.Model):
    """A guest's order that an account took over by proving its contact; can be undone from the old contact."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="order_claims")
    contact = models.CharField(_("proved contact"), max_length=254)
    claimed_at = models.DateTimeField(_("claimed"))
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("claimed order")
        verbose_name_plural = _("claimed orders")
        ordering = ["-claimed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(undone_at=None), name="order_claimed_by_one_account"
            )
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.order_id} → {self.user_id}"
