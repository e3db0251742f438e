"""Spare parts: what wears out, for which products, and what it costs."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import RevisionMixin, TranslatableMixin
from wagtail.search import index

from kb.models.products import CODE_VALIDATOR, Product


class SparePart(TranslatableMixin, RevisionMixin, index.Indexed, ClusterableModel):
    """A part that customers can buy, described once for each language; `number` is the same in all of them."""

    number = models.CharField(
        _("part number"),
        max_length=40,
        validators=[CODE_VALIDATOR],
        help_text=_("On the part and in the price list. Never reuse one."),
    )
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(
        _("description"), max_length=300, blank=True, help_text=_("What it does, and how often it is changed.")
    )
    price = models.PositiveIntegerField(
        _("price"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In whole đồng, VAT included. Empty: on request."),
    )
    is_available = models.BooleanField(_("can be ordered"), default=True)
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    products = ParentalManyToManyField(Product, verbose_name=_("fits"), blank=True, related_name="spare_parts")

    search_fields = [
        index.SearchField("name"),
        index.SearchField("number"),
        index.AutocompleteField("name"),
        index.AutocompleteField("number"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")
        ordering = ["name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["number", "locale"], name="part_number_unique_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
