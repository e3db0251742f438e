"""The rules that editors set for each article: how long it may come back, how long it is under warranty."""

from datetime import date

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

ALWAYS = date(2000, 1, 1)


class ProductTerms(ClusterableModel):
    """The after-sales rules of one article from a day on.

    An order keeps the rules of the day it was placed, so a change never takes away what somebody bought: editors add
    a row with a new first day and leave the old one. The code is a SKU or a product code of the catalogue, which this
    app does not know; the row without a code is for everything that has none of its own.
    """

    article_code = models.CharField(
        _("SKU or product code"),
        max_length=64,
        blank=True,
        help_text=_("Leave empty for the rules of all articles that have none of their own."),
    )
    valid_from = models.DateField(
        _("for orders from"),
        default=ALWAYS,
        help_text=_("To change a rule, add a row with a later day. Do not edit the row that past orders go by."),
    )
    return_days = models.PositiveSmallIntegerField(
        _("days to return"),
        validators=[MaxValueValidator(365)],
        help_text=_("Counted from the day after delivery. 0: not taken back, except faulty."),
    )
    accepts_opened = models.BooleanField(
        _("taken back opened"),
        default=True,
        help_text=_("When somebody changed their mind. Faulty articles are always taken back."),
    )
    opened_fee_percent = models.PositiveSmallIntegerField(
        _("fee when opened, in percent"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Of what was paid for the article, when somebody changed their mind."),
    )
    removal_fee_amount = models.BigIntegerField(
        _("charge for removal"), default=0, help_text=_("For an installed article, in đồng. 0 for none.")
    )
    warranty_months = models.PositiveSmallIntegerField(
        _("months of warranty"),
        validators=[MaxValueValidator(240)],
        help_text=_("From the day of delivery. 0 for supplies that have no warranty."),
    )

    class Meta:
        verbose_name = _("after-sales rule")
        verbose_name_plural = _("after-sales rules")
        ordering = ["article_code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["article_code", "valid_from"], name="product_terms_once_per_day"),
            models.CheckConstraint(condition=models.Q(removal_fee_amount__gte=0), name="removal_fee_is_no_gift"),
        ]
        default_permissions = ("add", "change", "delete", "view")

    def __str__(self) -> str:
        return self.article_code or str(_("all other articles"))


class PartTerms(models.Model):
    """A part with a warranty of its own, such as a motor with ten years."""

    terms = ParentalKey(ProductTerms, on_delete=models.CASCADE, related_name="parts")
    name_vi = models.CharField(_("part, in Vietnamese"), max_length=60)
    name_en = models.CharField(_("part, in English"), max_length=60, blank=True)
    months = models.PositiveSmallIntegerField(_("months of warranty"), validators=[MaxValueValidator(240)])

    class Meta:
        verbose_name = _("part with its own warranty")
        verbose_name_plural = _("parts with their own warranty")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name_vi
