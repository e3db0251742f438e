"""Points and credit by double entry: nothing is ever changed, every unit is explained by an entry.

A transaction has entries that add up to zero for each unit: what a customer gains, an account of the shop gives.
Points belong to lots with a day of expiry; an entry on a customer's points account names the lot it draws on.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracking.aftersales.states import LedgerKind
from tracking.append_only import AppendOnlyModel
from tracking.models.accounts import CustomerAccount

POINTS = "points"


class LedgerAccount(models.Model):
    """One purse: of a customer (`owner`), or of the shop (`code` says for what). `balance` is a proved cache."""

    owner = models.ForeignKey(CustomerAccount, null=True, on_delete=models.PROTECT, related_name="ledger_accounts")
    code = models.CharField(_("purpose"), max_length=20)
    unit = models.CharField(_("unit"), max_length=6, help_text=_("“points” or a currency such as VND."))
    balance = models.BigIntegerField(_("balance"), default=0, editable=False)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "unit"], condition=~Q(owner=None), name="one_purse_per_unit"),
            models.UniqueConstraint(fields=["code", "unit"], condition=Q(owner=None), name="one_shop_account_per_unit"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.code} ({self.unit})"


class LedgerTransaction(AppendOnlyModel):
    """One movement, once: `natural_key` names its reason."""

    natural_key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=LedgerKind.choices)
    occurred_at = models.DateTimeField(_("time"))
    # A copy, not a link: the ledger outlives the orders it tells about.
    order_reference = models.CharField(_("order reference"), max_length=10, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    corrects_key = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ["occurred_at", "pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.natural_key


class PointsLot(AppendOnlyModel):
    """Points awarded together; usable from a day on, gone after `expires_on` (the last day they can be used)."""

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="lots")
    transaction = models.OneToOneField(LedgerTransaction, on_delete=models.PROTECT, related_name="lot")
    points = models.BigIntegerField(_("points"))
    usable_from = models.DateField(_("usable from"))
    expires_on = models.DateField(_("expires on"))

    class Meta:
        verbose_name = _("points lot")
        verbose_name_plural = _("points lots")
        ordering = ["expires_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1), name="lot_has_points"),
            models.CheckConstraint(condition=Q(usable_from__lte=F("expires_on")), name="lot_is_usable_before_it_ends"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.points} ({self.expires_on})"


class LedgerEntry(AppendOnlyModel):
    """One side of a movement; `amount` is in whole minor units, or points."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    lot = models.ForeignKey(PointsLot, null=True, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.amount:+}"


class LoyaltyTier(models.Model):
    """A level of membership, reached by what was bought within twelve months."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_vi = models.CharField(_("name, in Vietnamese"), max_length=40)
    name_en = models.CharField(_("name, in English"), max_length=40, blank=True)
    threshold_amount = models.BigIntegerField(
        _("from"),
        unique=True,
        help_text=_("What has to be bought within twelve months, in đồng. The lowest level begins at 0."),
    )
    benefits_vi = models.CharField(
        _("advantages, in Vietnamese"), max_length=300, blank=True, help_text=_("One sentence. Not the whole rules.")
    )
    benefits_en = models.CharField(_("advantages, in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("membership level")
        verbose_name_plural = _("membership levels")
        ordering = ["threshold_amount"]
        constraints = [models.CheckConstraint(condition=Q(threshold_amount__gte=0), name="tier_threshold_not_negative")]

    def __str__(self) -> str:
        return self.name_vi
