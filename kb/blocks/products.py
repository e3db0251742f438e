"""What the catalogue knows, inside an article: parts to order, facts of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks import previews
from kb.blocks.checks import raise_errors
from kb.blocks.choosers import SnippetChoice

if TYPE_CHECKING:
    from kb.models import Product, ProductSpecification

MAX_QUANTITY = 999


class PartLineBlock(blocks.StructBlock):
    """One spare part and how many of it."""

    part = SnippetChoice("kb.SparePart", label=_("spare part"))
    quantity = blocks.IntegerBlock(label=_("quantity"), default=1, min_value=1, max_value=MAX_QUANTITY)
    remark = blocks.CharBlock(
        label=_("remark"),
        required=False,
        max_length=160,
        help_text=_("For this task only, such as “only from serial number 2023”."),
    )

    class Meta:
        icon = "cogs"
        label = _("Spare part")


class SparePartsValue(blocks.StructValue):
    """A list of parts that leaves out what readers cannot see."""

    @property
    def shown(self) -> list[blocks.StructValue]:
        """Return the lines whose part exists and is published."""
        return [line for line in self["parts"] if line["part"] and line["part"].live]

    @property
    def has_gap(self) -> bool:
        """Say whether a line is left out, for the editor's preview."""
        return len(self.shown) < len(self["parts"])


class SparePartsBlock(blocks.StructBlock):
    """The parts that a task needs, with today's numbers and prices."""

    title = blocks.CharBlock(
        label=_("title"), required=False, max_length=120, help_text=_("Empty: “Spare parts you need”.")
    )
    parts = blocks.ListBlock(PartLineBlock(), label=_("spare parts"), min_num=1)

    class Meta:
        icon = "cogs"
        label = _("Spare parts")
        description = _(
            "Parts of the catalogue that this task needs; numbers and prices stay up to date. Not for tools."
        )
        template = "kb/blocks/spare_parts.html"
        value_class = SparePartsValue
        preview_value = staticmethod(previews.spare_parts)

    def get_searchable_content(self, value: SparePartsValue) -> list[str]:
        return [f"{line['part'].name} {line['part'].number} {line['remark'] or ''}" for line in value.shown]


def specification_names() -> list[tuple[str, str]]:
    """Return every name of the data sheets once, for the editor to choose from. Cost: one query."""
    names = apps.get_model("kb", "ProductSpecification").objects.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names.distinct()]


class SpecificationChoice(blocks.ChoiceBlock):
    """The name of a line in a data sheet."""

    def to_python(self, value: str) -> str:
        """Return the name as it is stored; comparing it with the choices would ask the database for each."""
        return value


class ProductFactsValue(blocks.StructValue):
    """Facts of a product that readers can see."""

    @property
    def shown_product(self) -> Product | None:
        """Return the product if it exists and is published."""
        product = self.get("product")
        return product if product and product.live else None

    @property
    def shown_specifications(self) -> list[ProductSpecification]:
        """Return the chosen lines of the data sheet in the editor's order; all of them when none is chosen."""
        if self.shown_product is None:
            return []
        lines = list(self["product"].specifications.all())
        by_name = {line.name: line for line in lines}
        chosen = [by_name[name] for name in self["specifications"] if name in by_name]
        return chosen if self["specifications"] else lines


class ProductFactsBlock(blocks.StructBlock):
    """Lines of a product's data sheet, always as they stand there now."""

    product = SnippetChoice("kb.Product", label=_("product"))
    specifications = blocks.ListBlock(
        SpecificationChoice(choices=specification_names, label=_("specification")),
        label=_("specifications"),
        default=[],
        help_text=_("In this order. None: the whole data sheet."),
    )

    class Meta:
        icon = "tag"
        label = _("Product facts")
        description = _(
            "Figures from the data sheet, so that they change in one place. To compare products use a table."
        )
        template = "kb/blocks/product_facts.html"
        value_class = ProductFactsValue
        preview_value = staticmethod(previews.product_facts)

    def clean(self, value: ProductFactsValue) -> ProductFactsValue:
        cleaned = super().clean(value)
        if cleaned.get("product"):
            known = [line.name for line in cleaned["product"].specifications.all()]
            unknown = [name for name in cleaned["specifications"] if name and name not in known]
            if unknown and not self.is_deferred_validation:
                sentence = _now("The data sheet of %(product)s has no “%(name)s”. It has: %(known)s.")
                names = {"product": cleaned["product"].name, "name": unknown[0], "known": ", ".join(known) or "–"}
                raise_errors({"product": sentence % names})
        return cleaned

    def get_searchable_content(self, value: ProductFactsValue) -> list[str]:
        if value.shown_product is None:
            return []
        lines = [f"{line.name} {line.value}" for line in value.shown_specifications]
        return [f"{value.shown_product.name} {value.shown_product.code}", *lines]
