"""The catalogue: what the articles are about. Other apps know a product by its code only."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable
from wagtail.search import index

from kb.models.catalogue import CatalogueEntry, CatalogueReads, CodeField
from kb.slugs import ascii_slug

# Addresses beside those of the products: see kb/urls.py.
TAKEN_SLUGS = frozenset({"compare", "parts"})


class ProductKind(models.TextChoices):
    """What sort of appliance a product is."""

    WASHING_MACHINE = "washing_machine", _("Washing machine")
    WATER_PURIFIER = "water_purifier", _("Water purifier")
    PRINTER = "printer", _("Printer")
    AIR_CONDITIONER = "air_conditioner", _("Air conditioner")
    AIR_FRYER = "air_fryer", _("Air fryer")
    ROBOT_VACUUM = "robot_vacuum", _("Robot vacuum")
    OTHER = "other", _("Other appliance")


class ProductQuerySet(CatalogueReads, models.QuerySet["Product"]):
    """Products."""


class Product(CatalogueEntry):
    """An appliance, described once for each language; `code` is the same in all of them."""

    code = CodeField(_("code"), help_text=_("On the type plate; orders name it. Never reuse one."))
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        blank=True,
        help_text=_("The last part of the address. Empty: made from the name. Changing it breaks printed addresses."),
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=ProductKind, default=ProductKind.OTHER)
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("One sentence: for whom, and what it does. No prices.")
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The whole appliance, as it is sold. Its description is read out instead of it."),
    )
    manual = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("manual"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The printed manual as a file. Not for single instructions: those are articles."),
    )

    objects = ProductQuerySet.as_manager()

    unique_in_language = (
        ("code", _("Another product of this language has this code. Change that one, or take another code.")),
        ("slug", _("Another product of this language has this address. Take another one.")),
    )
    search_fields = [
        index.SearchField("name"),
        index.SearchField("code"),
        index.AutocompleteField("search_text"),
        index.FilterField("kind"),
        index.FilterField("locale_id"),
    ]

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["code", "locale"], name="product_code_unique_in_a_language"),
            models.UniqueConstraint(fields=["slug", "locale"], name="product_slug_unique_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def searchable_words(self) -> str:
        return f"{self.name} {self.code}"

    def clean(self) -> None:
        if not self.slug:
            self.slug = ascii_slug(self.name) or ascii_slug(self.code)
        if self.slug in TAKEN_SLUGS:
            raise ValidationError({"slug": _("The site itself uses this address. Take another one.")})
        super().clean()

    def get_absolute_url(self) -> str:
        with override(self.locale.language_code):
            return reverse("product_detail", args=[self.slug])

    def get_full_url(self) -> str | None:
        # A draft without a name has no address yet; its preview does without.
        return super().get_full_url() if self.slug else None

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        # The page is made of articles and parts, whose models know this one.
        from kb.product_page import render_product

        return render_product(request, self)


class ProductSpecification(Orderable):
    """One line of a product's data sheet; the same name in two products makes them comparable."""

    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="specifications")
    name = models.CharField(
        _("name"), max_length=80, help_text=_("Write it as for the other products: comparing goes by this name.")
    )
    value = models.CharField(_("value"), max_length=160)

    class Meta(Orderable.Meta):
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="specification_name_unique_in_a_product")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class MaintenanceTask(Orderable):
    """Something to do to a product at a fixed interval; the maintenance calendar is made of these."""

    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="maintenance_tasks")
    what = models.CharField(_("what to do"), max_length=160)
    interval_months = models.PositiveSmallIntegerField(_("every … months"), validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    article = models.ForeignKey(
        "kb.ArticlePage",
        verbose_name=_("article that shows how"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="maintenance_tasks",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("maintenance task")
        verbose_name_plural = _("maintenance tasks")

    def __str__(self) -> str:
        return self.what
