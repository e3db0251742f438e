"""Spare parts: what wears out, for which products, and what it costs."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.images import get_image_model
from wagtail.search import index

from kb.models.catalogue import CatalogueEntry, CatalogueReads, CodeField
from kb.models.products import Product
from portal.lib.model_fields import IndexedManyToManyField
from portal.lib.money import format_amount

# As kb/includes/part_table.html asks for it.
PICTURE = "width-480|format-webp"


class Fitting(models.TextChoices):
    """Who may fit a part."""

    CUSTOMER = "customer", _("You can fit it yourself")
    TECHNICIAN = "technician", _("Fitted by a technician")


class SparePartQuerySet(CatalogueReads, models.QuerySet["SparePart"]):
    """Spare parts: found by the names and codes of the products they fit as well."""

    def with_word(self, word: str) -> SparePartQuerySet:
        fits = SparePart.products.through.objects.filter(
            sparepart_id=OuterRef("pk"), product__live=True, product__search_text__contains=word
        )
        return self.filter(Q(search_text__contains=word) | Exists(fits))

    def with_pictures(self) -> SparePartQuerySet:
        """Load the picture of each part as lists show it; two queries for all."""
        return self.prefetch_related(Prefetch("image", get_image_model().objects.prefetch_renditions(PICTURE)))

    def with_live_products(self) -> SparePartQuerySet:
        """Load the products that each part fits, drafts left out; one query for all."""
        return self.prefetch_related(Prefetch("products", Product.objects.live().select_related("locale")))


class SparePart(CatalogueEntry):
    """A part that customers can buy, described once for each language; `number` is the same in all of them."""

    number = CodeField(_("part number"), help_text=_("On the part and in the price list. Never reuse one."))
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("What it does, and how often it is changed. No prices: they have a field of their own."),
    )
    price = models.PositiveIntegerField(
        _("price"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In whole đồng, VAT included. Empty: on request."),
    )
    is_available = models.BooleanField(_("can be ordered"), default=True)
    fitting = models.CharField(_("who fits it"), max_length=12, choices=Fitting, default=Fitting.CUSTOMER)
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The part alone, so that people can compare it with theirs. Not the whole appliance."),
    )
    products = IndexedManyToManyField(
        Product,
        verbose_name=_("fits"),
        blank=True,
        related_name="spare_parts",
        help_text=_("Only products that it was tried in. A part that fits none of them is shown in the list alone."),
    )

    objects = SparePartQuerySet.as_manager()

    unique_in_language = (
        ("number", _("Another part of this language has this number. Change that one, or take another number.")),
    )
    search_fields = [
        index.SearchField("name"),
        index.SearchField("number"),
        index.AutocompleteField("search_text"),
        index.FilterField("is_available"),
        index.FilterField("locale_id"),
    ]

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")
        ordering = ["name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["number", "locale"], name="part_number_unique_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def price_text(self) -> str:
        """Return "1.250.000 ₫", or nothing for a price on request."""
        return format_amount(self.price, "VND") if self.price else ""

    def searchable_words(self) -> str:
        # People leave the hyphens out, or copy a number that a table broke.
        return f"{self.name} {self.number} {self.number.replace('-', '')}"

    def get_absolute_url(self) -> str:
        """Return the list of parts, narrowed to this one: parts have no page of their own."""
        with override(self.locale.language_code):
            return f"{reverse('spare_parts')}?q={self.number}"

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "kb/part_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, object]:
        return {"parts": [self]}
